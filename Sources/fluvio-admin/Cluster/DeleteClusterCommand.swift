import FluvioClient
import FluvioLocal
import ToolSupport

struct DeleteLocalClusterOptions: CommandOptions {
    var common = CommonOptions()
    var location = ClusterLocation()
    var deletion = DeletionOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Cluster")
        table.include(\.location)
        table.group("How")
        table.include(\.deletion)
    }
}

/// `fluvio-admin cluster delete`: takes a cluster that does not run off the disk, with all records.
struct DeleteClusterCommand: Sendable {
    let options: DeleteLocalClusterOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let directory = try options.location.resolved(profile: context.common.profile)
        try await options.deletion.confirm("Delete the cluster in \(directory) with all topics and records?")
        let isDryRun = options.deletion.isDryRun
        let wasThere: Bool
        do {
            wasThere = try await onOwnThread {
                isDryRun ? try DataDirectory.canBeDeleted(directory) : try DataDirectory.delete(directory)
            }
        } catch let error as LocalClusterError {
            guard case .inUse = error else { throw error }
            throw ToolError("\(error); 'fluvio-admin cluster stop' stops it", .busy)
        }
        guard wasThere else {
            if options.deletion.ifExists { return .exit(.success) }
            throw ToolError("there is no cluster in \(directory)")
        }
        context.diagnostics.note(
            isDryRun
                ? "the cluster in \(directory) would be deleted (dry run)"
                : "the cluster in \(directory) is deleted; its profile stays")
        return .exit(.success)
    }
}
