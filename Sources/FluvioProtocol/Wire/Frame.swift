/// Requests and responses as frames: `i32` length, then that many bytes (protocol: framing).
package enum Frame {
    /// Bytes of the length in front of a frame.
    package static let lengthSize = 4
    /// Where the correlation id stands in a request frame, counted from the length.
    package static let requestCorrelationPosition = 8
    /// Where the body of a response frame begins: after length and correlation id.
    package static let responseBodyPosition = 8
    /// The longest frame that is read, in bytes: a batch of the largest size that a server stores
    /// (33,554,432 bytes) twice over. Fluvio itself sets no limit.
    package static let defaultMaximumLength = 67_108_864
}

/// The header in front of every request. It is always in version 0; there is no such header in front of responses,
/// only the correlation id.
package struct RequestHeader: WireCodable, Equatable, Sendable {
    package var apiKey: UInt16 = 0
    /// Rules the layout of the request and of its response.
    package var apiVersion: Int16 = 0
    package var correlationID: Int32 = 0
    package var clientID = ""

    package init() {}

    package init(apiKey: UInt16, apiVersion: Int16, correlationID: Int32 = 0, clientID: String) {
        self.apiKey = apiKey
        self.apiVersion = apiVersion
        self.correlationID = correlationID
        self.clientID = clientID
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&apiKey)
        try coder.code(&apiVersion)
        try coder.code(&correlationID)
        try coder.code(&clientID)
    }

    /// Reads the header of a whole request frame, and says where its body stands in `frame`.
    package static func decode(frame: [UInt8]) throws(WireError) -> (header: RequestHeader, body: Range<Int>) {
        var reader = WireReader(frame, range: min(Frame.lengthSize, frame.count)..<frame.count, version: 0)
        var header = RequestHeader()
        try reader.code(&header)
        return (header, reader.position..<frame.count)
    }
}

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
}

extension WireRequest {
    /// The whole frame, length included; `correlationID` may be patched in later at
    /// ``Frame/requestCorrelationPosition``.
    package func frame(version: Int16, clientID: String, correlationID: Int32 = 0) throws(WireError) -> [UInt8] {
        try frameWriter(version: version, clientID: clientID, correlationID: correlationID).bytes
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

extension WireCodable {
    /// Reads a value from `range` of `bytes`; bytes after it are left alone, as the official peers do.
    package init(decoding bytes: [UInt8], range: Range<Int>? = nil, version: Int16) throws(WireError) {
        var reader = WireReader(bytes, range: range, version: version)
        self.init()
        try code(with: &reader)
    }

    /// The whole response frame, length included.
    package func responseFrame(version: Int16, correlationID: Int32) throws(WireError) -> [UInt8] {
        try responseWriter(version: version, correlationID: correlationID).bytes
    }

    /// The response frame around records that are sent from elsewhere (``RecordRange``).
    package func responsePieces(version: Int16, correlationID: Int32) throws(WireError) -> FramePieces {
        FramePieces(try responseWriter(version: version, correlationID: correlationID))
    }

    private func responseWriter(version: Int16, correlationID: Int32) throws(WireError) -> WireWriter {
        var writer = WireWriter(version: version)
        var response = self
        var correlationID = correlationID
        try writer.codeSized { writer throws(WireError) in
            try writer.code(&correlationID)
            try writer.code(&response)
        }
        return writer
    }
}

/// A frame without the records in it: what stands before, between and after them.
package struct FramePieces: Equatable, Sendable {
    /// One more than there are gaps: the records of gap `n` belong between piece `n` and piece `n + 1`. The last may
    /// be empty.
    package var pieces: [[UInt8]]
    /// How many bytes of records belong into each gap.
    package var gaps: [Int]

    init(_ writer: WireWriter) {
        pieces = []
        gaps = []
        var start = 0
        for gap in writer.gaps {
            pieces.append(Array(writer.bytes[start..<gap.position]))
            gaps.append(gap.count)
            start = gap.position
        }
        pieces.append(Array(writer.bytes[start...]))
    }
}
