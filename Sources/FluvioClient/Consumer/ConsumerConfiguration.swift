extension Consumer {
    /// What a consumer reads and how.
    public struct Configuration: Sendable {
        /// The partitions, counted from 0; nil: all that the topic has when the consumer is made.
        public var partitions: [Int]?
        /// Where reading begins.
        public var start = StartPosition.beginning
        /// Where it ends.
        public var end = EndPosition.never
        /// What is shown.
        public var isolation = IsolationLevel.committed
        /// Bytes of records asked for in one response, over all partitions: divided by their number, but not below
        /// 1 MiB each. A larger batch is read all the same.
        public var maximumBytes = 8_388_608
        /// Delivers records that stand twice in a partition twice. They come from producers of this library whose
        /// connection broke.
        public var keepsRepeats = false
        /// Passes over batches that are damaged, with a notice, instead of ending with
        /// ``FluvioError/Code/corruptData``.
        public var skipsCorruptBatches = false
        /// For how long a partition that cannot be read is tried again, before the consumer fails.
        public var retryFor = RetryLimit.duration(.seconds(30))

        /// The defaults.
        public init() {}
    }

    /// Where reading begins, in every partition.
    public enum StartPosition: Hashable, Sendable {
        /// At the first record that is kept.
        case beginning
        /// Behind the last record there is now.
        case end
        /// At this offset, or at the first one kept if that is higher.
        case offset(Int64)
        /// So many records before the end.
        case last(Int64)
        /// At an offset for each partition, and at the beginning of those not named.
        case offsets([Int: Int64])
    }

    /// Where reading ends, in every partition.
    public enum EndPosition: Hashable, Sendable {
        /// Never: new records are waited for.
        case never
        /// At the ends that the partitions have when the consumer is made.
        case pinned
        /// Before this offset, also if it is not there yet.
        case offset(Int64)
        /// Before an offset for each partition; partitions not named are not read.
        case offsets([Int: Int64])
    }
}

/// Where a partition's records begin and end.
public struct PartitionOffsets: Hashable, Sendable {
    /// The partition, counted from 0.
    public let partition: Int
    /// The first offset that is kept.
    public let start: Int64
    /// The offset behind the last record that all replicas have.
    public let end: Int64

    package init(partition: Int, start: Int64, end: Int64) {
        self.partition = partition
        self.start = start
        self.end = end
    }
}
