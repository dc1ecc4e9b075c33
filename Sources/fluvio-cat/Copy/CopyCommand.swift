import FluvioClient
import ToolSupport
import Unix

/// `fluvio-cat copy`: a topic into another, perhaps of another cluster.
struct CopyCommand: Sendable {
    let options: CopyOptions
    let context: ToolContext

    private var diagnostics: Diagnostics { context.diagnostics }

    func run() async throws -> Outcome {
        context.signals.grace = options.stop.grace
        let file = try options.state.map { try CopyStateFile($0, options) }
        var before = try file?.read()
        let source = try await options.connection.connect(context, profile: options.source.profile)
        defer { source.close() }
        let isSame = options.source.profile == options.target.profile
        let target =
            isSame ? source : try await options.connection.connect(context, profile: options.target.profile)
        defer { target.close() }
        // Two profiles may be of one cluster.
        if options.source.topic == options.target.topic, source.address == target.address {
            throw UsageError("a topic cannot be copied to itself")
        }
        let server = options.group.map { ServerPositions($0, source, diagnostics) }
        var starts = try await server?.load()[options.source.topic] ?? [:]
        starts.merge((before?.lanes ?? [:]).mapValues(\.next)) { $1 }
        if file == nil, server == nil {
            diagnostics.note("begins at the beginning: neither -g nor --state says where it was")
        }
        let partitions = try await partitions(of: source)
        let count = try await targetPartitions(target, partitions)
        let lacks = try await tellIfShorter(target, &before)
        let producers = try await producers(target, partitions, before, count)
        defer { for lane in producers { lane.producer.close() } }
        let gaps = Gaps(diagnostics, namesTopics: false)
        let consumer = try await consumer(source, partitions, starts, gaps)
        defer { consumer.close() }
        let pump = CopyPump(
            options: options, context: context, consumer: consumer, lanes: producers, server: server, file: file,
            before: before, targetPartitions: count)
        let result = try await onOwnThread { try pump.run() }
        let outcome = try await finish(result, server, gaps)
        // Told above: not all that was to be in the target is.
        if lacks, case .exit(.success) = outcome { return .exit(.incomplete) }
        return outcome
    }

    private func partitions(of source: Fluvio) async throws -> [UInt32] {
        let count = try await source.partitionCount(of: options.source.topic)
        guard !options.partitions.isEmpty else { return Array(0..<count) }
        if let missing = options.partitions.first(where: { $0 >= count }) {
            throw ToolError(
                "topic \(options.source.topic) has no partition \(missing); it has \(counted(count, "partition")), numbered from 0"
            )
        }
        return options.partitions
    }

    /// How many partitions the target has; makes it if that is asked for.
    private func targetPartitions(_ target: Fluvio, _ partitions: [UInt32]) async throws -> UInt32 {
        if let wanted = options.create {
            let count = wanted > 0 ? UInt32(wanted) : (partitions.max() ?? 0) + 1
            do throws(FluvioError) {
                try await target.admin.createTopic(options.target.topic, TopicSpec(partitions: count))
                diagnostics.note("topic '\(options.target.topic)' created")
            } catch {
                guard error.code == .objectExists else { throw error }
            }
        }
        let count = try await target.partitionCount(of: options.target.topic)
        if !options.rehashes, let last = partitions.max(), last >= count {
            throw ToolError(
                "topic \(options.target.topic) has \(counted(count, "partition")), and partition \(last) is to be copied; --rehash "
                    + "spreads the records anew")
        }
        return count
    }

    /// A target that is shorter than it was is another topic of that name, or has lost records: whether it is. What is sent
    /// from then on stands before where the old one ended, and is to be found there after a crash.
    private func tellIfShorter(_ target: Fluvio, _ before: inout CopyState?) async throws(FluvioError) -> Bool {
        // What was under way is sought first: the producer tells that it cannot be.
        guard let state = before, state.isAtRest else { return false }
        var isShorter = false
        var held: [UInt32: Int64] = [:]
        for lane in state.lanes.values { held.merge(lane.targets.mapValues(\.end)) { max($0, $1) } }
        let topic = options.target.topic
        for partition in try await target.admin.offsets(of: topic) {
            guard let held = held[partition.partition], partition.end < held else { continue }
            isShorter = true
            for lane in state.lanes.keys where before?.lanes[lane]?.targets[partition.partition] != nil {
                before?.lanes[lane]?.targets[partition.partition]?.end = partition.end
            }
            diagnostics.error(
                "topic \(topic) was made anew, or has lost records, as partition \(partition.partition) ends at offset "
                    + "\(partition.end) and held offset \(held - 1): what was copied before is not in it, and a new --state "
                    + "file copies all of it again")
        }
        return isShorter
    }

