/// How far a stream has come, and whether its next response may go out.
///
/// A real server sends one response and waits for its acknowledgement. This one sends several ahead, within what the
/// official client takes (protocol: StreamFetch, what the client tolerates).
struct StreamFlow: Equatable, Sendable {
    /// Most responses ahead of the acknowledgements: the official client stops for good with 12.
    static let maximumResponses = 8
    /// No further response goes out while so many bytes are unacknowledged.
    static let maximumBytes = 4 << 20

    private struct Response: Equatable {
        let end: Int64
        let bytes: Int
    }

    /// Where the next response begins.
    private(set) var position: Int64
    private var unacknowledged: [Response] = []
    private var bytes = 0

    /// A stream that begins at an offset.
    init(from position: Int64) { self.position = position }

    /// Whether a response may go out.
    var maySend: Bool { unacknowledged.count < Self.maximumResponses && bytes < Self.maximumBytes }

    /// A response went out: so many bytes of records, up to `end`.
    mutating func sent(upTo end: Int64, bytes sent: Int) {
        position = end
        unacknowledged.append(Response(end: end, bytes: sent))
        bytes += sent
    }

    /// The client wants `offset` next. If a response ends there, it and those before it have arrived. If none does,
    /// the client goes back, or ahead: what is under way counts for nothing.
    mutating func acknowledged(_ offset: Int64) {
        if let last = unacknowledged.lastIndex(where: { $0.end == offset }) {
            for response in unacknowledged[...last] { bytes -= response.bytes }
            unacknowledged.removeFirst(last + 1)
        } else {
            position = offset
            unacknowledged = []
            bytes = 0
        }
    }
}
