import FluvioClient
import ToolSupport
import Unix

/// `fluvio-cat consume`: topics to standard output or to files.
struct ConsumeCommand: Sendable {
    let options: ConsumeOptions
    let context: ToolContext

    private var diagnostics: Diagnostics { context.diagnostics }

    func run() async throws -> Outcome {
        context.signals.grace = options.stop.grace
        let moved = options.out == nil ? nil : try Hangup(context.signals)
        var settings = options.consumerSettings
        settings.smartModules = try options.smartModules.smartModules()
        // Another process that has the state is told before anything else is done.
        let file = try openState()
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let gaps = Gaps(
            diagnostics, namesTopics: options.topics.count > 1 || options.topics.contains(where: options.isPattern))
        let feed = try TopicFeed(options, client, settings) { gaps.tell($0, $1) }
        defer { feed.close() }
        let server = options.group.map { ServerPositions($0, client, diagnostics) }
        let stored = try await stored(server, file)
        let consumers = try await open(feed, settings, stored, client)
        if !options.stopsAtEnd { feed.watch(consumers.known, stored: stored) }
        let pump = RecordPump(
            options: options, context: context, feed: feed, server: options.isDry ? nil : server, file: file,
            moved: moved)
        let result = try await onOwnThread { try pump.run(consumers.consumers) }
        for consumer in result.consumers { consumer.close() }
        return try await finish(result, server, gaps)
    }

    /// The file of positions, if there is to be one.
    private func openState() throws -> SharedFile? {
        guard let path = options.statePath else { return nil }
        // Beside the files, whose directory may have to be made.
        if options.state == nil, let slash = path.lastIndex(of: "/") {
            do throws(SystemError) {
                try Unix.makeDirectories(String(path[..<slash]))
            } catch {
                throw ToolError("cannot make a directory: \(error)", .usage)
            }
        }
        return SharedFile(try PositionFile(path))
    }

    /// Where partitions go on.
    private func stored(
        _ server: ServerPositions?, _ file: SharedFile?
    ) async throws -> [String: [UInt32: Int64]] {
        var stored = try await server?.load() ?? [:]
        // The file knows what the files hold, so it goes before the server, which only hears of it.
        for (topic, entries) in file?.entries ?? [:] {
            stored[topic, default: [:]].merge(entries.mapValues(\.next)) { $1 }
        }
        return stored
    }

    private struct Opened: Sendable {
        var consumers: [Consumer] = []
        var known: [String: UInt32] = [:]
    }

    /// Opens all topics that there are.
    private func open(
        _ feed: TopicFeed, _ settings: ConsumerSettings, _ stored: [String: [UInt32: Int64]], _ client: Fluvio
    ) async throws -> Opened {
        let topics = try await feed.topics()
        if topics.isEmpty {
            guard !options.stopsAtEnd else {
                throw ToolError("no topic matches \(options.topics.joined(separator: " "))")
            }
            diagnostics.note("no topic matches yet")
        }
        var plans: [String: ReadingPlan] = [:]
        var opened = Opened()
        let now = Moment.present
        for topic in topics {
            let count = try await client.partitionCount(of: topic)
            opened.known[topic] = count
            let partitions = options.partitions.isEmpty ? Array(0..<count) : options.partitions
            let asked = partitions.filter { $0 < count }
            plans[topic] = try await ReadingPlan(
                options, topic: topic, partitions: asked, stored: stored[topic] ?? [:], now: now, client)
        }
        if let last = options.last {
            var settings = settings
            settings.partitions = options.partitions.isEmpty ? nil : options.partitions
            let starts = try await LastRecords.starts(last, of: topics, settings, client)
            for (topic, starts) in starts { plans[topic]?.starts = starts }
        }
        for topic in topics {
            guard let plan = plans[topic], let count = opened.known[topic] else { continue }
            let partitions = options.partitions.isEmpty ? Array(0..<count) : options.partitions
            opened.consumers.append(try await feed.open(topic, plan, partitions))
        }
        return opened
    }

    private func finish(_ result: RecordPump.Result, _ server: ServerPositions?, _ gaps: Gaps) async throws -> Outcome {
        if !options.isDry {
            // What was written is stored, whatever ended the writing.
            do throws(FluvioError) {
                try await server?.finish(result.positions)
            } catch {
                diagnostics.error("the position is not stored: \(error)")
                if result.failure == nil { return .exit(.incomplete) }
            }
        }
        if result.repeats > 0 {
            diagnostics.note("\(counted(result.repeats, "record")) stood in the log twice; written once")
        }
        if let failure = result.failure { throw failure }
        if let (count, first) = result.misfits {
            diagnostics.error(
                "\(counted(count, "value is", "values are")) not of the form \(options.unpack?.text ?? ""), the first of them the \(counted(first.size, "byte")) "
                    + "at topic \(first.topic), partition \(first.partition), offset \(first.offset); written as \(count == 1 ? "it is" : "they are")"
            )
        }
        if result.damagedBatches > 0 {
            diagnostics.error("\(counted(result.damagedBatches, "damaged batch was", "damaged batches were")) left out")
        }
        if let signal = result.signal, !options.stop.signalIsSuccess || result.isStuck { return .signal(signal) }
        let isIncomplete = result.damagedBatches > 0 || result.misfits != nil || (options.isStrict && gaps.wereSeen)
        let isMissing = options.failsEmpty && result.count == 0
        return .exit(isIncomplete || isMissing ? .incomplete : .success)
    }
}

extension ConsumeOptions {
    var consumerSettings: ConsumerSettings {
        var settings = ConsumerSettings()
        settings.isolation = isolation
        settings.maximumBytes = maximumBytes
        settings.maximumDecompressed = maximumDecompressed
        settings.consumerID = group
        settings.retry = connection.retryLimit
        if keepsRepeats { settings.readBack = 0 }
        return settings
    }
}
