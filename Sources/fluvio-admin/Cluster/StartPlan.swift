import FluvioLocal
import ToolSupport

extension ServeOptions {
    /// Tells what would be started where, and refuses what a start would refuse before it begins.
    func tellPlan(_ context: ToolContext) async throws -> Outcome {
        let directory = try EphemeralCluster.directory(self)
        let options = try clusterOptions(directory: directory)
        let isThere: Bool
        do {
            isThere = try await onOwnThread { try DataDirectory.canBeDeleted(directory) }
        } catch let error as LocalClusterError {
            throw ToolError(starting: error)
        }
        let port = options.controllerPort == 0 ? "a free port" : "\(options.bind):\(options.controllerPort)"
        context.diagnostics.note(
            "\(isThere ? "the cluster in" : "a new cluster in") \(directory) would run on \(port) (dry run)")
        return .exit(.success)
    }
}
