import FluvioClient
import FluvioProtocol
import ToolSupport

/// `fluvio-admin spg`.
let spuGroupCommands = Command(
    group: "spg", "Manage groups of SPUs, which Fluvio runs on Kubernetes.",
    [
        Command("list", "List the SPU groups.", ListOptions.self) { options, context in
            try await options.run(SpuGroupView.self, context)
        },
        Command("watch", "Write the SPU groups and every change of them as JSON lines.", WatchOptions.self) {
            options, context in try await WatchObjects<SpuGroupView>(options: options, context: context).run()
        },
        Command(
            "create", "Create an SPU group.", CreateSpuGroupOptions.self,
            manual: "SPUs appear where Fluvio runs on Kubernetes; elsewhere the group is kept, and nothing comes of it."
        ) { options, context in try await CreateSpuGroup(options: options, context: context).run() },
        Command("delete", "Delete SPU groups.", DeleteOptions.self) { options, context in
            try await options.run(.spuGroup, context)
        },
    ])

/// SPU groups as this tool shows them.
enum SpuGroupView: ObjectView {
    static let type = ObjectType<SpuGroupSpec>.spuGroup

    static func value(_ group: Metadata<SpuGroupSpec>) -> ObjectValue { group.value }

    static func table(_ groups: [Metadata<SpuGroupSpec>]) -> ObjectTable {
        var table = ObjectTable(["NAME", "REPLICAS", "MIN ID", "RACK", "SIZE", "STATUS"])
        for group in groups {
            table.append([
                group.name, "\(group.spec.replicas)", "\(group.spec.minID)", group.spec.rack ?? "-",
                group.spec.storage?.size ?? "-", group.status.resolution.word,
            ])
        }
        return table
    }
}

struct CreateSpuGroupOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var name = ""
    var replicas: UInt16 = 1
    var minimumID: Int32 = 1
    var rack: String?
    var storageSize: String?
    var creation = CreationOptions()
    var wait = WaitOptions(.zero)

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("NAME", to: \.name, as: .text("NAME"), help: "the group's name")
        table.group("Group")
        table.value("-r", "--replicas", to: \.replicas, as: .integer("N", in: 1...UInt16.max), help: "Run so many SPUs")
        table.value(
            "--min-id", to: \.minimumID, as: .integer("ID", in: 0...Int32.max), help: "Give the first one this id")
        table.value("--rack", to: \.rack, as: .text("RACK"), help: "Say where they stand")
        table.value(
            "--storage-size", to: \.storageSize, as: .text("SIZE"), fallback: "the cluster's",
            help: "Give each so much storage, as Kubernetes writes it: 20Gi")
        table.group("How")
        table.include(\.creation)
        table.include(\.wait)
        table.include(\.connection)
    }
}

/// `fluvio-admin spg create`.
struct CreateSpuGroup: Sendable {
    let options: CreateSpuGroupOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let spec = SpuGroupSpec(
            replicas: options.replicas, minID: options.minimumID, rack: options.rack,
            storage: options.storageSize.map { SpuStorageConfig(logDir: nil, size: $0) })
        let name = options.name
        let isThere = try await options.creation.create(.spuGroup, name, client.admin, context) {
            () throws(FluvioError) in
            try await client.admin.createSpuGroup(name, spec)
            return name
        }
        if isThere {
            try await options.wait.wait(for: .spuGroup, name, client) {
                $0.status.reason
            } isReady: {
                $0.status.resolution == .reserved
            } isHopeless: {
                $0.status.resolution == .invalid
            }
        }
        return .exit(.success)
    }
}
