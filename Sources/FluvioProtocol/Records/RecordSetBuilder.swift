import Glibc

/// Fills batches, back to back, in one reusable array that a produce request then leaves in.
///
/// Life of one: ``append(key:value:timestamp:)`` until it answers ``Outcome/full`` or the caller wants to send,
/// ``seal(with:)``, ``frame(prefix:suffix:from:)`` for each try, ``reset(as:)``. Not locked: hold it in a `Mutex`,
/// and swap a full one for an empty one to seal it outside.
package struct RecordSetBuilder: ~Copyable, Sendable {
    /// Sizes and codec, for the life of a builder.
    package struct Settings: Sendable {
        /// Bytes of all batches together, before compression. One record may take more, alone.
        package var capacity = 1_048_576
        /// Bytes of one batch with its header, before compression. A larger record gets a batch of its own.
        package var batchSize = 16_384
        /// Bytes of the largest batch, before compression: a record that needs more is ``Outcome/tooLarge``.
        package var maximumBatchSize = BatchHeader.maximumBatchSize
        package var compression = Compression.none
        /// Bytes kept free in front of the batches; a longer prefix costs a copy of all of them.
        package var prefixRoom = 256
        /// Bytes kept free behind the batches; a longer suffix costs a copy of all of them.
        package var suffixRoom = 16

        package init() {}
    }

    /// Who sends the records, in header fields that a server keeps and never uses.
    package struct Identity: Equatable, Sendable {
        package var producerID: Int64
        package var producerEpoch: Int16
        /// The sequence of the next record: each record counts one.
        package var nextSequence: Int32

        package init(producerID: Int64, producerEpoch: Int16, nextSequence: Int32) {
            self.producerID = producerID
            self.producerEpoch = producerEpoch
            self.nextSequence = nextSequence
        }
    }

    /// What became of a record.
    package enum Outcome: Sendable {
        /// It is in.
        case appended
        /// It does not fit behind what is there, or the set is sealed: send that first.
        case full
        /// It needs a batch above ``Settings/maximumBatchSize``.
        case tooLarge
        /// The identity's sequence would come to the end of `Int32`: send what is there and go on under the next
        /// epoch.
        case sequencesUsedUp
    }

    /// A batch in the set.
    package struct Batch: Equatable, Sendable {
        /// Where it stands in ``RecordSetBuilder/bytes``; compression at ``RecordSetBuilder/seal(with:)`` moves it.
        package internal(set) var range: Range<Int>
        package let recordCount: Int
        /// Milliseconds since 1970; -1: its records have none.
        package let firstTimestamp: Int64
        package let maxTimestamp: Int64
        /// Its first record's identity; nil: sent without one.
        package internal(set) var identity: Identity?

        /// The sequence of its last record; nil: sent without one.
        package var lastSequence: Int32? { identity.map { $0.nextSequence + Int32(recordCount - 1) } }
    }

    package let settings: Settings
    /// Records in all batches.
    package var recordCount: Int { closedCount + openCount }
    /// The array that everything stands in. Hold on to it only while it is being sent: changing it meanwhile copies
    /// it.
    package internal(set) var bytes: [UInt8]
    /// The closed batches; all of them once sealed. The open one is not among them.
    package internal(set) var batches: [Batch] = []
    /// Whether ``seal(with:)`` has been called since the last ``reset(as:)``.
    package internal(set) var isSealed = false
    /// The identity that the next record gets; nil: none.
    package var identity: Identity? {
        guard var identity = batchIdentity else { return nil }
        identity.nextSequence += Int32(openCount)
        return identity
    }
    /// The identity of the open batch's first record, or of the next batch's if none is open.
    private var batchIdentity: Identity?

    /// How many of ``batches`` are compressed, and have their header.
    var sealedCount = 0
    /// Behind the last closed batch, and the gap that compression may need: where the next one begins.
    var closedEnd: Int

    /// Records in the closed batches.
    private var closedCount = 0

    // The open batch; none if `openCount` is 0.
    private var openCount = 0
    /// Where the next record goes.
    private var position: Int
    /// Where the open batch must end. 0 if there is none, so that no record fits.
    private var openLimit = 0
    private var firstTimestamp: Int64 = -1
    private var maxTimestamp: Int64 = -1

    /// Bytes in front of a batch's first record.
    private static let overhead = BatchHeader.size + RecordLayout.countSize

    package init(_ settings: Settings = Settings(), as identity: Identity? = nil) {
        self.settings = settings
        batchIdentity = identity
        bytes = []
        closedEnd = max(0, settings.prefixRoom)
        position = closedEnd
    }

    /// No record is in it.
    package var isEmpty: Bool { recordCount == 0 }

    /// Bytes of the batches from number `first` on: the length of their RecordSet. Before ``seal(with:)`` they are
    /// not compressed yet, and room for compression is counted in.
    package func byteCount(from first: Int = 0) -> Int {
        let end = isSealed ? closedEnd : position
        if first < batches.count { return end - batches[max(0, first)].range.lowerBound }
        return first == batches.count && openCount > 0 ? end - closedEnd : 0
    }

    /// Where the first batch begins, or would.
    var batchesStart: Int { batches.first?.range.lowerBound ?? closedEnd }

    /// Appends a record.
    ///
    /// A new batch begins when the open one is full, when the record's timestamp is more than 2^31 - 1 ms from that
    /// batch's first, and between records with and without a timestamp.
    ///
    /// - Parameters:
    ///   - key: nil for none, which an empty one is not.
    ///   - timestamp: milliseconds since 1970, -1 for none.
    package mutating func append(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer, timestamp: Int64
    ) -> Outcome {
        let record = unsafe RecordInput(key: key, value: value)
        // Nothing here can overflow but the difference of the timestamps: wrapping operators save checks.
        let (delta, overflow) = timestamp.subtractingReportingOverflow(firstTimestamp)
        let sizes = record.sizes(timestampDelta: delta, offsetDelta: openCount)
        // Deltas of more than 31 bits are read wrongly by others (protocol: varint).
        guard sizes.whole <= openLimit &- position, !overflow, Int64(Int32(truncatingIfNeeded: delta)) == delta,
            delta != Int64(Int32.min), (timestamp == -1) == (firstTimestamp == -1)
        else { return appendToNewBatch(record, timestamp: timestamp) }
        write(record, sizes, timestampDelta: delta)
        if timestamp > maxTimestamp { maxTimestamp = timestamp }
        return .appended
    }

    @inline(__always)
    private mutating func write(_ record: RecordInput, _ sizes: RecordInput.Sizes, timestampDelta: Int64) {
        let at = position
        let offsetDelta = openCount
        unsafe bytes.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe record.write(
                to: base + at, bodySize: sizes.body, timestampDelta: timestampDelta, offsetDelta: offsetDelta)
        }
        position = at &+ sizes.whole
        openCount = offsetDelta &+ 1
    }

    @inline(never)
    private mutating func appendToNewBatch(_ record: RecordInput, timestamp: Int64) -> Outcome {
        guard !isSealed else { return .full }
        let sizes = record.sizes(timestampDelta: 0, offsetDelta: 0)
        let size = Self.overhead + sizes.whole
        guard size <= settings.maximumBatchSize else { return .tooLarge }
        closeBatch()
        let capacityEnd = max(0, settings.prefixRoom) + settings.capacity
        guard recordCount == 0 || closedEnd + size <= capacityEnd else { return .full }
        let limit = max(size, min(settings.batchSize, settings.maximumBatchSize, capacityEnd - closedEnd))
        // Each record counts one, and each takes some bytes: the sequences of a whole batch must be left.
        if let batchIdentity, Int(batchIdentity.nextSequence) + limit / RecordLayout.minimumRecordSize >= Int(Int32.max)
        {
            return .sequencesUsedUp
        }
        reserve(closedEnd + limit + growth(of: limit) + max(0, settings.suffixRoom))
        position = closedEnd + Self.overhead
        openLimit = closedEnd + limit
        firstTimestamp = timestamp
        maxTimestamp = timestamp
        write(record, sizes, timestampDelta: 0)
        return .appended
    }

    private func growth(of size: Int) -> Int {
        settings.compression == .none ? 0 : Compression.maximumGrowth(of: size)
    }

    /// Makes the array at least `count` bytes long. It doubles up to the capacity: who sends little pays little, and a
    /// topic of many partitions does not take all their capacities.
    private mutating func reserve(_ count: Int) {
        guard bytes.count < count else { return }
        let usual =
            max(0, settings.prefixRoom) + settings.capacity + growth(of: settings.capacity)
            + max(0, settings.suffixRoom)
        let wanted = max(count, min(usual, max(Self.smallest, bytes.count * 2)))
        bytes.appendZeros(wanted - bytes.count)
    }

    /// Bytes that an array has at first.
    private static let smallest = 64 * 1024

    /// What comes next is of another sender: begins a new batch.
    package mutating func identify(as identity: Identity?) {
        closeBatch()
        batchIdentity = identity
    }

    /// Ends the open batch, if there is one.
    mutating func closeBatch() {
        guard openCount > 0 else { return }
        let count = openCount
        let start = closedEnd
        unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe bytes.setBigEndian(Int32(count), at: start + BatchHeader.size)
        }
        batches.append(
            Batch(
                range: start..<position, recordCount: count, firstTimestamp: firstTimestamp,
                maxTimestamp: maxTimestamp, identity: batchIdentity))
        batchIdentity?.nextSequence += Int32(count)
        closedCount += count
        closedEnd = position + growth(of: position - start)
        openCount = 0
        openLimit = 0
    }

    /// Forgets all records, and takes another identity. The memory stays, except what an outsized record took.
    package mutating func reset(as identity: Identity? = nil) {
        batchIdentity = identity
        batches.removeAll(keepingCapacity: true)
        closedCount = 0
        isSealed = false
        sealedCount = 0
        openCount = 0
        openLimit = 0
        closedEnd = max(0, settings.prefixRoom)
        position = closedEnd
        if bytes.count > 2 * settings.capacity + settings.prefixRoom { bytes = [] }
    }
}

