import FluvioClient
import Glibc
import Synchronization
import ToolSupport
import Unix

/// `fluvio-sink-pg run`: topics into tables.
struct RunCommand: Sendable {
    let options: RunOptions
    let context: ToolContext

    private var diagnostics: Diagnostics { context.diagnostics }

    func run() async throws -> Outcome {
        var outcome: Outcome?
        while outcome == nil {
            do {
                outcome = try await work()
            } catch {
                outcome = try ending(error)
            }
        }
        return outcome ?? .exit(.success)
    }

    /// What an error comes to; nil: it is to begin anew.
    private func ending(_ error: any Error) throws -> Outcome? {
        switch error {
        case let stopped as Stopped: return options.stop.outcome(of: stopped.signal, isComplete: true)
        case is LeaseLost:
            // What it had in hand is another's now, and was not written. It takes part again, under another name.
            diagnostics.note("\(error); takes part anew")
        case is MovedBack where !options.readsInput: diagnostics.note("\(error); reads on from there")
        default: throw error
        }
        return nil
    }

    private func work() async throws -> Outcome {
        context.signals.grace = options.stop.grace
        let mapping = try options.mapping.map(Self.mapping)
        let directory = TableDirectory(options, mapping, diagnostics)
        let database = Database(
            target: options.target, limit: options.patience.retryLimit, context: context, name: options.name)
        if options.readsInput { return try await takeInput(directory, database) }
        let client = try await options.patience.connect(context)
        defer { client.close() }
        let owner = Self.owner()
        var settings = writerSettings(owner)
        // Those who share look into it before they have any partition.
        if options.shares { try await database.with { try SchemaSetup.ensure($0) } }
        let letters: DeadTopic? =
            if let topic = options.deadTopic { try await DeadTopic(client, topic, id: options.name) } else { nil }
        defer { letters?.close() }
        settings.deadTopic = letters
        let selection = try TopicSelection(options)
        let workers = try Workers(
            settings, options, context, client, directory,
            isOpen: !options.stopsAtEnd && selection.hasPatterns || options.shares)
        defer { workers.end() }
        let names = try await selection.topics(client)
        if names.isEmpty {
            guard !options.stopsAtEnd else {
                throw ToolError("no topic matches \(options.topics.joined(separator: " "))")
            }
            diagnostics.note("no topic matches yet")
        }
        var known: [String: UInt32] = [:]
        for topic in names {
            let count = try await client.partitionCount(of: topic)
            known[topic] = count
            let partitions = options.partitions.isEmpty ? Array(0..<count) : Set(options.partitions).sorted()
            if let missing = partitions.first(where: { $0 >= count }) {
                throw ToolError(
                    "topic \(topic) has no partition \(missing); it has \(counted(count, "partition")), numbered from 0"
                )
            }
            if !options.shares { try await workers.open(topic, partitions: partitions) }
        }
        let keeper = ShareKeeper(
            options: options, owner: owner, database: database, client: client, workers: workers, selection: selection,
            context: context)
        let keeping = options.shares ? Task { await keeper.run() } : nil
        let watch = options.stopsAtEnd || options.shares ? nil : selection.watch(client, known, workers)
        defer { withExtendedLifetime(watch) {} }
        let id = options.name
        let metrics = try options.metrics.map { target in
            try MetricsServer(at: target, diagnostics) { Figures.text(workers.totals, id: id) }
        }
        defer { metrics?.close() }
        let service = ServiceManager()
        service.ready(status: "\(id): \(counted(names.count, "topic"))")
        context.signals.onStop { _ in service.stopping() }
        let result = try await workers.run(options, context, directory, service)
        if let keeping {
            keeping.cancel()
            await keeping.value
            await keeper.leave()
        }
        return try finish(result, workers.totals)
    }

    /// Standard input in place of topics.
    private func takeInput(_ directory: TableDirectory, _ database: Database) async throws -> Outcome {
        let tables = try await database.with { connection in
            try SchemaSetup.ensure(connection)
            return try directory.prepare(LineSource.topic, connection)
        }
        let writer = try DatabaseWriter(writerSettings(Self.owner()))
        try writer.start()
        defer { writer.end() }
        let request = DatabaseWriter.Request(
            topic: LineSource.topic, partition: 0, start: 0, mapping: directory.fingerprint(tables))
        let opened = try await writer.open([request], tables: directory.all)[0]
        diagnostics.note("standard input is taken in at least once: lines that come again are written again")
        let (arrivals, service) = (try Arrivals(isOpen: false), ServiceManager())
        service.ready(status: "\(options.name): standard input")
        context.signals.onStop { _ in service.stopping() }
        let (options, context) = (options, context)
        let result = try await onOwnThread {
            let pump = SinkPump(options, context, writer, directory, arrivals, service)
            pump.input = (opened, tables)
            return try pump.run()
        }
        return try finish(result, writer.totals)
    }

