/// Reads the records of one topic.
///
/// Each partition is read in order and at its own position, whatever becomes of its leader; partitions come as they
/// are ready, in no order among them. There is one reader: ``batches``, ``records`` and ``next(waitingAtMost:)`` share
/// the positions, and are not to be used at the same time.
public final class Consumer: Sendable {
    /// The topic.
    public let topic: String
    /// What it was made with.
    public let configuration: Configuration

    init(topic: String, configuration: Configuration) {
        self.topic = topic
        self.configuration = configuration
    }

    /// The partitions that are read.
    public var partitions: [Int] { [] }

    /// The offset that is read next in a partition: behind the last record handed out. Nil for a partition that is not
    /// read.
    public func position(of partition: Int) -> Int64? { nil }

    /// Where reading of a partition ends, once that is known; nil: never.
    public func end(of partition: Int) -> Int64? { nil }

    /// Where the partitions begin and end now.
    public func ends() async throws(FluvioError) -> [PartitionOffsets] { throw notYet }

    /// Reads up to `count` records of one partition from offset `offset` on, without moving any position. Fewer come
    /// if the partition ends before.
    ///
    /// - Throws: ``FluvioError/Code/offsetEvicted``, ``FluvioError/Code/offsetOutOfRange``,
    ///   ``FluvioError/Code/corruptData`` and what asking a server can throw.
    public func fetch(partition: Int, from offset: Int64, count: Int) async throws(FluvioError) -> [Record] {
        throw notYet
    }

    /// The records in the groups they arrive in. The cheapest way to read: one suspension per batch.
    public var batches: Batches { Batches(consumer: self) }

    /// The records one by one.
    public var records: Records { Records(batches: batches) }

    /// What ``next(waitingAtMost:)`` comes back with.
    package enum Next: Sendable {
        /// Records; their positions are passed.
        case batches(FetchedBatches)
        /// None came in time.
        case idle
        /// Every partition has reached its end.
        case end
    }

    /// The next response, for a thread that may block. Not for threads of the concurrency pool.
    ///
    /// - Parameter limit: nil: waits until there is one. Zero: only what has arrived.
    /// - Throws: what has ended the consumer, or ``FluvioError/Code/closed`` after ``close()``.
    package func next(waitingAtMost limit: Duration? = nil) throws(FluvioError) -> Next { throw notYet }

    /// Ends reading; a waiting reader gets ``FluvioError/Code/closed``. May be called from any thread.
    public func close() {}

    private var notYet: FluvioError { FluvioError(.closed, "the consumer of topic \(topic) is closed") }
}

extension Consumer {
    /// The records of a consumer in the groups they arrive in.
    public struct Batches: AsyncSequence, Sendable {
        /// What comes.
        public typealias Element = Batch
        /// What can end it early.
        public typealias Failure = FluvioError

        let consumer: Consumer

        /// Steps through the batches.
        public struct Iterator: AsyncIteratorProtocol {
            let consumer: Consumer

            /// The next batch; nil when every partition has reached its end.
            public mutating func next() async throws(FluvioError) -> Batch? { nil }
        }

        /// Begins where the consumer's positions are.
        public func makeAsyncIterator() -> Iterator { Iterator(consumer: consumer) }
    }

    /// The records of a consumer one by one.
    public struct Records: AsyncSequence, Sendable {
        /// What comes.
        public typealias Element = Record
        /// What can end it early.
        public typealias Failure = FluvioError

        let batches: Batches

        /// Steps through the records; it suspends once per batch.
        public struct Iterator: AsyncIteratorProtocol {
            var batches: Batches.Iterator
            var held: [Record] = []
            var index = 0

            /// The next record; nil when every partition has reached its end.
            public mutating func next() async throws(FluvioError) -> Record? {
                while index == held.count {
                    guard let batch = try await batches.next() else { return nil }
                    held = batch.records
                    index = 0
                }
                defer { index += 1 }
                return held[index]
            }
        }

        /// Begins where the consumer's positions are.
        public func makeAsyncIterator() -> Iterator { Iterator(batches: batches.makeAsyncIterator()) }
    }
}
