import FluvioClient
import ToolSupport

struct SwitchProfileOptions: CommandOptions {
    var common = CommonOptions()
    var name = ""
    var dryRun = DryRunOption()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("PROFILE", to: \.name, as: .profile, help: "the profile to make the current one")
        table.include(\.dryRun)
    }
}

/// `fluvio-admin profile switch`.
struct SwitchProfile: Sendable {
    let options: SwitchProfileOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        try Profiles.change(options.dryRun) { file throws(FluvioError) in try file.switchTo(options.name) }
        options.dryRun.tell(
            context, did: "profile '\(options.name)' is the current one now",
            would: "profile '\(options.name)' would be the current one")
        return .exit(.success)
    }
}

struct RenameProfileOptions: CommandOptions {
    var common = CommonOptions()
    var name = ""
    var newName = ""
    var dryRun = DryRunOption()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("PROFILE", to: \.name, as: .profile, help: "the profile to rename")
        table.operand("NAME", to: \.newName, as: .text("NAME"), help: "its new name")
        table.include(\.dryRun)
    }
}

/// `fluvio-admin profile rename`.
struct RenameProfile: Sendable {
    let options: RenameProfileOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        try Profiles.change(options.dryRun) { file throws(FluvioError) in
            try file.rename(options.name, to: options.newName)
        }
        options.dryRun.tell(
            context, did: "profile '\(options.name)' is '\(options.newName)' now",
            would: "profile '\(options.name)' would be '\(options.newName)'")
        return .exit(.success)
    }
}
