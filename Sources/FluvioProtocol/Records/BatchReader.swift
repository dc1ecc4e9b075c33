/// A whole batch in the bytes it was read from: length and CRC are right.
package struct RecordBatch: Equatable, Sendable {
    package let header: BatchHeader
    /// Where the batch stands, header included.
    package let range: Range<Int>
    /// The codec of the payload.
    package let codec: Compression
    /// The first offset after the batch.
    package let nextOffset: Int64

    /// Where its payload stands, compressed as it came.
    package var payload: Range<Int> { range.lowerBound + header.headerSize..<range.upperBound }

    func error(_ reason: BatchError.Reason) -> BatchError {
        BatchError(
            reason, baseOffset: header.baseOffset, position: range.lowerBound, nextOffset: nextOffset)
    }
}

/// The last batch of a RecordSet, cut off where the server's answer ended (protocol: RecordSet). Never deliver or
/// acknowledge any of it: ask for it again.
package struct CutBatch: Equatable, Sendable {
    /// Where it begins.
    package let position: Int
    /// How many bytes of it are there.
    package let available: Int
    /// How many bytes it has; nil if not even its length is there.
    package let wholeSize: Int?
    /// Its first offset; nil if that is cut too.
    package let baseOffset: Int64?
}

/// Walks the batches of a RecordSet, which stand back to back in a range of some bytes.
///
/// It keeps positions only. The bytes are handed in at each step, and must be the same each time; if they are not,
/// the result is nonsense, but no memory outside them is read.
package struct BatchReader: Sendable {
    /// A step of the walk.
    package enum Item: Equatable, Sendable {
        case batch(RecordBatch)
        /// Always the last item.
        case cut(CutBatch)
        /// A batch that cannot be used. The walk goes on behind it if its length makes sense, else this is the last
        /// item.
        case corrupt(BatchError)
    }

    /// Where the next batch begins.
    package private(set) var position: Int
    /// Where the RecordSet ends.
    package let end: Int
    /// A batch that claims to be longer is corrupt, in bytes.
    package let maximumBatchSize: Int
    private var isOver = false

    /// Walks what stands in `range` of the bytes that ``next(in:)`` will be given. The limit tells a damaged length
    /// from a batch that is cut.
    package init(_ range: Range<Int>, maximumBatchSize: Int = Frame.defaultMaximumLength) {
        position = range.lowerBound
        end = range.upperBound
        self.maximumBatchSize = maximumBatchSize
    }

    /// The next item; nil at the end.
    ///
    /// A batch is whole if its length, format number, offsets, codec bits and CRC are right. Attribute bits that have
    /// no meaning are let pass. Its records are not looked at.
    package mutating func next(in bytes: UnsafeRawBufferPointer) -> Item? {
        let left = min(end, bytes.count) - position
        guard !isOver, position >= 0, left > 0 else { return nil }
        guard left >= BatchHeader.preambleSize else {
            isOver = true
            let offset: Int64? = left >= 8 ? unsafe bytes.bigEndian(at: position) : nil
            return .cut(CutBatch(position: position, available: left, wholeSize: nil, baseOffset: offset))
        }
        let start = position
        let baseOffset: Int64 = unsafe bytes.bigEndian(at: start)
        let batchLength: Int32 = unsafe bytes.bigEndian(at: start + 8)
        let size = BatchHeader.preambleSize + Int(batchLength)
        guard size >= BatchHeader.size, size <= maximumBatchSize else {
            isOver = true
            return .corrupt(
                BatchError(.length(size), baseOffset: baseOffset, position: start, nextOffset: nil))
        }
        guard size <= left else {
            isOver = true
            return .cut(CutBatch(position: start, available: left, wholeSize: size, baseOffset: baseOffset))
        }
        position = start + size
        let whole = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<position])
        return unsafe check(whole, at: start, baseOffset: baseOffset)
    }

    private func check(_ whole: UnsafeRawBufferPointer, at start: Int, baseOffset: Int64) -> Item {
        // Too short only for a schema id that its attributes promise.
        guard let header = unsafe BatchHeader(reading: whole, at: 0) else {
            return .corrupt(
                BatchError(.length(whole.count), baseOffset: baseOffset, position: start, nextOffset: nil))
        }
        func corrupt(_ reason: BatchError.Reason) -> Item {
            .corrupt(
                BatchError(reason, baseOffset: baseOffset, position: start, nextOffset: header.nextOffset))
        }
        guard header.magic == BatchHeader().magic else { return corrupt(.magic(header.magic)) }
        let crc = unsafe CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: whole[BatchHeader.crcStart...]))
        guard crc == header.crc else { return corrupt(.checksum(stored: header.crc, computed: crc)) }
        guard let nextOffset = header.nextOffset else { return corrupt(.offsets) }
        guard let codec = header.codec else {
            return corrupt(.codec(UInt8(header.attributes & BatchHeader.codecMask)))
        }
        return .batch(
            RecordBatch(header: header, range: start..<start + whole.count, codec: codec, nextOffset: nextOffset))
    }
}
