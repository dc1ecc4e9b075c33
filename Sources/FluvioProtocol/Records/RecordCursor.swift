// Public, because the compiler inlines no member of a package type into another module, `@inlinable` or not: that
// doubles the time of a record.

/// Steps through the records of one batch, without allocating and without copying them.
///
/// It keeps positions only. The payload's bytes are handed in at each step, and must be the same each time; if they
/// are not, the result is nonsense, but no memory outside them is read.
public struct RecordCursor: Sendable {
    /// Records in the batch.
    @usableFromInline package let count: Int
    /// How many have been passed, the current one included.
    @inlinable
    package var passed: Int { index + 1 }
    /// The current record's offset: that of the batch plus its position, as the official client counts. If the batch
    /// takes up more offsets than it has records, because a SmartModule or deduplication has left some out, then plus
    /// what the record says, which the official client ignores.
    @usableFromInline package internal(set) var offset: Int64
    /// The current record's milliseconds since 1970; -1: it has none.
    @usableFromInline package internal(set) var timestamp: Int64 = -1
    /// Where the current record's value stands.
    @inlinable
    package var valueRange: Range<Int> { valueStart..<valueEnd }
    /// Where the current record's key stands; nil: it has none, which an empty one is not.
    @inlinable
    package var keyRange: Range<Int>? { keyEnd < keyStart ? nil : keyStart..<keyEnd }

    @usableFromInline var index = -1
    @usableFromInline var position: Int
    @usableFromInline let end: Int
    @usableFromInline let firstTimestamp: Int64
    // Behind the end: no key.
    @usableFromInline var keyStart = 1
    @usableFromInline var keyEnd = 0
    @usableFromInline var valueStart = 0
    @usableFromInline var valueEnd = 0
    /// Every offset of the batch has its record.
    @usableFromInline let isDense: Bool
    // For errors: kept short, because the whole cursor is copied now and then.
    @usableFromInline let baseOffset: Int64
    @usableFromInline let nextOffset: Int64
    @usableFromInline let batchPosition: Int

    init(_ batch: RecordBatch, count: Int, records: Range<Int>) {
        self.count = count
        offset = batch.header.baseOffset &- 1
        isDense = count == batch.header.offsetCount
        firstTimestamp = batch.header.firstTimestamp
        position = records.lowerBound
        end = records.upperBound
        baseOffset = batch.header.baseOffset
        nextOffset = batch.nextOffset
        batchPosition = batch.range.lowerBound
    }
}

extension RecordCursor {
    /// Steps to the next record; false behind the last.
    ///
    /// Every length must agree with the record's own. A number of headers is let pass if none follow: the protocol
    /// has no encoding for them.
    ///
    /// - Throws: ``BatchError/Reason/record(index:)`` or ``BatchError/Reason/trailingBytes(_:)``; the cursor cannot go
    ///   on after it.
    @inlinable @inline(__always)
    package mutating func next(in bytes: UnsafeRawBufferPointer) throws(BatchError) -> Bool {
        guard index &+ 1 < count else {
            guard position == end else { throw trailing() }
            return false
        }
        index &+= 1
        guard let base = bytes.baseAddress, end <= bytes.count, unsafe step(base) else { throw torn() }
        return true
    }

    /// Reads the record at `position`; false if it is torn.
    @inlinable @inline(__always)
    mutating func step(_ base: UnsafeRawPointer) -> Bool {
        let length = unsafe readVarint(base, position, end)
        guard length.next > 0, length.value >= 0, length.value <= end &- length.next else { return false }
        let recordEnd = length.next &+ Int(length.value)
        // One byte of attributes has no meaning.
        let delta = unsafe readVarint(base, length.next &+ 1, recordEnd)
        guard delta.next > 0 else { return false }
        let said = unsafe readVarint(base, delta.next, recordEnd)
        guard said.next > 0, said.next < recordEnd else { return false }
        let keyTag = unsafe base.load(fromByteOffset: said.next, as: UInt8.self)
        var place = said.next &+ 1
        if keyTag == 0 {
            keyStart = 1
            keyEnd = 0
        } else {
            let keyLength = unsafe readVarint(base, place, recordEnd)
            guard keyTag == 1, keyLength.next > 0, keyLength.value >= 0,
                keyLength.value <= recordEnd &- keyLength.next
            else { return false }
            keyStart = keyLength.next
            place = keyLength.next &+ Int(keyLength.value)
            keyEnd = place
        }
        let valueLength = unsafe readVarint(base, place, recordEnd)
        guard valueLength.next > 0, valueLength.value >= 0, valueLength.value < recordEnd &- valueLength.next
        else { return false }
        valueStart = valueLength.next
        valueEnd = valueLength.next &+ Int(valueLength.value)
        guard unsafe readVarint(base, valueEnd, recordEnd).next == recordEnd else { return false }
        timestamp = firstTimestamp == -1 ? -1 : firstTimestamp &+ delta.value
        offset = isDense ? offset &+ 1 : sparseOffset(said.value)
        position = recordEnd
        return true
    }

