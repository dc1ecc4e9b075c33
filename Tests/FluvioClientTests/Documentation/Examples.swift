import FluvioClient

// The examples of the documentation, as whoever has nothing but the public names writes them.

/// A type of the reader's own.
struct Reading: RecordContent, Equatable {
    struct NotAReading: Error {}

    var celsius: Double

    init(celsius: Double) { self.celsius = celsius }

    init(recordBytes: [UInt8]) throws {
        guard let celsius = Double(try String(recordBytes: recordBytes)) else { throw NotAReading() }
        self.celsius = celsius
    }

    func recordBytes() throws -> [UInt8] { "\(celsius)".recordBytes() }
}

enum Examples {
    /// That of the README. The current profile is looked up in the file that the environment names.
    static func readme() async throws {
        let client = try await Fluvio.connect()
        let producer = try await client.producer(for: "countries")
        try await producer.send([("Norway", "100"), ("Sweden", "200")])
        try await producer.finish()
        for record in try await client.fetch("countries", from: 0, count: 10) {
            print(record.offset, try record.value(as: String.self))
        }
    }

    static func beginning(_ target: Target) async throws -> [String] {
        var lines: [String] = []
        func print(_ line: String) { lines.append(line) }

        let client = try await Fluvio.connect(to: target)
        try await client.admin.createTopic("countries", TopicSpec(partitions: 1))

        let producer = try await client.producer(for: "countries")
        try await producer.send([("Norway", "100"), ("Sweden", "200")])
        try await producer.finish()

        for record in try await client.fetch("countries", from: 0, count: 10) {
            let country = try record.key(as: String.self) ?? "?"
            print("\(record.offset) \(country): \(try record.value(as: String.self))")
        }
        client.close()
        return lines
    }

    static func sending(_ client: Fluvio, _ topic: String, _ lines: [String]) async throws -> [Int64?] {
        let producer = try await client.producer(for: topic)
        try await producer.send("a text")
        try await producer.send(Reading(celsius: 21.5))
        try await producer.send(key: "kitchen", value: Reading(celsius: 19))
        try await producer.send(lines)

        let receipt = try await producer.send("the last one")
        let offset = try await receipt.offset()

        try await producer.finish()
        producer.close()
        return [offset]
    }

    static func settings(_ client: Fluvio, _ topic: String) async throws -> ProducerCounts {
        var settings = ProducerSettings()
        settings.linger = .milliseconds(5)
        settings.compression = .zstd
        settings.isolation = .readUncommitted
        let producer = try await client.producer(for: topic, settings: settings)

        await withThrowingTaskGroup { group in
            for task in 0..<4 {
                group.addTask {
                    for number in 0..<100 { try await producer.send(key: "\(task)", value: "\(number)") }
                }
            }
        }
        try await producer.finish()
        return producer.counts
    }

    static func reading(_ client: Fluvio, _ topic: String) async throws -> [String] {
        var lines: [String] = []
        func print(_ line: String) { lines.append(line) }

        var settings = ConsumerSettings()
        settings.start = .beforeEnd(10)
        settings.stopsAtEnd = true
        let consumer = try await client.consumer(of: topic, settings: settings)
        for try await record in consumer.records {
            print("\(record.partition) \(record.offset): \(try record.value(as: String.self))")
        }
        consumer.close()
        return lines
    }

    static func several(_ client: Fluvio, _ topic: String) async throws -> [Int] {
        var careful = ConsumerSettings()
        careful.stopsAtEnd = true
        var fast = ConsumerSettings()
        fast.isolation = .readUncommitted
        fast.maximumBytes = 64 << 10
        fast.partitions = [0]
        fast.stops = [0: 2]

        return try await withThrowingTaskGroup(of: Int.self) { group in
            for settings in [careful, fast] {
                group.addTask {
                    let consumer = try await client.consumer(of: topic, settings: settings)
                    defer { consumer.close() }
                    var count = 0
                    for try await records in consumer.batches { count += records.count }
                    return count
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted()
        }
    }

    static func resuming(_ client: Fluvio, _ topic: String) async throws -> [UInt32: Int64]? {
        var settings = ConsumerSettings()
        settings.consumerID = "billing"
        settings.stopsAtEnd = true
        for (partition, offset) in try await client.positions(of: "billing")[topic] ?? [:] {
            settings.starts[partition] = .offset(offset)
        }
        let consumer = try await client.consumer(of: topic, settings: settings)
        for try await record in consumer.records {
            // What is to be done with the record is done here.
            try await consumer.commit([record.partition: record.offset + 1])
        }
        consumer.close()
        return try await client.positions(of: "billing")[topic]
    }

    static func topics(_ client: Fluvio) async throws -> [String] {
        var spec = TopicSpec(partitions: 2)
        spec.cleanupPolicy = .segment(seconds: 3600)
        spec.compression = .lz4
        try await client.admin.createTopic("tmp-orders", spec)
        try await client.admin.addPartitions(1, to: "tmp-orders")

        let ready = ObjectFilter(globs: ["tmp-*"], status: "Provisioned")
        for topic in try await client.admin.list(.topic, matching: ready) {
            print(String(decoding: topic.value.yaml(), as: UTF8.self))
        }
        let held = try await client.admin.list(.partition, matching: ObjectFilter(names: ["tmp-orders"], spu: 5001))
        for partition in try await client.admin.offsets(of: "tmp-orders") {
            print(partition.partition, partition.end - partition.start)
        }
        try await client.admin.deleteTopic("tmp-orders")
        return held.map { "\($0.name) \($0.owner?.name ?? "")" }
    }

    static func profiles(_ path: String, _ first: String, _ second: String) async throws -> [String?] {
        try Profiles.update(path) { profiles throws(FluvioError) in
            try profiles.add("laptop", address: first)
            try profiles.add("edge", address: second)
        }
        let added = try Profiles.load(path).current

        try Profiles.update(path) { profiles throws(FluvioError) in try profiles.switchTo("laptop") }
        let profiles = try Profiles.load(path)
        return [added, profiles.current, try profiles.profile("edge").address] + profiles.names
    }

    static func copy(from first: Target, to second: Target, _ topic: String) async throws -> Int {
        let source = try await Fluvio.connect(to: first)
        let destination = try await Fluvio.connect(to: second)
        let producer = try await destination.producer(for: topic)
        var settings = ConsumerSettings()
        settings.stopsAtEnd = true
        let consumer = try await source.consumer(of: topic, settings: settings)
        for try await record in consumer.records {
            try await producer.send(key: record.key, value: record.value, timestamp: record.timestamp)
        }
        try await producer.finish()
        source.close()
        destination.close()
        return producer.counts.acknowledged
    }

    static func errors(_ client: Fluvio) async -> String {
        do {
            _ = try await client.producer(for: "contries")
        } catch {
            if error.code == .topicNotFound { return "\(error.message), \(error.advice ?? "")" }
            return error.isRetriable ? "later" : "\(error)"
        }
        return "there is such a topic"
    }
}
