/// Fills batches, back to back, in one reusable array that a produce request then leaves in.
///
/// Life of one: ``append(key:value:timestamp:)`` until it answers ``Outcome/full`` or the caller wants to send,
/// ``seal(with:)``, ``frame(prefix:suffix:from:)`` for each try, ``reset(as:)``. Not locked: hold it in a `Mutex`,
/// and swap a full one for an empty one to seal it outside.
package struct RecordSetBuilder: ~Copyable {
    /// Sizes and codec, for the life of a builder.
    package struct Settings: Sendable {
        /// Bytes of all batches together, before compression.
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
        /// The identity's sequence would pass the end of `Int32`: send what is there and go on under the next epoch.
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
        package let identity: Identity?
    }

    package let settings: Settings
    /// Records in all batches.
    package private(set) var recordCount = 0
    /// The array that everything stands in. Hold on to it only while it is being sent: changing it meanwhile copies
    /// it.
    package private(set) var bytes: [UInt8]
    /// The closed batches; all of them once sealed.
    package private(set) var batches: [Batch] = []
    /// Whether ``seal(with:)`` has been called since the last ``reset(as:)``.
    package private(set) var isSealed = false
    /// The identity that the next record gets; nil: none.
    package private(set) var identity: Identity?

    package init(_ settings: Settings = Settings(), as identity: Identity? = nil) {
        self.settings = settings
        self.identity = identity
        bytes = []
    }

    /// No record is in it.
    package var isEmpty: Bool { recordCount == 0 }

    /// Bytes of the batches from number `first` on: the length of their RecordSet. Before ``seal(with:)`` they are
    /// not compressed yet.
    package func byteCount(from first: Int = 0) -> Int { 0 }

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
    ) -> Outcome { .full }

    /// What comes next is of another sender: begins a new batch.
    package mutating func identify(as identity: Identity?) { self.identity = identity }

    /// Ends the last batch, compresses, and fills in headers and CRCs. After it nothing can be appended.
    package mutating func seal(with compressor: inout Compressor) throws(CompressionError) { isSealed = true }

    /// Puts `prefix` right in front of batch `first` and `suffix` right behind the last, and says where in ``bytes``
    /// the whole stands. May be called again for another try; what stood in front of batch `first` is then gone.
    package mutating func frame(prefix: [UInt8], suffix: [UInt8], from first: Int = 0) -> Range<Int> { 0..<0 }

    /// Forgets all records; the memory stays.
    package mutating func reset(as identity: Identity? = nil) {
        self.identity = identity
        batches.removeAll(keepingCapacity: true)
        recordCount = 0
        isSealed = false
    }
}