// MARK: - Leaving out

extension RecordSetBuilder {
    /// Forgets whole batches from the front, until so many bytes are free, but at least one: the sequences of their
    /// records are given to those behind them. Nothing once sealed.
    ///
    /// - Returns: how many records that were.
    package mutating func dropOldest(bytes wanted: Int) -> Int {
        guard !isSealed, sealedCount == 0 else { return 0 }
        if batches.isEmpty { closeBatch() }
        guard let start = batches.first?.range.lowerBound else { return 0 }
        let dropped = max(1, batches.firstIndex { $0.range.lowerBound - start >= wanted } ?? batches.count)
        let end = dropped < batches.count ? batches[dropped].range.lowerBound : closedEnd
        let gone = Array(batches[..<dropped])
        batches.removeFirst(dropped)
        let shift = end - start
        for index in batches.indices {
            batches[index].range = batches[index].range.lowerBound - shift..<batches[index].range.upperBound - shift
            batches[index].identity = batches[index].identity.map { $0.without(gone) }
        }
        batchIdentity = batchIdentity.map { $0.without(gone) }
        let rest = max(closedEnd, position) - end
        unsafe bytes.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe memmove(base + start, base + end, rest)
        }
        closedEnd -= shift
        position -= shift
        if openCount > 0 { openLimit -= shift }
        let count = gone.reduce(0) { $0 + $1.recordCount }
        closedCount -= count
        return count
    }
}

extension RecordSetBuilder.Identity {
    /// The same, with the sequences of these batches free.
    fileprivate func without(_ batches: [RecordSetBuilder.Batch]) -> Self {
        var identity = self
        for batch in batches
        where batch.identity?.producerID == producerID && batch.identity?.producerEpoch == producerEpoch {
            identity.nextSequence -= Int32(batch.recordCount)
        }
        return identity
    }
}
