import FluvioClient
import Glibc
import ToolSupport

struct CurrentProfileOptions: CommandOptions {
    var common = CommonOptions()

    static func declare(_ table: inout OptionTable<Self>) {}
}

/// `fluvio-admin profile current`.
struct CurrentProfile: Sendable {
    let options: CurrentProfileOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let name = try context.common.profile ?? Profiles.load().currentProfile()
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            try output.append(name + "\n")
            try output.close()
        }
        return .exit(.success)
    }
}

struct ListProfilesOptions: CommandOptions {
    var common = CommonOptions()
    var output = ObjectOutputOptions()
    var showsSecrets = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.include(\.output)
        table.flag("--show-secrets", to: \.showsSecrets, help: "Show private keys that stand in the file")
    }
}

/// `fluvio-admin profile list`.
struct ListProfiles: Sendable {
    let options: ListProfilesOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let file = try Profiles.loadOrNew()
        let format = options.output.format
        let value = file.value(showsSecrets: options.showsSecrets)
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            switch format {
            case .table: try output.append(Self.table(file).text(width: output.terminalWidth))
            case .name: for name in file.names { try output.append(name + "\n") }
            default:
                try ObjectOutput.write(
                    document: value, as: format, table: { _ in ObjectTable([]) }, to: &output)
            }
            try output.close()
        }
        return .exit(.success)
    }

    private static func table(_ file: Profiles) -> ObjectTable {
        // The first column has no head, as in the list of the official tools.
        var table = ObjectTable(["", "PROFILE", "CLUSTER", "ADDRESS", "TLS", "INSTALLATION"])
        for name in file.names {
            let star = name == file.current ? "*" : ""
            do throws(FluvioError) {
                let profile = try file.profile(name)
                table.append([
                    star, name, profile.cluster ?? "", profile.address, tls(profile.tls),
                    profile.installation ?? "",
                ])
            } catch {
                // One that cannot be used is listed all the same, so that it can be found and deleted.
                table.append([star, name, file.clusterName(ofProfile: name) ?? "", "invalid"])
            }
        }
        return table
    }

    private static func tls(_ policy: TLSPolicy) -> String {
        switch policy {
        case .disabled: "Disabled"
        case .anonymous: "Anonymous"
        case .verified: "Verified"
        }
    }
}
