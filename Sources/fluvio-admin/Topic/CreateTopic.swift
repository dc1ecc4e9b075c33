import FluvioClient
import FluvioProtocol
import ToolSupport

struct CreateTopicOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()

    var names: [String] = []
    var partitions: Int?
    var replication: Int?
    var ignoresRacks = false
    var assignmentFile: String?
    var mirrorFile: String?
    var isMirror = false
    var isHomeToRemote = false
    var retention: Duration?
    var segmentSize: Int?
    var maximumPartitionSize: Int?
    var compression: TopicCompression?
    var deduplicates = false
    var deduplicationCount = 5
    var deduplicationAge = Duration.seconds(5)
    var isSystem = false
    var configFile: String?
    var isDryRun = false
    var ifNotExists = false
    var wait = WaitOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("TOPIC", to: \.names, as: .topic, help: "the topics to create, - reading their names")
        table.group("Topic")
        table.value(
            "-p", "--partitions", to: \.partitions, as: .integer("N", in: 1...Int(Int32.max)), fallback: "1",
            help: "Give the topic so many partitions")
        table.value(
            "-r", "--replication", to: \.replication, as: .integer("N", in: 1...Int(Int16.max)), fallback: "1",
            help: "Keep every partition on so many SPUs")
        table.flag(
            "-i", "--ignore-rack-assignment", to: \.ignoresRacks, help: "Choose SPUs without regard to their racks")
        table.value(
            "--retention-time", to: \.retention, as: .fluvioDuration, fallback: "7d",
            help: "Keep records at least so long")
        table.value(
            "--segment-size", to: \.segmentSize, as: .fluvioSize(in: 1024...Int(UInt32.max)), fallback: "1G",
            help: "Begin a new file of the log at this size")
        table.value(
            "--max-partition-size", to: \.maximumPartitionSize, as: .fluvioSize(in: 2048...Int.max), fallback: "100G",
            help: "Remove the oldest records of a partition above this size")
        table.value(
            "--compression-type", to: \.compression, as: .choice("CODEC"), fallback: "any",
            help: "Take batches of this codec only")
        table.flag(
            "--dedup", to: \.deduplicates, help: "Drop records that came before",
            manual:
                "Drop records that came before, by the SmartModule `\(TopicPlan.deduplicationModule)`, which the cluster "
                + "must have. A cluster of `fluvio-admin cluster start` refuses it: it runs no SmartModules.")
        table.value(
            "--dedup-count", to: \.deduplicationCount, as: .integer("N", in: 1...Int(Int32.max)),
            help: "Remember so many records")
        table.value(
            "--dedup-age", to: \.deduplicationAge, as: .duration(bare: .seconds), help: "Remember them for so long")
        table.flag("-s", "--system", to: \.isSystem, help: "Make it one of the cluster's own topics")
        table.group("From a file")
        table.value(
            "--config", to: \.configFile, as: .file, help: "Take all of it, the name too, from this file",
            manual: "Take all of it, the name too, from this file: YAML or JSON as for `fluvio topic create --config`. "
                + "`-` is standard input.")
        table.value(
            "-f", "--replica-assignment", to: \.assignmentFile, as: .file,
            help: "Take the SPUs of partitions from there",
            manual:
                "Take the SPUs of partitions from this file: JSON as in `[{\"id\": 0, \"replicas\": [5001, 5002]}]`, the "
                + "first SPU leading.")
        table.group("Mirror")
        table.flag("--mirror", to: \.isMirror, help: "Mirror topics of remote clusters, to be added later")
        table.value(
            "-m", "--mirror-apply", to: \.mirrorFile, as: .file,
            help: "Mirror the remote clusters that this file lists",
            manual: "Mirror the remote clusters that this file lists: JSON as in `[\"edge1\", \"edge2\"]`.")
        table.flag(
            "--home-to-remote", to: \.isHomeToRemote, help: "Mirror from this cluster to the remote ones")
        table.group("How")
        table.flag("-d", "--dry-run", to: \.isDryRun, help: "Only check whether it would work")
        table.flag("--if-not-exists", to: \.ifNotExists, help: "Leave topics alone that exist already")
        table.include(\.wait)
        table.include(\.connection)
    }

    func validate() throws(UsageError) {
        if configFile != nil {
            guard names.isEmpty else { throw UsageError("--config names the topic itself") }
        } else if names.isEmpty {
            throw UsageError("TOPIC is missing")
        }
        let ways = [configFile != nil, assignmentFile != nil, isMirror || mirrorFile != nil].count { $0 }
        let counts = partitions != nil || replication != nil || ignoresRacks
        guard ways <= 1, ways == 0 || !counts else {
            throw UsageError(
                "--partitions and its like, --config, --replica-assignment and the options for mirrors exclude each other"
            )
        }
        if isHomeToRemote, !isMirror, mirrorFile == nil { throw UsageError("--home-to-remote goes with --mirror") }
    }
}

/// What a topic demands of its batches.
enum TopicCompression: String, CaseIterable, Sendable {
    case any, none, gzip, snappy, lz4, zstd

    /// In the topic's spec.
    var algorithm: CompressionAlgorithm {
        switch self {
        case .any: .any
        case .none: .uncompressed
        case .gzip: .gzip
        case .snappy: .snappy
        case .lz4: .lz4
        case .zstd: .zstd
        }
    }
}

/// `fluvio-admin topic create`.
struct CreateTopic: Sendable {
    let options: CreateTopicOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let plans = try await TopicPlan.make(options)
        let client = try await options.connection.connect(context)
        defer { client.close() }
        var hasFailed = false
        for plan in plans {
            do throws(FluvioError) {
                try await create(plan, client.admin)
            } catch {
                if options.ifNotExists, error.code == .objectExists {
                    context.diagnostics.note("topic '\(plan.name)' exists already")
                    if await isReady(plan.name, client.admin) { continue }
                } else {
                    context.diagnostics.error(error.description)
                }
                hasFailed = true
            }
        }
        return .exit(hasFailed ? .incomplete : .success)
    }

    /// Waits for a topic that exists as for one that was created.
    private func isReady(_ name: String, _ admin: Admin) async -> Bool {
        guard options.wait.limit > .zero, !options.isDryRun else { return true }
        do throws(FluvioError) {
            try await admin.waitUntilProvisioned(name, within: options.wait.limit)
            return true
        } catch {
            context.diagnostics.error(error.description)
            return false
        }
    }

    private func create(_ plan: TopicPlan, _ admin: Admin) async throws(FluvioError) {
        if options.isDryRun {
            try await admin.validateTopic(plan.name, plan.spec)
            context.diagnostics.note("topic '\(plan.name)' could be created (dry run)")
            return
        }
        let begin = ContinuousClock.now
        do throws(FluvioError) {
            try await admin.createTopic(plan.name, plan.spec, waitingAtMost: options.wait.limit)
        } catch {
            // An SC may answer at once that it cannot be ready yet. Who asked to wait, waits.
            guard error.code == .notProvisioned, context.common.origins["--wait"] != nil else { throw error }
            context.diagnostics.note(error.description)
            let left = options.wait.limit - begin.duration(to: .now)
            try await admin.waitUntilProvisioned(plan.name, within: max(left, .zero))
        }
        context.diagnostics.note("topic '\(plan.name)' created")
    }
}
