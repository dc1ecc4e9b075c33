import FluvioClient
import ToolSupport

struct DeleteProfilesOptions: CommandOptions {
    var common = CommonOptions()
    var names: [String] = []
    var deletion = DeletionOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands(
            "PROFILE", to: \.names, as: .profile, least: 1, help: "the profiles to delete, - reading their names")
        table.include(\.deletion)
    }
}

/// `fluvio-admin profile delete`.
struct DeleteProfiles: Sendable {
    let options: DeleteProfilesOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let deletion = Deletion(options: options.deletion, context: context, noun: "profile")
        let names = try await deletion.names(options.names)
        let hadCurrent = try? Profiles.loadOrNew().current
        let outcome = try await deletion.run(names) { () throws(FluvioError) in
            try Profiles.loadOrNew().names
        } _: { name throws(FluvioError) in
            try Profiles.update { file throws(FluvioError) in try file.delete(name) }
        }
        if let hadCurrent, !options.deletion.isDryRun, names.contains(hadCurrent),
            (try? Profiles.loadOrNew())?.current == nil
        {
            context.diagnostics.note("no profile is the current one now; 'fluvio-admin profile switch' chooses one")
        }
        return outcome
    }
}

struct DeleteClustersOptions: CommandOptions {
    var common = CommonOptions()
    var names: [String] = []
    var deletion = DeletionOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands(
            "CLUSTER", to: \.names, as: .text("NAME"), least: 1,
            help: "the clusters' names in the file, - reading them")
        table.include(\.deletion)
    }
}

/// `fluvio-admin profile delete-cluster`.
struct DeleteClusters: Sendable {
    let options: DeleteClustersOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let deletion = Deletion(options: options.deletion, context: context, noun: "cluster")
        let names = try await deletion.names(options.names)
        return try await deletion.run(names) { () throws(FluvioError) in
            try Profiles.loadOrNew().clusterNames
        } _: { name throws(FluvioError) in
            let isForced = options.deletion.isForced
            try Profiles.update { file throws(FluvioError) in try file.deleteCluster(name, force: isForced) }
        }
    }
}