    /// Passes the records below `target`, so that ``next(in:)`` comes to that one or to the first behind it.
    ///
    /// - Throws: ``BatchError/Reason/record(index:)`` if a record's length runs past the payload; what is passed is
    ///   not checked otherwise.
    package mutating func skip(to target: Int64, in bytes: UnsafeRawBufferPointer) throws(BatchError) {
        guard let base = bytes.baseAddress, end <= bytes.count else { return }
        if !isDense {
            var ahead = self
            while try unsafe ahead.next(in: bytes), ahead.offset < target { self = ahead }
            return
        }
        while index + 1 < count, offset + 1 < target {
            index += 1
            offset += 1
            let length = unsafe readVarint(base, position, end)
            guard length.next > 0, length.value >= 0, length.value <= end - length.next else { throw torn() }
            position = length.next + Int(length.value)
        }
    }

    /// The current record's key in the bytes that ``next(in:)`` was given; nil: it has none.
    @inlinable @inline(__always)
    package func key(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard keyEnd >= keyStart else { return nil }
        guard let base = bytes.baseAddress, keyEnd <= bytes.count else {
            return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return unsafe UnsafeRawBufferPointer(start: base + keyStart, count: keyEnd - keyStart)
    }

    /// The current record's value in the bytes that ``next(in:)`` was given.
    @inlinable @inline(__always)
    package func value(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard let base = bytes.baseAddress, valueEnd <= bytes.count else {
            return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return unsafe UnsafeRawBufferPointer(start: base + valueStart, count: valueEnd - valueStart)
    }

    /// What a record says of its offset, if that goes up and leaves enough for those behind it; else the next.
    @usableFromInline @inline(never)
    func sparseOffset(_ delta: Int64) -> Int64 {
        let (said, overflow) = baseOffset.addingReportingOverflow(delta)
        let highest = nextOffset - Int64(count - index)
        return !overflow && said > offset && said <= highest ? said : offset + 1
    }

    @usableFromInline @inline(never)
    func torn() -> BatchError { error(.record(index: max(0, index))) }

    @usableFromInline @inline(never)
    func trailing() -> BatchError { error(.trailingBytes(end - position)) }

    private func error(_ reason: BatchError.Reason) -> BatchError {
        BatchError(reason, baseOffset: baseOffset, position: batchPosition, nextOffset: nextOffset)
    }
}

extension RecordBatch {
    /// A cursor in front of the first record. Its positions count in `bytes`, the bytes that the payload stands in.
    ///
    /// An uncompressed payload stands in the batch itself: leave out `payload`. A compressed one must be decompressed
    /// first (``Decompressor/decompress(_:in:into:limit:)``); `payload` is then all of the output.
    ///
    /// - Throws: ``BatchError/Reason/recordCount(_:)``, ``BatchError/Reason/countMismatch(records:offsets:)``.
    package func cursor(
        in bytes: UnsafeRawBufferPointer, payload: Range<Int>? = nil
    ) throws(BatchError) -> RecordCursor {
        let range = (payload ?? self.payload).clamped(to: 0..<bytes.count)
        guard range.count >= RecordLayout.countSize else { throw error(.recordCount(0)) }
        let count = Int(unsafe bytes.bigEndian(at: range.lowerBound) as Int32)
        let records = range.lowerBound + RecordLayout.countSize..<range.upperBound
        guard count >= 1, count <= records.count / RecordLayout.minimumRecordSize else {
            throw error(.recordCount(count))
        }
        guard count <= header.offsetCount else {
            throw error(.countMismatch(records: count, offsets: header.offsetCount))
        }
        return RecordCursor(self, count: count, records: records)
    }
}
