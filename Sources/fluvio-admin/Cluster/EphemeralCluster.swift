import FluvioClient
import FluvioLocal
import ToolSupport
import Unix

/// A cluster whose directory and profile go with it.
enum EphemeralCluster {
    /// The name of its profile, if no other is given.
    static let profile = "ephemeral"

    /// The directory to start in: for an ephemeral cluster a new one, or one that holds no cluster yet.
    static func directory(_ options: ServeOptions) throws -> String {
        guard options.isEphemeral else { return try options.location.forStart() }
        if options.location.directory != nil {
            let directory = try options.location.forStart()
            guard try Unix.status(of: "\(directory)/metadata") == nil else {
                throw ToolError(
                    "\(directory) holds a cluster already, which --ephemeral would delete in the end", .usage)
            }
            return directory
        }
        let parent = Unix.environment("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        let number = String(UInt64.random(in: 0...(.max)), radix: 36)
        return try Unix.fromRoot("\(parent)/fluvio-cluster-\(number)")
    }

    /// Notes in its directory what it is, for `cluster stop`.
    static func mark(_ directory: String) throws {
        if !isMarked(directory) { try Unix.replaceContents(of: marker(directory), with: [], mode: 0o600) }
    }

    static func isMarked(_ directory: String) -> Bool { (try? Unix.status(of: marker(directory))) ?? nil != nil }

    /// Notes which profile was current before its own.
    static func remember(_ current: String?, in directory: String, unless name: String) {
        guard let current, current != name else { return }
        try? Unix.replaceContents(of: marker(directory), with: Array(current.utf8), mode: 0o600)
    }

    private static func marker(_ directory: String) -> String { "\(directory)/ephemeral" }

    /// Deletes what there is of a cluster that has ended. Nobody is left to be told of what cannot be deleted.
    static func end(_ directory: String) {
        let previous = (try? Unix.contents(of: marker(directory))).map { String(decoding: $0, as: UTF8.self) }
        try? Profiles.update { file throws(FluvioError) in
            for name in file.names where file.directory(ofProfile: name) == directory {
                let wasCurrent = file.current == name
                let cluster = file.clusterName(ofProfile: name)
                try file.delete(name)
                if let cluster { try file.deleteCluster(cluster) }
                if wasCurrent, let previous, file.names.contains(previous) { try file.switchTo(previous) }
            }
        }
        let hadCluster = (try? DataDirectory.delete(directory)) ?? true
        guard !hadCluster else { return }
        for name in ["cluster.log", "ephemeral"] { _ = try? Unix.removeFile("\(directory)/\(name)") }
        try? Unix.removeDirectory(directory)
    }

    /// Waits a moment until the process has deleted the directory; false: it is still there.
    static func waitUntilGone(_ directory: String) -> Bool {
        for _ in 0..<100 {
            if (try? Unix.status(of: "\(directory)/metadata")) ?? nil == nil { return true }
            Unix.sleep(.milliseconds(50))
        }
        return false
    }
}
