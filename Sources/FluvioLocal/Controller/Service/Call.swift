import FluvioProtocol
import FluvioTransport

/// A request to the controller, with the connection that waits for its answer.
struct Call: Sendable {
    let header: RequestHeader
    let connection: ServedConnection
    private let frame: [UInt8]
    private let body: Range<Int>

    /// Reads the header of a whole frame.
    init(_ frame: [UInt8], on connection: ServedConnection) throws(WireError) {
        (header, body) = try RequestHeader.decode(frame: frame)
        self.frame = frame
        self.connection = connection
    }

    /// The request itself.
    func request<R: WireRequest>(_: R.Type = R.self) throws(WireError) -> R {
        try R(decoding: frame, range: body, version: header.apiVersion)
    }

    /// The kind of object that the request is about.
    func kind() throws(WireError) -> ObjectKind { try ObjectKind(peeking: header, frame: frame, body: body) }

    /// Sends the answer, in the version of the request.
    func answer(_ response: some WireCodable) throws(WireError) {
        connection.send(
            try response.responseFrame(version: header.apiVersion, correlationID: header.correlationID))
    }
}
