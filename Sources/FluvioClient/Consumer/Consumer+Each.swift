extension StartPosition: ExpressibleByIntegerLiteral {
    /// At this offset.
    public init(integerLiteral offset: Int64) { self = .offset(offset) }
}

extension Consumer {
    /// The records, one after the other. Ends where the partitions ended, if that was asked for. For many small records
    /// ``batches`` costs less.
    public var records: Records { Records(consumer: self) }

    /// See ``Consumer/records``. Iterate it once.
    public struct Records: AsyncSequence, Sendable {
        let consumer: Consumer

        /// Begins to iterate.
        public func makeAsyncIterator() -> Iterator { Iterator(batches: consumer.batches.makeAsyncIterator()) }

        /// Takes one record after the other.
        public struct Iterator: AsyncIteratorProtocol {
            private var batches: Batches.Iterator
            private var records: ArraySlice<Record> = []

            init(batches: Batches.Iterator) { self.batches = batches }

            /// The next record, waiting until there is one; nil at the end.
            public mutating func next(
                isolation: isolated (any Actor)? = #isolation
            ) async throws(FluvioError) -> Record? {
                while true {
                    if let record = records.popFirst() { return record }
                    guard let batch = try await batches.next(isolation: isolation) else { return nil }
                    records = batch[...]
                }
            }
        }
    }
}
