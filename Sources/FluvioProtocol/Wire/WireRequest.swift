/// A request that knows its key and the response that answers it.
package protocol WireRequest: WireCodable, Sendable {
    /// What answers it: once, or any number of times under the same correlation id.
    associatedtype Response: WireCodable & Sendable
    /// Its number. SC and SPU have numbers of their own that overlap.
    static var apiKey: UInt16 { get }
    /// What this side can write and read.
    static var versions: ClosedRange<Int16> { get }
    /// The version that is used all the same if the server does not list the key, or only other versions.
    /// Nil: such a server cannot be asked.
    static var fallbackVersion: Int16? { get }
}

extension WireRequest {
    package static var fallbackVersion: Int16? { nil }

    /// The whole frame, length included; `correlationID` may be patched in later at
    /// ``Frame/requestCorrelationPosition``.
    package func frame(version: Int16, clientID: String, correlationID: Int32 = 0) throws(WireError) -> [UInt8] {
        try frameWriter(version: version, clientID: clientID, correlationID: correlationID).wholeBytes()
    }

    /// The request frame around records that are sent from elsewhere (``RecordRange``).
    package func framePieces(
        version: Int16, clientID: String, correlationID: Int32 = 0
    ) throws(WireError) -> FramePieces {
        FramePieces(try frameWriter(version: version, clientID: clientID, correlationID: correlationID))
    }

    private func frameWriter(version: Int16, clientID: String, correlationID: Int32) throws(WireError) -> WireWriter {
        var writer = WireWriter(version: version)
        var request = self
        var header = RequestHeader(
            apiKey: Self.apiKey, apiVersion: version, correlationID: correlationID, clientID: clientID)
        try writer.codeSized { writer throws(WireError) in
            try writer.code(&header)
            try writer.code(&request)
        }
        return writer
    }
}
