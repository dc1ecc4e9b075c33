import FluvioClient
import FluvioProtocol
import FluvioTransport
import ToolSupport

/// `fluvio-admin spu`.
let spuCommands = Command(
    group: "spu", "Show the SPUs of a cluster, and register those that somebody else runs.",
    [
        Command(
            "list", "List the SPUs.", ListSpusOptions.self,
            examples: [
                Example("fluvio-admin spu list", "Lists the SPUs."),
                Example("fluvio-admin spu list --filter status=offline -O name", "Names those that are away."),
            ]
        ) { options, context in try await ListSpus(options: options, context: context).run() },
        Command(
            "watch", "Write the SPUs and every change of them as JSON lines.", WatchOptions.self
        ) { options, context in try await WatchObjects<SpuView>(options: options, context: context).run() },
        Command(
            "register", "Register an SPU that somebody runs.", RegisterSpuOptions.self,
            manual: "It stays in the state `Init` until a process with this id reports to the controller."
        ) { options, context in try await RegisterSpu(options: options, context: context).run() },
        Command(
            "unregister", "Forget an SPU that was registered.", UnregisterSpuOptions.self
        ) { options, context in try await UnregisterSpu(options: options, context: context).run() },
    ])

struct ListSpusOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var output = ObjectOutputOptions()
    var selection = ObjectSelection()
    var isCustomOnly = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("NAME", to: \.selection.names, as: .text("NAME"), help: "the SPUs to list; all if left out")
        table.include(\.output)
        table.include(\.selection)
        table.flag("--custom", to: \.isCustomOnly, help: "Show those alone that were registered")
        table.include(\.connection)
    }
}

/// `fluvio-admin spu list`.
struct ListSpus: Sendable {
    let options: ListSpusOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        try await ListObjects<SpuView>(
            output: options.output, selection: options.selection, connection: options.connection, context: context
        ).run { _, spus in
            spus.filter { !options.isCustomOnly || $0.spec.spuType == .custom }.sorted { $0.spec.id < $1.spec.id }
        }
    }
}

struct RegisterSpuOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var id: Int32?
    var name: String?
    var rack: String?
    var publicServer: Endpoint?
    var localServer: Endpoint?
    var privateServer: Endpoint?
    var isDryRun = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("SPU")
        table.value("-i", "--id", to: \.id, as: .integer("ID", in: 0...Int32.max), help: "The id that it reports with")
        table.value(
            "-n", "--name", to: \.name, as: .text("NAME"), fallback: "custom-spu-ID", help: "Give it this name")
        table.value("-r", "--rack", to: \.rack, as: .text("RACK"), help: "Say where it stands")
        table.value(
            "-p", "--public-server", to: \.publicServer, as: .endpoint, help: "Say where it listens for clients")
        table.value(
            "-l", "--public-server-local", to: \.localServer, as: .endpoint,
            help: "Say where it listens for clients within its network")
        table.value(
            "--private-server", to: \.privateServer, as: .endpoint, help: "Say where it listens for other SPUs")
        table.flag("-d", "--dry-run", to: \.isDryRun, help: "Only check whether it would work")
        table.include(\.connection)
    }

    func validate() throws(UsageError) {
        guard id != nil else { throw UsageError("--id is missing") }
        guard publicServer != nil else { throw UsageError("--public-server is missing") }
        guard privateServer != nil else { throw UsageError("--private-server is missing") }
    }
}

/// `fluvio-admin spu register`.
struct RegisterSpu: Sendable {
    let options: RegisterSpuOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        guard let id = options.id, let outside = options.publicServer, let inside = options.privateServer else {
            throw UsageError("--id, --public-server and --private-server are wanted")
        }
        let name = options.name ?? "custom-spu-\(id)"
        let spec = CustomSpuSpec(
            id: id,
            publicEndpoint: IngressPort(
                port: outside.port, ingress: [IngressAddress(hostname: outside.host, ip: nil)],
                encryption: .plaintext),
            privateEndpoint: SpuEndpoint(inside), rack: options.rack,
            publicEndpointLocal: options.localServer.map { SpuEndpoint($0) })
        let client = try await options.connection.connect(context)
        defer { client.close() }
        try await client.admin.registerSpu(name, spec, dryRun: options.isDryRun)
        context.diagnostics.note(
            options.isDryRun ? "SPU '\(name)' could be registered (dry run)" : "SPU '\(name)' registered")
        return .exit(.success)
    }
}

extension SpuEndpoint {
    fileprivate init(_ endpoint: Endpoint) {
        self.init(port: endpoint.port, host: endpoint.host, encryption: .plaintext)
    }
}

struct UnregisterSpuOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var id: Int32?
    var name: String?
    var ifExists = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("SPU")
        table.value("-i", "--id", to: \.id, as: .integer("ID", in: 0...Int32.max), help: "The one with this id")
        table.value("-n", "--name", to: \.name, as: .text("NAME"), help: "The one of this name")
        table.flag("--if-exists", to: \.ifExists, help: "Take one that does not exist for forgotten")
        table.include(\.connection)
    }

    func validate() throws(UsageError) {
        guard (id == nil) != (name == nil) else { throw UsageError("either --id or --name is wanted") }
    }
}

/// `fluvio-admin spu unregister`.
struct UnregisterSpu: Sendable {
    let options: UnregisterSpuOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let name = options.name ?? options.id.map { "\($0)" } ?? ""
        return try await DeleteObjects(connection: options.connection, ifExists: options.ifExists, context: context)
            .run(.customSpu, [name], done: "forgotten") { admin, name throws(FluvioError) in
                if let id = options.id {
                    try await admin.unregisterSpu(id: id)
                } else {
                    try await admin.delete(.customSpu, name)
                }
            }
    }
}
