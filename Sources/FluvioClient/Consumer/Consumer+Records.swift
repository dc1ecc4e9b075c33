/// A record that was read.
public struct Record: Hashable, Sendable {
    /// The partition.
    public let partition: UInt32
    /// Its offset there.
    public let offset: Int64
    /// Milliseconds since 1970 UTC; nil if its producer gave none.
    public let timestamp: Int64?
    /// The key, which may be empty; nil if there is none.
    public let key: [UInt8]?
    /// The value.
    public let value: [UInt8]

    /// A record as it was read, or is to look.
    public init(partition: UInt32, offset: Int64, timestamp: Int64?, key: [UInt8]?, value: [UInt8]) {
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
    }
}

extension Consumer {
    /// The records, response by response: each element holds those of one partition in their order. Ends where the
    /// partitions ended, if that was asked for.
    public var batches: Batches { Batches(consumer: self) }

    /// See ``Consumer/batches``. Iterate it once.
    public struct Batches: AsyncSequence, Sendable {
        let consumer: Consumer

        /// Begins to iterate.
        public func makeAsyncIterator() -> Iterator { Iterator(consumer: consumer) }

        /// Takes one response after the other.
        public struct Iterator: AsyncIteratorProtocol {
            let consumer: Consumer
            private let reader: Reader

            /// A box, as an iterator is copied and a reader is not.
            private final class Reader {
                var reader: ChunkReader
                init(_ consumer: Consumer) {
                    reader = ChunkReader(
                        topic: consumer.topic, maximumDecompressed: consumer.settings.maximumDecompressed)
                }
            }

            init(consumer: Consumer) {
                self.consumer = consumer
                reader = Reader(consumer)
            }

            /// The records of the next response; nil at the end.
            public mutating func next(
                isolation: isolated (any Actor)? = #isolation
            ) async throws(FluvioError) -> [Record]? {
                while true {
                    if Task.isCancelled { throw FluvioError(.cancelled, "cancelled") }
                    switch try consumer.take() {
                    case .end: return nil
                    case .empty: await consumer.waitForArrival()
                    case .chunk(let chunk):
                        let records = try Self.records(of: chunk, with: reader)
                        if !records.isEmpty { return records }
                    }
                }
            }

            private static func records(of chunk: RecordChunk, with reader: Reader) throws(FluvioError) -> [Record] {
                var records: [Record] = []
                do {
                    try unsafe reader.reader.read(chunk) { offset, timestamp, key, value in
                        records.append(
                            Record(
                                partition: chunk.partition, offset: offset, timestamp: timestamp < 0 ? nil : timestamp,
                                key: unsafe key.map { unsafe [UInt8]($0) }, value: unsafe [UInt8](value)))
                        return true
                    }
                } catch {
                    throw error as? FluvioError ?? FluvioError(.corruptData, "\(error)")
                }
                return records
            }
        }
    }
}

extension Fluvio {
    /// Reads up to `count` records of one partition, from an offset on, as far as the partition reaches now.
    ///
    /// - Throws: ``FluvioError/Code/topicNotFound``, ``FluvioError/Code/partitionNotFound``,
    ///   ``FluvioError/Code/offsetOutOfRange``, ``FluvioError/Code/corruptData``; what keeps it from the leader.
    public func fetch(
        _ topic: String, partition: UInt32 = 0, from start: StartPosition = .beginning, count: Int
    ) async throws(FluvioError) -> [Record] {
        var settings = ConsumerSettings()
        settings.partitions = [partition]
        settings.start = start
        settings.stopsAtEnd = true
        let consumer = try await consumer(of: topic, settings: settings)
        defer { consumer.close() }
        var records: [Record] = []
        var batches = consumer.batches.makeAsyncIterator()
        while records.count < count, let batch = try await batches.next() { records += batch }
        return Array(records.prefix(count))
    }
}
