import FluvioLocal
import ToolSupport

struct StopClusterOptions: CommandOptions {
    var common = CommonOptions()
    var location = ClusterLocation()

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Cluster")
        table.include(\.location)
    }
}

/// `fluvio-admin cluster stop`: ends the cluster of a directory or profile. Its data stays.
struct StopCommand: Sendable {
    let options: StopClusterOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let directory = try options.location.resolved(profile: context.common.profile)
        let wasRunning = try await onOwnThread { try ClusterControl.stop(directory: directory) }
        context.diagnostics.note(
            wasRunning ? "the cluster is stopped, its data stays in \(directory)" : "no cluster runs on \(directory)")
        return .exit(.success)
    }
}
