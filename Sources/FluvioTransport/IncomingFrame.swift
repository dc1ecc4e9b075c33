import FluvioProtocol

/// A whole frame as it came from the wire.
package struct IncomingFrame: Sendable {
    /// All its bytes, the length in front included.
    package var bytes: [UInt8]

    /// Wraps a whole frame, the length in front included.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// The id that says which request a response answers. Requests have theirs elsewhere
    /// (``FluvioProtocol/RequestHeader``). 0 in a frame too short to hold one, which no connection delivers.
    package var correlationID: Int32 {
        guard bytes.count >= Frame.responseBodyPosition else { return 0 }
        var value: UInt32 = 0
        for index in Frame.lengthSize..<Frame.responseBodyPosition { value = value << 8 | UInt32(bytes[index]) }
        return Int32(bitPattern: value)
    }

    /// Where the body of a response stands in ``bytes``: after length and correlation id.
    package var bodyRange: Range<Int> { min(Frame.responseBodyPosition, bytes.count)..<bytes.count }

    /// Where a request stands in ``bytes``, its header included: after the length.
    package var requestRange: Range<Int> { min(Frame.lengthSize, bytes.count)..<bytes.count }
}
