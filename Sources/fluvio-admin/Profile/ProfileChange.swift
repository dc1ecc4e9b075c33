import FluvioClient
import ToolSupport

extension Profiles {
    /// As ``update(_:_:)``; in a dry run nothing is written.
    static func update<Result>(
        _ dryRun: DryRunOption, _ edit: (inout Profiles) throws(FluvioError) -> Result
    ) throws(FluvioError) -> Result {
        guard dryRun.isOn else { return try update(nil, edit) }
        var file = try loadOrNew()
        return try edit(&file)
    }

    /// The same for commands that name what the file has: a profile that is missing is what was asked for and not found,
    /// no wrong configuration.
    static func change<Result>(
        _ dryRun: DryRunOption, _ edit: (inout Profiles) throws(FluvioError) -> Result
    ) throws -> Result {
        do throws(FluvioError) {
            return try update(dryRun, edit)
        } catch {
            guard error.code == .profileNotFound || error.code == .invalidArgument else { throw error }
            throw ToolError(error.description)
        }
    }
}
