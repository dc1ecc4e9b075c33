import FluvioClient
import FluvioProtocol
import Glibc
import ToolSupport
import Unix

struct AddPartitionOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var name = ""
    var count = 1
    var wait = WaitOptions()
    var isDryRun = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("TOPIC", to: \.name, as: .topic, help: "the topic")
        table.group("How")
        table.value("--count", to: \.count, as: .integer("N", in: 1...Int(Int32.max)), help: "Add so many partitions")
        table.include(\.wait)
        table.flag("-d", "--dry-run", to: \.isDryRun, help: "Only tell what would be done")
        table.include(\.connection)
    }
}

/// `fluvio-admin topic add-partition`.
struct AddPartition: Sendable {
    let options: AddPartitionOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        if options.isDryRun {
            let topic = try await client.admin.topic(options.name)
            context.diagnostics.note(
                "topic '\(topic.name)' would have \(counted(topic.spec.replicas.partitionCount + options.count, "partition")) (dry run)"
            )
            return .exit(.success)
        }
        try await client.admin.addPartitions(options.count, to: options.name, waitingAtMost: options.wait.limit)
        let topic = try await client.admin.topic(options.name)
        var table = ObjectTable(["PARTITION", "SPU"])
        for (partition, spus) in topic.status.replicaMap.sorted(by: { $0.key < $1.key }).suffix(options.count) {
            table.append(["\(partition)", spus.map { "\($0)" }.joined(separator: ",")])
        }
        context.diagnostics.note(
            "topic '\(options.name)' has \(counted(topic.spec.replicas.partitionCount, "partition")) now")
        let text = table.text()
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            try output.append(text)
            try output.close()
        }
        return .exit(.success)
    }
}

struct AddMirrorOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var name = ""
    var remote = ""
    var isHomeToRemote = false
    var dryRun = DryRunOption()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("TOPIC", to: \.name, as: .topic, help: "the topic")
        table.operand("REMOTE", to: \.remote, as: .text("NAME"), help: "the remote cluster")
        table.group("How")
        table.flag("--home-to-remote", to: \.isHomeToRemote, help: "Mirror from this cluster to the remote one")
        table.include(\.dryRun)
        table.include(\.connection)
    }
}

/// `fluvio-admin topic add-mirror`.
struct AddTopicMirror: Sendable {
    let options: AddMirrorOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        if options.dryRun.isOn {
            try await check(client.admin)
        } else {
            try await client.admin.addMirror(options.remote, to: options.name, homeToRemote: options.isHomeToRemote)
        }
        options.dryRun.tell(
            context, did: "topic '\(options.name)' mirrors '\(options.remote)' now",
            would: "topic '\(options.name)' would mirror '\(options.remote)'")
        return .exit(.success)
    }

    /// What the SC would refuse.
    private func check(_ admin: Admin) async throws {
        guard case .mirror = try await admin.topic(options.name).spec.replicas else {
            throw ToolError("topic '\(options.name)' is no mirror")
        }
        let remotes = try await admin.list(.mirror).compactMap(\.spec.remote?.id)
        guard remotes.contains(options.remote) else {
            throw ToolError(ObjectLines.none("remote cluster", options.remote, among: remotes))
        }
    }
}
