/// A whole batch in the bytes it was read from: length and CRC are right.
package struct RecordBatch: Equatable, Sendable {
    package let header: BatchHeader
    /// Where the batch stands, header included.
    package let range: Range<Int>
    /// Where its payload stands, compressed as it came.
    package var payload: Range<Int> { range.lowerBound + header.headerSize..<range.upperBound }
    /// The codec of the payload.
    package let codec: Compression
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

/// Walks the batches of a RecordSet, which stand back to back in `[start, end)` of some bytes.
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

    /// Walks what stands in `range` of the bytes that ``next(in:)`` will be given. The limit is meant for hostile
    /// lengths.
    package init(_ range: Range<Int>, maximumBatchSize: Int = Frame.defaultMaximumLength) {
        position = range.lowerBound
        end = range.upperBound
        self.maximumBatchSize = maximumBatchSize
    }

    /// The next item; nil at the end.
    package mutating func next(in bytes: UnsafeRawBufferPointer) -> Item? { nil }
}
