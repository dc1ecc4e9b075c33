import FluvioClient
import ToolSupport
import Unix

/// Where a cluster on this machine has its data: the option, the profile, or the usual place.
struct ClusterLocation: OptionGroup {
    var directory: String?

    static func declare(_ table: inout OptionTable<Self>) {
        table.value(
            "--data-dir", to: \.directory, as: .directory, fallback: "~/.fluvio/local-cluster",
            environment: "FLUVIO_DATA_DIR", help: "The directory that the cluster keeps everything in",
            manual: "The directory that the cluster keeps everything in. Clusters are told apart by it. Without this "
                + "option it is the one that the profile names, if it is of a cluster on this machine, else "
                + "`~/.fluvio/local-cluster`.")
    }

    /// The directory, absolute: a process in the background may stand elsewhere.
    ///
    /// - Parameter profile: whose directory to take if none is given; nil: the current one's.
    func resolved(profile: String?) throws -> String {
        if let directory { return try Unix.fromRoot(directory) }
        if let file = try? Profiles.load() {
            if let profile, !file.names.contains(profile) { _ = try file.profile(profile) }
            if let known = file.directory(ofProfile: profile) { return known }
        }
        return try usual()
    }

    /// The directory to start a cluster in: what other profiles name is not for this one.
    func forStart() throws -> String {
        if let directory { return try Unix.fromRoot(directory) }
        return try usual()
    }

    private func usual() throws -> String {
        guard let home = Unix.homeDirectory() else {
            throw ToolError("there is no home directory; name the cluster's with --data-dir", .usage)
        }
        return "\(home)/.fluvio/local-cluster"
    }
}
