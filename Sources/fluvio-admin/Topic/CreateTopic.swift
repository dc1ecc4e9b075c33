import FluvioClient
import ToolSupport

struct CreateTopicOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()

    var names: [String] = []
    var partitions = 1
    var replication = 1
    var ignoresRacks = false
    var retention: Duration?
    var segmentSize: Int?
    var maximumPartitionSize: Int?
    var compression: TopicCompression?
    var isDryRun = false
    var ifNotExists = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("TOPIC", to: \.names, as: .topic, least: 1, help: "the topics to create")
        table.group("Topic")
        table.value(
            "-p", "--partitions", to: \.partitions, as: .integer("N", in: 1...Int(Int32.max)),
            help: "Give the topic so many partitions")
        table.value(
            "-r", "--replication", to: \.replication, as: .integer("N", in: 1...Int(Int16.max)),
            help: "Keep every partition on so many SPUs")
        table.flag(
            "-i", "--ignore-rack-assignment", to: \.ignoresRacks, help: "Choose SPUs without regard to their racks")
        table.value(
            "--retention-time", to: \.retention, as: .duration(bare: .seconds), fallback: "7d",
            help: "Keep records at least so long")
        table.value(
            "--segment-size", to: \.segmentSize, as: .size(in: 1024...Int(UInt32.max)), fallback: "1G",
            help: "Begin a new file of the log at this size")
        table.value(
            "--max-partition-size", to: \.maximumPartitionSize, as: .size(in: 2048...Int.max), fallback: "100G",
            help: "Remove the oldest records of a partition above this size")
        table.value(
            "--compression-type", to: \.compression, as: .choice("CODEC"), fallback: "any",
            help: "Take batches of this codec only")
        table.group("How")
        table.flag("-d", "--dry-run", to: \.isDryRun, help: "Only check whether it would work")
        table.flag("--if-not-exists", to: \.ifNotExists, help: "Leave topics alone that exist already")
        table.include(\.connection)
    }
}

/// What a topic demands of its batches.
enum TopicCompression: String, CaseIterable, Sendable {
    case any, none, gzip, snappy, lz4, zstd
}

/// `fluvio-admin topic create`.
struct CreateTopic: Sendable {
    let options: CreateTopicOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        var hasFailed = false
        for name in options.names {
            do throws(FluvioError) {
                try await create(name, client.admin)
            } catch {
                if options.ifNotExists, error.code == .objectExists {
                    context.diagnostics.note("topic '\(name)' exists already")
                    continue
                }
                context.diagnostics.error(error.description)
                hasFailed = true
            }
        }
        return .exit(hasFailed ? .incomplete : .success)
    }

    private func create(_ name: String, _ admin: Admin) async throws(FluvioError) {
        var settings = TopicSettings()
        settings.replicas = .computed(
            partitions: options.partitions, replication: options.replication, ignoringRacks: options.ignoresRacks)
        settings.retention = options.retention
        settings.segmentSize = options.segmentSize
        settings.maximumPartitionSize = options.maximumPartitionSize
        settings.compression = options.compression.flatMap { Compression(rawValue: $0.rawValue) }
        if options.isDryRun {
            try await admin.validateTopic(name, settings: settings)
            context.diagnostics.note("topic '\(name)' could be created (dry run)")
        } else {
            try await admin.createTopic(name, settings: settings)
            context.diagnostics.note("topic '\(name)' created")
        }
    }
}
