import FluvioClient
import FluvioProtocol
import Synchronization
import ToolSupport

/// Makes a topic ready to be taken in: its tables, its place in the database, its consumer.
struct TopicOpener: Sendable {
    let options: RunOptions
    let context: ToolContext
    let client: Fluvio
    let writer: DatabaseWriter
    let directory: TableDirectory

    private var diagnostics: Diagnostics { context.diagnostics }

    /// Makes it ready, or some more of its partitions; nil: another process of the id has been faster.
    func open(_ topic: String, partitions: [UInt32]) async throws -> SinkPump.Opened? {
        let logs = try await logs(of: topic, partitions)
        let tables = try await prepare(topic, members: options.evolves ? members(of: topic, logs) : [])
        let mapping = directory.fingerprint(tables)
        let requests = partitions.map { partition in
            DatabaseWriter.Request(
                topic: topic, partition: partition, start: options.from.offset(in: logs[partition] ?? 0..<0),
                mapping: mapping)
        }
        var opened = try await writer.open(requests, tables: directory.all)
        if opened.contains(where: \.isElsewhere) { return nil }
        for index in opened.indices {
            if let better = try await settle(topic, partitions[index], opened[index], logs[partitions[index]] ?? 0..<0)
            {
                opened[index] = try await writer.open([better.with(mapping: mapping)], tables: directory.all)[0]
            }
        }
        var settings = ConsumerSettings()
        settings.partitions = partitions
        for (partition, there) in zip(partitions, opened) { settings.starts[partition] = .offset(there.next) }
        settings.stopsAtEnd = options.stopsAtEnd
        settings.isolation = options.isolation
        settings.retry = options.patience.retryLimit
        // Whole responses are committed, so they are not to be larger than a batch; nor than what a cache holds.
        settings.maximumBytes = 1 << 20
        let consumer = try await client.consumer(of: topic, settings: settings) { [diagnostics] event in
            switch event {
            case .lost(let partition, let error):
                diagnostics.note("topic \(topic), partition \(partition): \(error.message); trying again")
            case .recovered(let partition):
                diagnostics.note("topic \(topic), partition \(partition): goes on where it was")
            case .gap(let partition, let offsets):
                diagnostics.error(
                    "topic \(topic), partition \(partition): offsets \(offsets.lowerBound)..\(offsets.upperBound - 1) are "
                        + "not kept any more")
            }
        }
        return SinkPump.Opened(
            topic: topic, consumer: consumer, partitions: Dictionary(uniqueKeysWithValues: zip(partitions, opened)),
            tables: tables)
    }

    /// The numbers of its tables.
    private func prepare(_ topic: String, members: [Mapping.Column]) async throws -> [Int] {
        let numbers = Mutex<[Int]>([])
        try await writer.visit { [options, directory] connection in
            if !options.isDry { try SchemaSetup.ensure(connection) }
            let found = try directory.prepare(topic, members: members, connection)
            numbers.withLock { $0 = found }
        }
        return numbers.withLock { $0 }
    }

    /// Columns for what the last records have, where no mapping says what is taken of them.
    private func members(of topic: String, _ logs: [UInt32: Range<Int64>]) async throws -> [Mapping.Column] {
        guard options.mapping == nil else { return [] }
        var inference = Inference()
        for (partition, log) in logs.sorted(by: { $0.key < $1.key }) where !log.isEmpty {
            let start = max(log.lowerBound, log.upperBound - Self.sample)
            for record in try await client.fetch(
                topic, partition: partition, from: .offset(start), count: Int(Self.sample))
            { inference.take(record.value) }
        }
        return inference.members.compactMap { $0.column(isRequired: false) }
    }

    /// Records of each partition that are looked at.
    private static let sample: Int64 = 1000

    private func logs(of topic: String, _ partitions: [UInt32]) async throws -> [UInt32: Range<Int64>] {
        let offsets = try await client.admin.offsets(of: topic)
        return Dictionary(
            offsets.filter { partitions.contains($0.partition) }.map {
                ($0.partition, $0.start..<max($0.start, $0.end))
            },
            uniquingKeysWith: { $1 })
    }

