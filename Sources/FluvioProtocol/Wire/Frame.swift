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

extension WireCodable {
    /// Reads a value from `range` of `bytes`; bytes after it are left alone, as the official peers do.
    package init(decoding bytes: [UInt8], range: Range<Int>? = nil, version: Int16) throws(WireError) {
        var reader = WireReader(bytes, range: range, version: version)
        self.init()
        try code(with: &reader)
    }

    /// The whole response frame, length included.
    package func responseFrame(version: Int16, correlationID: Int32) throws(WireError) -> [UInt8] {
        try responseWriter(version: version, correlationID: correlationID).wholeBytes()
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
