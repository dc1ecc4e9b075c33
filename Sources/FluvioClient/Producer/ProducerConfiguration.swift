extension Producer {
    /// How a producer batches, sends and waits.
    public struct Configuration: Sendable {
        /// The size in bytes, before compression, at which a batch is closed. A larger record gets a batch of its own.
        /// The official reader loses a batch that the end of a response cuts, the more the larger batches are: raise
        /// it only for topics that are read with this library.
        public var batchSize = 16_384
        /// The longest that a record waits for others of its batch. Nil: until ``Producer/flush()``, which the caller
        /// calls when its source is idle, or a full batch.
        public var linger: Duration?
        /// How batches are compressed. Nil: as the topic demands, else not. A topic that demands another codec refuses
        /// the producer.
        public var compression: CompressionCodec?
        /// When a record counts as stored.
        public var isolation = IsolationLevel.committed
        /// The longest wait for the answer to one request. After it the log is asked what arrived.
        public var requestTimeout: Duration = .seconds(10)
        /// For how long a partition that takes no records is tried again, before the producer fails.
        public var retryFor = RetryLimit.duration(.seconds(30))
        /// Bytes of records that are held at most, over all partitions. A full producer makes its caller wait.
        public var maximumMemory = 33_554_432
        /// Bytes of batches in one request at most, before compression.
        public var maximumRequest = 8_388_608
        /// Where records go that are appended without a partition.
        public var partitioning = Partitioning.keyOrRoundRobin
        /// Called for every batch that is settled, in order within a partition, from any thread. It must not block.
        public var acknowledged: (@Sendable (Acknowledgement) -> Void)?

        /// Under which identity the records are numbered; nil: a new random one. For who must recognise its records
        /// after a restart.
        package var identity: ProducerIdentity?

        /// The defaults.
        public init() {}
    }

    /// Where records go that name no partition.
    public enum Partitioning: Hashable, Sendable {
        /// By the key as the official client does it; without a key to each online partition in turn.
        case keyOrRoundRobin
        /// By the key as the official client does it; without a key all to one partition, chosen when the producer is
        /// made.
        case keyOrSticky
        /// All to this one.
        case fixed(Int)
    }
}

/// The numbering of a producer's records: under one id, each partition counts for itself.
package struct ProducerIdentity: Equatable, Sendable {
    /// Random, at least 0.
    package var id: Int64
    /// Goes up when the sequences start again.
    package var epoch: Int16
    /// The number of the next record, for partitions that have some already; 0 for the others.
    package var sequences: [Int: Int32]

    /// An identity that has sent `sequences` records so far.
    package init(id: Int64, epoch: Int16 = 0, sequences: [Int: Int32] = [:]) {
        self.id = id
        self.epoch = epoch
        self.sequences = sequences
    }
}

/// A batch that is stored as safely as was asked for.
public struct Acknowledgement: Hashable, Sendable {
    /// The topic.
    public let topic: String
    /// The partition, counted from 0.
    public let partition: Int
    /// The offset of its first record. Nil: it is known to be stored, but not where.
    public let firstOffset: Int64?
    /// Number of records.
    public let count: Int
    /// The tag that its last record was appended with.
    public let lastTag: UInt64

    package init(topic: String, partition: Int, firstOffset: Int64?, count: Int, lastTag: UInt64) {
        self.topic = topic
        self.partition = partition
        self.firstOffset = firstOffset
        self.count = count
        self.lastTag = lastTag
    }
}
