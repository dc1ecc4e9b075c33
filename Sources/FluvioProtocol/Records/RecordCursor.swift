/// Steps through the records of one batch, without allocating and without copying them.
///
/// It keeps positions only. The payload's bytes are handed in at each step, and must be the same each time; if they
/// are not, the result is nonsense, but no memory outside them is read.
package struct RecordCursor: Sendable {
    /// Records in the batch.
    package let count: Int
    /// How many ``next(in:)`` has passed, the current one included.
    package private(set) var passed = 0
    /// The current record's offset: that of the batch plus its position. Undefined before the first ``next(in:)``.
    package private(set) var offset: Int64
    /// The current record's milliseconds since 1970; -1: it has none.
    package private(set) var timestamp: Int64 = -1
    /// Where the current record's key stands; nil: it has none, which an empty one is not.
    package var keyRange: Range<Int>? { nil }
    /// Where the current record's value stands.
    package var valueRange: Range<Int> { 0..<0 }

    init(count: Int, baseOffset: Int64) {
        self.count = count
        offset = baseOffset - 1
    }

    /// Steps to the next record; false behind the last.
    ///
    /// - Throws: ``BatchError/Reason/record(index:)`` or ``BatchError/Reason/trailingBytes(_:)``.
    package mutating func next(in bytes: UnsafeRawBufferPointer) throws(BatchError) -> Bool { false }

    /// Passes the records below `target`, so that ``next(in:)`` comes to that one or to the first behind it.
    package mutating func skip(to target: Int64, in bytes: UnsafeRawBufferPointer) throws(BatchError) {}

    /// The current record's key in the bytes that ``next(in:)`` was given; nil: it has none.
    package func key(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? { nil }

    /// The current record's value in the bytes that ``next(in:)`` was given.
    package func value(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    }
}

extension RecordBatch {
    /// A cursor in front of the first record. Its positions count in `bytes`, the bytes that the payload stands in.
    ///
    /// An uncompressed payload stands in the batch itself: leave out `payload`. A compressed one must be decompressed
    /// first (``Decompressor/decompress(_:with:into:limit:)``); `payload` is then all of the output.
    ///
    /// - Throws: ``BatchError/Reason/recordCount(_:)``, ``BatchError/Reason/countMismatch(records:offsets:)``.
    package func cursor(
        in bytes: UnsafeRawBufferPointer, payload: Range<Int>? = nil
    ) throws(BatchError) -> RecordCursor {
        RecordCursor(count: 0, baseOffset: header.baseOffset)
    }
}
