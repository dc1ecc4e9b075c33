import FluvioProtocol

/// Records of one partition as one response brought them: whole batches, in the bytes that came from the wire.
public struct RecordChunk: Sendable {
    /// The partition.
    public let partition: UInt32
    /// Records below it come along with their batch, and are not wanted.
    public let start: Int64
    /// Records from it on are not wanted; nil: all are.
    public let stop: Int64?
    /// Where reading goes on after all of it: behind its last batch, or at ``stop``.
    public let end: Int64
    /// The partition's high watermark when the response was made.
    public let highWatermark: Int64
    /// None of its records is wanted: it only says what is already known when reading begins.
    public internal(set) var isContext = false
    /// The response frame.
    let bytes: [UInt8]
    /// Where the batches stand in it, without one that was cut.
    let range: Range<Int>

    /// Bytes that it holds.
    public var size: Int { bytes.count }

    /// How far a RecordSet reaches by the lengths and offsets in its headers, which are checked later, when it is read.
    static func arrival(of range: Range<Int>, in bytes: [UInt8]) -> (arrival: StreamProgress.Arrival, whole: Int) {
        var arrival = StreamProgress.Arrival()
        var position = range.lowerBound
        unsafe bytes.withUnsafeBytes { bytes in
            while position < range.upperBound {
                guard range.upperBound - position >= BatchHeader.size,
                    let header = unsafe BatchHeader(reading: bytes, at: position)
                else {
                    arrival.cutBatchSize = unsafe Self.cutSize(at: position, end: range.upperBound, in: bytes)
                    return
                }
                // A length that cannot be is met again when the batch is read, and told there.
                let size = header.wholeSize
                guard size >= header.headerSize, size <= range.upperBound - position else {
                    arrival.cutBatchSize = size
                    return
                }
                arrival.end = header.nextOffset ?? arrival.end
                position += size
            }
        }
        return (arrival, position)
    }

    private static func cutSize(at position: Int, end: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        guard end - position >= BatchHeader.preambleSize else { return BatchHeader.size }
        var length: UInt32 = 0
        for index in position + 8..<position + 12 { length = unsafe length << 8 | UInt32(bytes[index]) }
        return BatchHeader.preambleSize + Int(min(length, UInt32(Int32.max)))
    }
}