    private func writerSettings(_ owner: String) -> WriterSettings {
        WriterSettings(
            id: options.name, target: options.target, owner: owner, isPooled: options.pooling == .transaction,
            waitsForOthers: options.waits, lease: options.shares ? options.lease : nil,
            streamBytes: options.streamBytes, batchRows: options.batchRows, isDry: options.isDry,
            onBad: options.onBad, foreignKeyWait: options.foreignKeyWait, budget: DeadBudget(options.maximumDead),
            channel: options.notify, isAsynchronous: options.commit == .async,
            acceptsMapping: options.acceptsMapping || options.evolves,
            limit: options.patience.retryLimit, diagnostics: diagnostics, signals: context.signals)
    }

    /// Host, process, and a number that no other run has.
    private static func owner() -> String {
        var name = utsname()
        _ = unsafe uname(&name)
        let host = unsafe withUnsafeBytes(of: &name.nodename) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return "\(host):\(getpid()):\(String(UInt64.random(in: 0...UInt64.max), radix: 16))"
    }

    static func mapping(_ path: String) throws -> Mapping {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Unix.contents(of: path)
        } catch {
            throw ToolError("cannot read \(path): \(error.reason)", .usage)
        }
        do throws(ValueError) {
            return try Mapping(parsing: bytes)
        } catch {
            throw ToolError("\(path): \(error)", .usage)
        }
    }

    private func finish(_ result: SinkPump.Result, _ totals: DatabaseWriter.Totals) throws -> Outcome {
        if let back = result.failure as? MovedBack {
            if options.readsInput {
                throw ToolError("\(back): lines that came since are to be sent again", .incomplete)
            }
            throw back
        }
        if result.repeats > 0 {
            diagnostics.note("\(counted(result.repeats, "record")) stood in the log twice; written once")
        }
        let dead = totals.dead
        let rows = counted(
            totals.records - dead, options.isDry ? "record would be a row" : "record committed",
            options.isDry ? "records would be rows" : "records committed")
        diagnostics.detail(
            "\(rows) in \(counted(totals.batches, "transaction")), \(counted(dead, "dead letter"))")
        if let failure = result.failure { throw failure }
        if result.damagedBatches > 0 {
            diagnostics.error("\(counted(result.damagedBatches, "damaged batch was", "damaged batches were")) left out")
        }
        if dead > 0 {
            diagnostics.error(
                counted(dead, "record is no row", "records are no rows")
                    + (options.isDry ? "" : "; 'fluvio-sink-pg dead list' shows \(dead == 1 ? "it" : "them")"))
        }
        if let signal = result.signal { return options.stop.outcome(of: signal, isComplete: dead == 0) }
        if result.damagedBatches > 0 { return .exit(.incomplete) }
        return .exit(dead > 0 ? .refused : .success)
    }
}

/// Which topics are taken in.
final class TopicSelection: Sendable {
    private final class Box: Sendable {
        private let pattern: Mutex<Pattern>
        init(_ text: String) throws(ValueError) { pattern = Mutex(try Pattern(text)) }
        func match(_ name: String) -> Bool { pattern.withLock { $0.isFound(in: name) } }
    }

    private let named: [String]
    private let patterns: [Box]
    private let partitions: [UInt32]
    private let known = Mutex<[String: UInt32]>([:])

    init(_ options: RunOptions) throws {
        named = options.topics.filter { !options.isPattern($0) }
        partitions = options.partitions
        do throws(ValueError) {
            patterns = try options.topics.filter(options.isPattern).map { text throws(ValueError) in try Box(text) }
        } catch {
            throw UsageError("TOPIC: \(error)")
        }
    }

    var hasPatterns: Bool { !patterns.isEmpty }

    private func match(_ name: String) -> Bool { patterns.contains { $0.match(name) } }

    /// Those that there are now, in their order.
    func topics(_ client: Fluvio) async throws -> [String] {
        var names: [String] = []
        for name in named where !names.contains(name) { names.append(name) }
        if hasPatterns {
            for name in try await client.readableTopics().keys.sorted() where match(name) && !names.contains(name) {
                names.append(name)
            }
        }
        return names
    }

    /// Opens what comes later, topics and partitions.
    func watch(
        _ client: Fluvio, _ there: [String: UInt32], _ workers: Workers
    ) -> TopicWatch {
        known.withLock { $0 = there }
        return client.watchTopics { [self] topics in
            var wanted: [(topic: String, partitions: [UInt32])] = []
            known.withLock { known in
                for (topic, count) in topics.sorted(by: { $0.key < $1.key }) {
                    guard known[topic] != nil || match(topic) else { continue }
                    let before = known[topic] ?? 0
                    guard count > before else { continue }
                    known[topic] = count
                    let chosen = (before..<count).filter { partitions.isEmpty || partitions.contains($0) }
                    if !chosen.isEmpty { wanted.append((topic, chosen)) }
                }
            }
            if wanted.isEmpty { return }
            let news = wanted
            Task {
                for (topic, partitions) in news {
                    do {
                        try await workers.open(topic, partitions: partitions)
                    } catch let error as FluvioError where error.code == .topicNotFound {
                        // One that went as it came is no failure.
                    } catch {
                        workers.fail(error)
                    }
                }
            }
        }
    }
}