    /// Holds what the database says against the log; a request to begin elsewhere, if that is what the policies want.
    private func settle(
        _ topic: String, _ partition: UInt32, _ opened: DatabaseWriter.Opened, _ log: Range<Int64>
    ) async throws -> DatabaseWriter.Request? {
        let place = "topic \(topic), partition \(partition)"
        var log = log
        var decision = StartDecision(next: opened.next, log: log)
        // The high watermark of a new leader lags for a moment.
        var tries = 0
        while case .rewound = decision, tries < 20 {
            tries += 1
            try await Task.sleep(for: .milliseconds(100))
            log = try await logs(of: topic, [partition])[partition] ?? log
            decision = StartDecision(next: opened.next, log: log)
        }
        switch decision {
        case .gap(let offsets):
            let what = "\(place): offsets \(offsets.lowerBound)..\(offsets.upperBound - 1) are not kept any more"
            guard options.onGap == .skip else {
                throw ToolError("\(what), and are not in the database; --on-gap skip goes on behind them")
            }
            diagnostics.error(what)
            try await move(topic, partition, to: offsets.upperBound, skipping: offsets, what)
        case .rewound(let next, let end):
            try await rewind(
                topic, partition, log,
                "\(place): the database has what comes before offset \(next), and the topic ends at \(end)")
        case .start(let next):
            guard let checksum = opened.lastChecksum, next > log.lowerBound,
                try await !isSame(topic, partition, next, checksum)
            else { return nil }
            try await rewind(
                topic, partition, log, "\(place): the record at offset \(next - 1) is not the one in the database")
        }
        return DatabaseWriter.Request(topic: topic, partition: partition, start: log.lowerBound, mapping: "")
    }

    private func isSame(
        _ topic: String, _ partition: UInt32, _ next: Int64, _ checksum: UInt32
    ) async throws -> Bool {
        let records = try await client.fetch(topic, partition: partition, from: .offset(next - 1), count: 1)
        guard let record = records.first, record.offset == next - 1 else { return true }
        let found = unsafe record.value.withUnsafeBytes { value in
            guard let key = record.key else { return unsafe TopicSource.checksum(nil, value) }
            return unsafe key.withUnsafeBytes { unsafe TopicSource.checksum($0, value) }
        }
        return found == checksum
    }

    private func rewind(_ topic: String, _ partition: UInt32, _ log: Range<Int64>, _ what: String) async throws {
        guard options.onRewind == .reset else {
            throw ToolError("\(what): it may be another topic of the same name; --on-rewind reset begins anew")
        }
        diagnostics.error("\(what); begins anew")
        try await move(topic, partition, to: log.lowerBound, skipping: nil, what)
    }

    private func move(
        _ topic: String, _ partition: UInt32, to next: Int64, skipping gap: Range<Int64>?, _ what: String
    ) async throws {
        if options.isDry { return }
        let id = options.name
        try await writer.visit { connection in
            let key = [id, topic, "\(partition)"]
            try connection.execute("BEGIN")
            try connection.execute(
                "UPDATE fluvio_sink.offsets SET next_offset=$4::bigint,last_ts=NULL,last_crc=NULL WHERE sink_id=$1 AND "
                    + "topic=$2 AND partition=$3::int", key + ["\(next)"])
            if let gap {
                try connection.execute(
                    OffsetStatements.dead,
                    key + ["\(gap.lowerBound)", nil, nil, "", nil, what, nil, nil, nil, nil, nil])
            } else {
                try connection.execute(
                    "DELETE FROM fluvio_sink.producers WHERE sink_id=$1 AND topic=$2 AND partition=$3::int", key)
            }
            try connection.execute("COMMIT")
        }
    }
}

extension DatabaseWriter.Request {
    fileprivate func with(mapping: String) -> Self {
        var request = self
        request.mapping = mapping
        return request
    }
}
