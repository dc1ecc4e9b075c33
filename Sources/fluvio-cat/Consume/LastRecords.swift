import FluvioClient

/// The last records of a topic over all its partitions, by their timestamps.
enum LastRecords {
    /// Where each partition must begin so that all of them together give the last `count` records.
    ///
    /// Reads the last `count` of every partition, and keeps their timestamps: 8 bytes each.
    static func starts(
        _ count: Int, of topic: String, _ settings: ConsumerSettings, _ client: Fluvio
    ) async throws -> [UInt32: StartPosition] {
        var settings = settings
        settings.start = .beforeEnd(Int64(count))
        settings.stopsAtEnd = true
        let consumer = try await client.consumer(of: topic, settings: settings)
        defer { consumer.close() }
        // One partition needs no comparison.
        guard consumer.ranges.count > 1 else { return consumer.ranges.mapValues { .offset($0.lowerBound) } }
        var tails = consumer.ranges.mapValues { Tail(end: $0.upperBound) }
        for try await batch in consumer.batches {
            for record in batch { tails[record.partition]?.timestamps.append(record.timestamp ?? -1) }
        }
        take(count, from: &tails)
        return tails.mapValues { .offset($0.start) }
    }

    /// The end of a partition, of which more and more is taken.
    struct Tail: Equatable {
        /// Offset behind the last record.
        let end: Int64
        /// Of the last records, in their order.
        var timestamps: [Int64] = []
        /// How many of them are taken.
        var taken = 0

        init(end: Int64, timestamps: [Int64] = []) {
            self.end = end
            self.timestamps = timestamps
        }

        /// The timestamp of the last record that is not taken.
        var next: Int64? { taken < timestamps.count ? timestamps[timestamps.count - 1 - taken] : nil }
        /// Offset of the first record that is taken.
        var start: Int64 { end - Int64(taken) }
    }

    /// Takes the latest record of all tails, `count` times; of equals that of the higher partition.
    static func take(_ count: Int, from tails: inout [UInt32: Tail]) {
        for _ in 0..<count {
            let latest = tails.compactMap { partition, tail in tail.next.map { (time: $0, partition: partition) } }
                .max { ($0.time, $0.partition) < ($1.time, $1.partition) }
            guard let latest else { return }
            tails[latest.partition]?.taken += 1
        }
    }
}
