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
}

/// A request that knows its key and the response that answers it.
package protocol WireRequest: WireCodable, Sendable {
    associatedtype Response: WireCodable & Sendable
    static var apiKey: UInt16 { get }
}

extension WireRequest {
    /// The whole frame, length included; `correlationID` may be patched in later at
    /// ``Frame/requestCorrelationPosition``.
    package func frame(version: Int16, clientID: String, correlationID: Int32 = 0) throws(WireError) -> [UInt8] {
        var writer = WireWriter(version: version)
        var request = self
        var header = RequestHeader(
            apiKey: Self.apiKey, apiVersion: version, correlationID: correlationID, clientID: clientID)
        try writer.codeSized { writer throws(WireError) in
            try writer.code(&header)
            try writer.code(&request)
        }
        return writer.bytes
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
        var writer = WireWriter(version: version)
        var response = self
        var correlationID = correlationID
        try writer.codeSized { writer throws(WireError) in
            try writer.code(&correlationID)
            try writer.code(&response)
        }
        return writer.bytes
    }
}
