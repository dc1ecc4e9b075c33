import FluvioClient
import FluvioProtocol
import FluvioTransport
import Glibc
import ToolSupport
import Unix

struct ExportRemoteOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var name = ""
    var file: String?
    var endpoint: String?
    var home = "home"
    var certificate: String?
    var key: String?

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("NAME", to: \.name, as: .object(), help: "the remote cluster, as it was registered")
        table.group("Document")
        table.value("-f", "--file", to: \.file, as: .file, fallback: "standard output", help: "Write it to this file")
        table.value(
            "-e", "--public-endpoint", to: \.endpoint, as: .text("HOST:PORT"), fallback: "the profile's",
            help: "Say that this cluster is to be reached there")
        table.value("--home-id", to: \.home, as: .text("NAME"), help: "Say that this cluster is called so")
        table.value("--cert", to: \.certificate, as: .file, help: "Put this certificate of the remote cluster in")
        table.value("--key", to: \.key, as: .file, help: "Put the private key of that certificate in")
        table.include(\.connection)
    }

    func validate() throws(UsageError) {
        guard (certificate == nil) == (key == nil) else { throw UsageError("--cert and --key are wanted together") }
    }
}

/// `fluvio-admin remote export`.
struct ExportRemote: Sendable {
    let options: ExportRemoteOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let mirrors = try await client.admin.list(.mirror)
        let remotes = mirrors.compactMap(\.spec.remote?.id)
        guard remotes.contains(options.name) else {
            throw ToolError(ObjectLines.none("remote cluster", options.name, among: remotes))
        }
        let profile = client.profile
        var home: [ObjectValue.Member] = [
            .init("id", .string(options.home)), .init("remoteId", .string(options.name)),
            .init("publicEndpoint", .string(options.endpoint ?? "\(Endpoint(host: profile.host, port: profile.port))")),
        ]
        if let certificate = options.certificate, let key = options.key {
            guard case .verified(let settings) = profile.tls, let authority = settings.authority else {
                throw ToolError(
                    "--cert and --key go with a profile that has TLS and an authority of its own", .usage)
            }
            home.append(
                .init(
                    "clientTls",
                    [
                        "domain": .string(settings.domain ?? profile.host),
                        "caCert": .string(try authority.contents("authority")),
                        "clientCert": .string(try PEM.file(certificate).contents("certificate")),
                        "clientKey": .string(try PEM.file(key).contents("key")),
                    ]))
        }
        let document: ObjectValue = ["topics": [], "home": .object(home)]
        let file = options.file
        try await onOwnThread {
            if let file {
                // It may hold a private key.
                try Unix.replaceContents(of: file, with: document.json(isIndented: true) + [10], mode: 0o600)
                return
            }
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            try ObjectOutput.write(document: document, as: .json, table: { _ in ObjectTable([]) }, to: &output)
            try output.close()
        }
        return .exit(.success)
    }
}
