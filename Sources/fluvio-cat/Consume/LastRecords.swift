import FluvioClient

/// The last records of topics over all their partitions, by their timestamps.
enum LastRecords {
    /// A partition of one of the topics.
    struct Key: Hashable, Comparable {
        let topic: String
        let partition: UInt32

        static func < (a: Key, b: Key) -> Bool { (a.topic, a.partition) < (b.topic, b.partition) }
    }

    /// Where each partition must begin so that all of them together give the last `count` records.
    ///
    /// Reads the last `count` of every partition, and keeps their timestamps: 8 bytes each.
    static func starts(
        _ count: Int, of topics: [String], _ settings: ConsumerSettings, _ client: Fluvio
    ) async throws -> [String: [UInt32: StartPosition]] {
        var settings = settings
        settings.start = .beforeEnd(Int64(count))
        settings.stopsAtEnd = true
        // It only looks.
        settings.consumerID = nil
        var tails: [Key: Tail] = [:]
        for topic in topics {
            let consumer = try await client.consumer(of: topic, settings: settings)
            defer { consumer.close() }
            for (partition, range) in consumer.ranges {
                tails[Key(topic: topic, partition: partition)] = Tail(end: range.upperBound)
            }
            // One partition needs no comparison.
            if topics.count == 1, consumer.ranges.count == 1 {
                return [topic: consumer.ranges.mapValues { .offset($0.lowerBound) }]
            }
            for try await batch in consumer.batches {
                for record in batch {
                    tails[Key(topic: topic, partition: record.partition)]?.timestamps.append(record.timestamp ?? -1)
                }
            }
        }
        take(count, from: &tails)
        return tails.reduce(into: [:]) { starts, entry in
            starts[entry.key.topic, default: [:]][entry.key.partition] = .offset(entry.value.start)
        }
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
    static func take(_ count: Int, from tails: inout [Key: Tail]) {
        for _ in 0..<count {
            let latest = tails.compactMap { key, tail in tail.next.map { (time: $0, key: key) } }
                .max { ($0.time, $0.key) < ($1.time, $1.key) }
            guard let latest else { return }
            tails[latest.key]?.taken += 1
        }
    }
}
