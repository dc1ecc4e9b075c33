import Foundation
import Synchronization
import TestSupport

/// A directory for one test or one cluster; it goes with its owner.
///
/// All of them go with the process of the tests, however that ends, and so do the clusters whose data is in them: a shell
/// waits for the end of its standard input, and cleans up.
final class ScratchDirectory: Sendable {
    let path: String

    private static let base = Result {
        let path = "\(FileManager.default.temporaryDirectory.path)/fluvio-tests-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let script = """
            read -r
            for lock in $(find "$1" -maxdepth 4 -name cluster.lock); do
                pid=$(cat "$lock")
                case $(readlink /proc/$pid/exe) in */fluvio-admin*) kill -9 $pid ;; esac
            done
            for lock in $(find "$1" -maxdepth 4 -name postmaster.pid); do
                pid=$(head -n 1 $lock)
                case $(readlink /proc/$pid/exe) in */postgres*) kill -QUIT $pid ;; esac
            done
            rm -rf "$1"
            """
        try guardian.withLock { $0 = try ChildProcess("/bin/bash", ["-c", script, "bash", path], input: nil) }
        return path
    }

    private static let guardian = Mutex<ChildProcess?>(nil)

    init() throws {
        path = "\(try Self.base.get())/\(UUID().uuidString.prefix(13).lowercased())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file in it.
    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    }

    /// Writes a file in it.
    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    /// All of a file in it.
    func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name)))) }
}
