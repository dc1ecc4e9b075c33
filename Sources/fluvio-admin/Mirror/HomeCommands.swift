import FluvioClient
import FluvioProtocol
import ToolSupport
import Unix

/// `fluvio-admin home`.
let homeCommands = Command(
    group: "home", "Connect this cluster to the home cluster that mirrors its topics.",
    [
        Command("status", "Tell how the connection to home clusters is.", ListOptions.self) { options, context in
            try await options.run(HomeView.self, context)
        },
        Command("watch", "Write the connections to home clusters and every change as JSON lines.", WatchOptions.self) {
            options, context in try await WatchObjects<HomeView>(options: options, context: context).run()
        },
        Command(
            "connect", "Connect to a home cluster.", ConnectHomeOptions.self,
            manual: "The file is what `remote export` wrote over there."
        ) { options, context in try await ConnectHome(options: options, context: context).run() },
        Command("disconnect", "Forget home clusters.", DeleteOptions.self) { options, context in
            try await options.run(mirrors: "home cluster", context) { $0.home?.id }
        },
    ])

/// Home clusters as this tool shows them.
enum HomeView: ObjectView {
    static let type = ObjectType<MirrorSpec>.mirror
    static let isPolled = true
    static func isShown(_ spec: MirrorSpec) -> Bool { spec.home != nil }

    static func value(_ mirror: Metadata<MirrorSpec>) -> ObjectValue {
        var members: [ObjectValue.Member] = [
            .init("home", .string(mirror.spec.home?.id ?? mirror.name)),
            .init("route", .string(mirror.spec.home?.publicEndpoint ?? "")),
        ]
        members += MirrorStatusLine(mirror.status).members
        return .object(members)
    }

    static func table(_ mirrors: [Metadata<MirrorSpec>]) -> ObjectTable {
        var table = ObjectTable(["HOME", "ROUTE", "SC STATUS", "SPU STATUS", "LAST SEEN", "ERRORS"])
        for mirror in mirrors {
            table.append(
                [mirror.spec.home?.id ?? mirror.name, mirror.spec.home?.publicEndpoint ?? ""]
                    + MirrorStatusLine(mirror.status).cells)
        }
        return table
    }

    static func name(_ value: ObjectValue) -> String? {
        if case .string(let name)? = value["home"] { name } else { nil }
    }
}

struct ConnectHomeOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var file: String?
    var dryRun = DryRunOption()

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Home")
        table.value("-f", "--file", to: \.file, as: .file, help: "Read the document from here; - is standard input")
        table.include(\.dryRun)
        table.include(\.connection)
    }

    func validate() throws(UsageError) {
        guard file != nil else { throw UsageError("--file is missing") }
    }
}

/// `fluvio-admin home connect`.
struct ConnectHome: Sendable {
    let options: ConnectHomeOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let file = options.file ?? "-"
        let document = try await onOwnThread { try DocumentFile.read(file) }
        let home = document["home"]
        func text(_ name: String) throws -> String {
            if case .string(let text)? = home?[name] { return text }
            throw ToolError("\(file) has no home.\(name): it is not what 'remote export' writes")
        }
        var spec = HomeMirror()
        spec.id = try text("id")
        spec.remoteID = try text("remoteId")
        spec.publicEndpoint = try text("publicEndpoint")
        if let tls = home?["clientTls"], tls != .null {
            func part(_ name: String) throws -> String {
                if case .string(let text)? = tls[name] { return text }
                throw ToolError("\(file) has no home.clientTls.\(name)")
            }
            var client = MirrorClientTLS()
            client.domain = try part("domain")
            client.caCertificate = try part("caCert")
            client.clientCertificate = try part("clientCert")
            client.clientKey = try part("clientKey")
            spec.clientTLS = client
        }
        let client = try await options.connection.connect(context)
        defer { client.close() }
        if !options.dryRun.isOn { try await client.admin.createMirror(.home(spec)) }
        options.dryRun.tell(
            context, did: "connecting to the home cluster '\(spec.id)' at \(spec.publicEndpoint)",
            would: "this cluster would connect to the home cluster '\(spec.id)' at \(spec.publicEndpoint)")
        return .exit(.success)
    }
}
