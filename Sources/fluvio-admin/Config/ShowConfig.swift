import FluvioClient
import Glibc
import ToolSupport
import Unix

/// `fluvio-admin config`.
let configCommands = Command(
    group: "config", "Show which cluster commands go to, and why.",
    [
        Command(
            "show", "Write the settings that hold, as all of these tools find them.", ShowConfigOptions.self,
            manual: """
                What the command line says holds first, then the environment (`FLUVIO_PROFILE`, `FLUVIO_CLUSTER`), then \
                the file of profiles, which `FLV_PROFILE_PATH` may name.
                """,
            examples: [Example("fluvio-admin config show --origin", "Tells which cluster is used, and who said so.")]
        ) { options, context in try await ShowConfig(options: options, context: context).run() }
    ])

struct ShowConfigOptions: CommandOptions {
    var common = CommonOptions()
    var output = ObjectOutputOptions()
    var tellsOrigin = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.include(\.output)
        table.flag("--origin", to: \.tellsOrigin, help: "Tell where each setting comes from")
    }
}

/// `fluvio-admin config show`.
struct ShowConfig: Sendable {
    let options: ShowConfigOptions
    let context: ToolContext

    private struct Setting {
        let name: String
        let value: String
        let origin: String
    }

    func run() async throws -> Outcome {
        let rows: [ObjectValue] = try settings().map { setting in
            var members: [ObjectValue.Member] = [
                .init("setting", .string(setting.name)), .init("value", .string(setting.value)),
            ]
            if options.tellsOrigin { members.append(.init("origin", .string(setting.origin))) }
            return .object(members)
        }
        try await RowLines.write(
            rows, heads: ["SETTING", "VALUE"] + (options.tellsOrigin ? ["ORIGIN"] : []), name: "setting",
            as: options.output.format)
        return .exit(.success)
    }

    private func settings() throws -> [Setting] {
        let common = context.common
        if let cluster = common.cluster {
            let origin = common.origins["--cluster"] ?? "--cluster"
            return [
                Setting(name: "cluster", value: "\(cluster)", origin: origin),
                Setting(name: "tls", value: "as the options for TLS say", origin: "command line"),
            ]
        }
        let isNamed = !(Unix.environment("FLV_PROFILE_PATH") ?? "").isEmpty
        let path = try Profiles.defaultPath()
        let file = try Profiles.load()
        let profile = try file.profile(common.profile)
        let fileOrigin = isNamed ? "FLV_PROFILE_PATH" : "default"
        let nameOrigin =
            common.profile == nil ? "current_profile in \(path)" : common.origins["--profile"] ?? "--profile"
        let inside = "cluster.\(profile.cluster ?? "") in \(path)"
        var settings = [
            Setting(name: "profile file", value: path, origin: fileOrigin),
            Setting(name: "profile", value: profile.profile ?? "", origin: nameOrigin),
            Setting(name: "cluster", value: profile.address, origin: inside),
            Setting(name: "tls", value: Self.text(profile.tls), origin: inside),
        ]
        if profile.usesLocalSPUAddress {
            settings.append(Setting(name: "SPU addresses", value: "those within its network", origin: inside))
        }
        if let kind = profile.installation {
            settings.append(Setting(name: "installation", value: kind, origin: inside))
        }
        if let directory = file.directory(ofProfile: common.profile) {
            settings.append(Setting(name: "data directory", value: directory, origin: inside))
        }
        return settings
    }

    private static func text(_ policy: TLSPolicy) -> String {
        switch policy {
        case .disabled: "disabled"
        case .anonymous: "anonymous: encrypted, with whoever answers"
        case .verified(let settings): "verified" + (settings.domain.map { " as \($0)" } ?? "")
        }
    }
}
