import FluvioClient
import FluvioTransport
import ToolSupport

struct RegisterSpuOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var id: Int32?
    var name: String?
    var rack: String?
    var publicServer: Endpoint?
    var localServer: Endpoint?
    var privateServer: Endpoint?
    var creation = CreationOptions()
    var wait = WaitOptions(.zero)

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
            "--private-server", to: \.privateServer, as: .endpoint, aliases: ["-v"],
            help: "Say where it listens for other SPUs",
            manual: "Say where it listens for other SPUs. `-v` is the same here, as in the official tools.")
        table.group("How")
        table.include(\.creation)
        table.include(\.wait)
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
        if options.creation.isDryRun, !options.creation.ifNotExists {
            try await client.admin.registerSpu(name, spec, dryRun: true)
            context.diagnostics.note("SPU '\(name)' could be registered (dry run)")
            return .exit(.success)
        }
        let isThere = try await options.creation.create(.customSpu, name, done: "registered", client.admin, context) {
            () throws(FluvioError) in
            try await client.admin.registerSpu(name, spec)
            return name
        }
        if isThere {
            try await options.wait.wait(for: .spu, name, client, reason: { _ in nil }) {
                $0.status.resolution == .online
            }
        }
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
    var operands: [String] = []
    var ids: [Int32] = []
    var names: [String] = []
    var deletion = DeletionOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("NAME", to: \.operands, as: .object(), help: "the SPUs to forget, - reading their names")
        table.group("SPU")
        table.list("-i", "--id", to: \.ids, as: .integer("ID", in: 0...Int32.max), help: "The one with this id")
        table.list("-n", "--name", to: \.names, as: .text("NAME"), help: "The one of this name")
        table.group("How")
        table.include(\.deletion)
        table.include(\.connection)
    }

    func validate() throws(UsageError) {
        guard !(operands.isEmpty && ids.isEmpty && names.isEmpty) else {
            throw UsageError("NAME, --id or --name is missing")
        }
    }
}

/// `fluvio-admin spu unregister`.
struct UnregisterSpu: Sendable {
    let options: UnregisterSpuOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let deletion = Deletion(options: options.deletion, context: context, noun: "SPU", done: "forgotten")
        // All are asked about together.
        let names = try await deletion.names(options.ids.map { "\($0)" } + options.names + options.operands)
        guard !names.isEmpty else { return .exit(.success) }
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let admin = client.admin
        // A number is an id, unless it is said to be a name.
        func id(_ name: String) -> Int32? { options.names.contains(name) ? nil : Int32(name) }
        return try await deletion.run(names) { () throws(FluvioError) in
            let spus = try await admin.list(.customSpu)
            return spus.map(\.name) + spus.map { "\($0.spec.id)" }.filter { id($0) != nil }
        } _: { name throws(FluvioError) in
            if let id = id(name) {
                try await admin.unregisterSpu(id: id)
            } else {
                try await admin.delete(.customSpu, name)
            }
        }
    }
}
