import FluvioClient
import Glibc
import ToolSupport

struct ExportProfileOptions: CommandOptions {
    var common = CommonOptions()
    var name: String?
    var format = DocumentFormat.json
    var showsSecrets = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.optionalOperand("PROFILE", to: \.name, as: .profile, help: "the profile; the current one if left out")
        table.value("-O", "--output", to: \.format, as: .choice("FORMAT"), help: "Write it in this format")
        table.flag("--show-secrets", to: \.showsSecrets, help: "Write the private key, too")
    }
}

/// What a document can be written as.
enum DocumentFormat: String, CaseIterable, Sendable {
    case json, jsonl, yaml, toml
}

/// `fluvio-admin profile export`.
struct ExportProfile: Sendable {
    let options: ExportProfileOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let profile = try Profiles.load().profile(options.name ?? context.common.profile)
        let value = try profile.value(showsSecrets: options.showsSecrets)
        if !options.showsSecrets, value["tls"]?["key"] == .string(ClusterProfile.hidden) {
            context.diagnostics.note("the private key is left out; --show-secrets writes it")
        }
        let format = ObjectFormat(rawValue: options.format.rawValue) ?? .json
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            try ObjectOutput.write(document: value, as: format, table: { _ in ObjectTable([]) }, to: &output)
            try output.close()
        }
        return .exit(.success)
    }
}