    /// A producer for every partition of the source: the same for all of them where each goes to its own, as every
    /// partition of a producer is a producer by itself to the log.
    private func producers(
        _ target: Fluvio, _ partitions: [UInt32], _ before: CopyState?, _ count: UInt32
    ) async throws -> [CopyLane] {
        if let before, (before.spread != nil) != options.rehashes {
            throw ToolError("the state is of a copy \(options.rehashes ? "without" : "with") --rehash", .usage)
        }
        if let spread = before?.spread, spread > count {
            throw ToolError("topic \(options.target.topic) had \(counted(spread, "partition")), and has \(count) now")
        }
        var lanes: [CopyLane] = []
        if options.rehashes {
            // All at once: each waits for a while until its end of the log is quiet.
            try await withThrowingTaskGroup(of: CopyLane.self) { group in
                for partition in partitions {
                    let resume = before?.lanes[partition]?.targets ?? [:]
                    group.addTask {
                        let producer = try await producer(target, resume: resume, atRest: before?.isAtRest ?? false)
                        return CopyLane(partition: partition, producer: producer, target: nil)
                    }
                }
                for try await lane in group { lanes.append(lane) }
            }
        } else {
            var resume: [UInt32: ProducerPosition] = [:]
            for (partition, lane) in before?.lanes ?? [:] { resume[partition] = lane.targets[partition] }
            let producer = try await producer(
                target, resume: resume, atRest: before?.isAtRest ?? false, partitions: partitions)
            for partition in partitions {
                lanes.append(CopyLane(partition: partition, producer: producer, target: partition))
            }
        }
        return lanes
    }

    private func producer(
        _ target: Fluvio, resume: [UInt32: ProducerPosition], atRest: Bool, partitions: [UInt32]? = nil
    ) async throws -> Producer {
        var settings = options.producer.settings
        settings.retry = options.connection.retryLimit
        settings.resume = resume
        settings.resumesAtRest = atRest
        settings.partitions = partitions.map { Set($0) }
        let place = "target topic \(options.target.topic), "
        let tell: @Sendable (ProducerEvent) -> Void = { [diagnostics] event in diagnostics.tell(event, of: place) }
        return try await target.producer(for: options.target.topic, settings: settings, onEvent: tell)
    }

    private func consumer(
        _ source: Fluvio, _ partitions: [UInt32], _ starts: [UInt32: Int64], _ gaps: Gaps
    ) async throws -> Consumer {
        var settings = ConsumerSettings()
        settings.partitions = partitions
        settings.starts = starts.mapValues { .offset($0) }
        settings.stopsAtEnd = options.stopsAtEnd
        settings.isolation = options.sourceIsolation
        settings.maximumBytes = options.maximumBytes
        settings.consumerID = options.group
        settings.retry = options.connection.retryLimit
        let topic = options.source.topic
        return try await source.consumer(of: topic, settings: settings) { gaps.tell(topic, $0) }
    }

    private func finish(_ result: CopyPump.Result, _ server: ServerPositions?, _ gaps: Gaps) async throws -> Outcome {
        do throws(FluvioError) {
            try await server?.finish(result.positions)
        } catch {
            diagnostics.error("the position is not stored: \(error)")
            if result.failure == nil { return .exit(.incomplete) }
        }
        let summary =
            "\(counted(result.copied, "record")) copied"
            + (result.skipped > 0 ? ", \(counted(result.skipped, "was", "were")) there already" : "")
        if result.repeats > 0 {
            diagnostics.note("\(counted(result.repeats, "record")) stood in the log twice; copied once")
        }
        if let failure = result.failure {
            diagnostics.note(summary)
            throw failure
        }
        if result.damagedBatches > 0 {
            diagnostics.error("\(counted(result.damagedBatches, "damaged batch was", "damaged batches were")) left out")
        }
        diagnostics.detail(summary)
        if let signal = result.signal { return options.stop.outcome(of: signal, isComplete: true) }
        let isIncomplete = result.damagedBatches > 0 || (options.isStrict && gaps.wereSeen)
        return .exit(isIncomplete ? .incomplete : .success)
    }
}
