import Glibc
import Unix

/// The directory that a cluster keeps everything in.
package enum DataDirectory {
    private static let names: Set<String> = [
        "cluster.lock", "cluster.log", "control.sock", "ephemeral", "metadata", "objects", "spus", "tls",
    ]

    /// Whether an entry of the directory is a cluster's.
    private static func isOwn(_ name: String) -> Bool { names.contains(name) || name.hasPrefix("spu-logs-") }

    /// Removes what a cluster keeps in a directory, and the directory too if nothing else is in it. What is no cluster's
    /// stays: a wrong path must not cost anybody their files.
    ///
    /// - Returns: false if there was nothing of a cluster.
    /// - Throws: ``LocalClusterError/inUse(directory:pid:)`` while a cluster runs there.
    package static func delete(_ directory: String) throws(LocalClusterError) -> Bool {
        guard try holdsCluster(directory) else { return false }
        // Nobody starts on it meanwhile.
        let lock = try DirectoryLock(directory)
        return try withExtendedLifetime(lock) { () throws(LocalClusterError) in
            do throws(SystemError) {
                // The metadata goes last: what was not finished is found again.
                let own = try Unix.names(in: directory).filter { isOwn($0) && $0 != "metadata" && $0 != "cluster.lock" }
                for name in own + ["metadata", "cluster.lock"] { try removeTree("\(directory)/\(name)") }
                if try Unix.names(in: directory).isEmpty { try Unix.removeDirectory(directory) }
                return true
            } catch {
                throw .system(error)
            }
        }
    }

    /// Whether ``delete(_:)`` would find something, and be allowed to delete it.
    ///
    /// - Throws: as it does.
    package static func canBeDeleted(_ directory: String) throws(LocalClusterError) -> Bool {
        guard try holdsCluster(directory) else { return false }
        do throws(SystemError) {
            guard try DirectoryLock.isHeld(directory) else { return true }
        } catch {
            throw .system(error)
        }
        throw .inUse(directory: directory, pid: DirectoryLock.holder(directory))
    }

    private static func holdsCluster(_ directory: String) throws(LocalClusterError) -> Bool {
        do throws(SystemError) {
            return try Unix.status(of: "\(directory)/metadata")?.isDirectory == true
        } catch {
            throw .system(error)
        }
    }

    private static func removeTree(_ path: String) throws(SystemError) {
        // A link is removed, not followed.
        let isLink = try Unix.isLink(path)
        let isDirectory = try Unix.status(of: path)?.isDirectory == true
        guard isDirectory, !isLink else {
            try Unix.removeFile(path)
            return
        }
        for name in try Unix.names(in: path) { try removeTree("\(path)/\(name)") }
        try Unix.removeDirectory(path)
    }
}
