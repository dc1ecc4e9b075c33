import FluvioClient
import ToolSupport

struct SwitchProfileOptions: CommandOptions {
    var common = CommonOptions()
    var name = ""

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("PROFILE", to: \.name, as: .profile, help: "the profile to make the current one")
    }
}

/// `fluvio-admin profile switch`.
struct SwitchProfile: Sendable {
    let options: SwitchProfileOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        try Profiles.change { file throws(FluvioError) in try file.switchTo(options.name) }
        context.diagnostics.note("profile '\(options.name)' is the current one now")
        return .exit(.success)
    }
}

struct RenameProfileOptions: CommandOptions {
    var common = CommonOptions()
    var name = ""
    var newName = ""

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("PROFILE", to: \.name, as: .profile, help: "the profile to rename")
        table.operand("NAME", to: \.newName, as: .text("NAME"), help: "its new name")
    }
}

/// `fluvio-admin profile rename`.
struct RenameProfile: Sendable {
    let options: RenameProfileOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        try Profiles.change { file throws(FluvioError) in try file.rename(options.name, to: options.newName) }
        context.diagnostics.note("profile '\(options.name)' is '\(options.newName)' now")
        return .exit(.success)
    }
}

struct DeleteProfilesOptions: CommandOptions {
    var common = CommonOptions()
    var names: [String] = []
    var ifExists = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("PROFILE", to: \.names, as: .profile, least: 1, help: "the profiles to delete")
        table.flag("--if-exists", to: \.ifExists, help: "Take profiles that do not exist for deleted")
    }
}

/// `fluvio-admin profile delete`.
struct DeleteProfiles: Sendable {
    let options: DeleteProfilesOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        // All of them or none: the file is written once.
        let hadCurrent = try Profiles.change { file throws(FluvioError) in
            let current = file.current
            for name in options.names {
                if options.ifExists, !file.names.contains(name) { continue }
                try file.delete(name)
            }
            return current != nil && file.current == nil
        }
        for name in options.names { context.diagnostics.note("profile '\(name)' deleted") }
        if hadCurrent {
            context.diagnostics.note("no profile is the current one now; 'fluvio-admin profile switch' chooses one")
        }
        return .exit(.success)
    }
}

struct DeleteClusterOptions: CommandOptions {
    var common = CommonOptions()
    var name = ""
    var isForced = false
    var ifExists = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("CLUSTER", to: \.name, as: .text("NAME"), help: "the cluster's name in the file")
        table.flag("-f", "--force", to: \.isForced, help: "Delete it even if profiles name it")
        table.flag("--if-exists", to: \.ifExists, help: "Take a cluster that does not exist for deleted")
    }
}

/// `fluvio-admin profile delete-cluster`.
struct DeleteCluster: Sendable {
    let options: DeleteClusterOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        try Profiles.change { file throws(FluvioError) in
            if options.ifExists, !file.clusterNames.contains(options.name) { return }
            try file.deleteCluster(options.name, force: options.isForced)
        }
        context.diagnostics.note("cluster '\(options.name)' deleted")
        return .exit(.success)
    }
}

extension Profiles {
    /// As ``update(_:_:)``. Here a profile that is missing is what was asked for and not found, no wrong configuration.
    fileprivate static func change<Result>(
        _ edit: (inout Profiles) throws(FluvioError) -> Result
    ) throws -> Result {
        do throws(FluvioError) {
            return try update(nil, edit)
        } catch {
            guard error.code == .profileNotFound || error.code == .invalidArgument else { throw error }
            throw ToolError(error.description)
        }
    }
}
