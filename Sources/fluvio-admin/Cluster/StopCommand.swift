import FluvioLocal
import ToolSupport

struct StopClusterOptions: CommandOptions {
    var common = CommonOptions()
    var location = ClusterLocation()
    var dryRun = DryRunOption()

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Cluster")
        table.include(\.location)
        table.include(\.dryRun)
    }
}

/// `fluvio-admin cluster stop`: ends the cluster of a directory or profile. Its data stays.
struct StopCommand: Sendable {
    let options: StopClusterOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let directory = try options.location.resolved(profile: context.common.profile)
        if options.dryRun.isOn {
            let status = try await onOwnThread { try ClusterControl.status(directory: directory) }
            let would = status.map { "the cluster on \($0.endpoint) would be stopped" }
            context.diagnostics.note((would ?? "no cluster runs on \(directory)") + " (dry run)")
            return .exit(.success)
        }
        let (wasRunning, isGone) = try await onOwnThread {
            let isEphemeral = EphemeralCluster.isMarked(directory)
            let wasRunning = try ClusterControl.stop(directory: directory)
            return (wasRunning, wasRunning && isEphemeral && EphemeralCluster.waitUntilGone(directory))
        }
        let done = isGone ? "its data in \(directory) is deleted" : "its data stays in \(directory)"
        context.diagnostics.note(
            wasRunning ? "the cluster is stopped, \(done)" : "no cluster runs on \(directory)")
        return .exit(.success)
    }
}
