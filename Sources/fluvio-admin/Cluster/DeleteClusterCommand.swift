import FluvioClient
import FluvioLocal
import ToolSupport

struct DeleteLocalClusterOptions: CommandOptions {
    var common = CommonOptions()
    var location = ClusterLocation()
    var isConfirmed = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Cluster")
        table.include(\.location)
        table.flag("-y", "--yes", to: \.isConfirmed, aliases: ["--force"], help: "Do not ask")
    }
}

/// `fluvio-admin cluster delete`: takes a cluster that does not run off the disk, with all records.
struct DeleteClusterCommand: Sendable {
    let options: DeleteLocalClusterOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let directory = try options.location.resolved(profile: context.common.profile)
        if !options.isConfirmed {
            try await Confirmation.ask("Delete the cluster in \(directory) with all topics and records?")
        }
        let wasThere: Bool
        do {
            wasThere = try await onOwnThread { try DataDirectory.delete(directory) }
        } catch let error as LocalClusterError {
            guard case .inUse = error else { throw error }
            throw ToolError("\(error); 'fluvio-admin cluster stop' stops it", .busy)
        }
        guard wasThere else { throw ToolError("there is no cluster in \(directory)") }
        context.diagnostics.note("the cluster in \(directory) is deleted; its profile stays")
        return .exit(.success)
    }
}
