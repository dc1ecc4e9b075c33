import Foundation
import Glibc
import Synchronization
import TestSupport
import Unix

/// A cluster on this machine, run by `fluvio-admin cluster run`, with a directory and a profile file of its own.
final class TestCluster: Sendable {
    /// One for all tests that do it no harm. Topics keep them apart.
    static let shared = Result { try TestCluster() }

    /// Holds the data and the profile file.
    let directory: ScratchDirectory
    /// Where clients connect, and where records go. They stay the same when the cluster is started again.
    let port: UInt16
    let spuPort: UInt16

    private struct State {
        var server: ChildProcess?
        /// Of the last one that has ended.
        var log = ""
        var topics = 0
    }

    /// Whoever holds it may wait for the process: one at a time.
    private let state: Mutex<State>

    /// More of `cluster run`.
    private let options: [String]
    /// The words before it, as of strace(1).
    private let runner: [String]

    /// Starts one, and returns when clients can connect.
    init(options: [String] = [], under runner: [String] = []) throws {
        (self.options, self.runner) = (options, runner)
        directory = try ScratchDirectory()
        var attempts = 0
        while true {
            let ports = (try Ports.free(), try Ports.free())
            do {
                state = Mutex(State(server: try Self.start(directory, ports.0, ports.1, options, runner)))
                (port, spuPort) = ports
                return
            } catch {
                // A port may have been taken since the look at it.
                attempts += 1
                if attempts == 5 { throw error }
            }
        }
    }

    deinit { state.withLock { $0.server?.kill() } }

    var data: String { directory.path("data") }
    var address: String { "localhost:\(port)" }

    /// What programs need to find the cluster by its profile, and nothing of whoever runs the tests.
    var environment: [String: String] { Shell.environment(home: directory) }

    /// A name that no other test has, and with which no other's begins.
    func topic() -> String {
        state.withLock { state in
            state.topics += 1
            return "t\(state.topics)e"
        }
    }

    /// Its process; what was put before it, if anything was.
    var pid: pid_t { state.withLock { $0.server?.pid ?? -1 } }

    /// Waits until it has written this to its log, which is all that it has written so far.
    func waitForLog(containing text: String) throws -> String {
        try state.withLock { state in
            try state.server?.waitForErrors(containing: text)
            return state.server?.errorText ?? ""
        }
    }

    /// All that the last server that ended had to say.
    func log() -> String { state.withLock { $0.log } }

    /// A figure of its memory in KiB, as of proc(5): `VmRSS` now, `VmHWM` at most so far.
    func memory(_ field: String) throws -> Int {
        let status = String(decoding: try Unix.contents(of: "/proc/\(pid)/status"), as: UTF8.self)
        let line = status.split(separator: "\n").first { $0.hasPrefix("\(field):") }
        return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? -1
    }

    /// Kills the server with SIGKILL, as a crash would; returns when it is gone.
    func kill() throws { try end(SIGKILL) }

    /// Asks the server to stop; returns when it has.
    func stop() throws { try end(SIGTERM) }

    private func end(_ signal: CInt) throws {
        try state.withLock { state in
            state.server?.send(signal)
            _ = try state.server?.wait()
            state.log = state.server?.errorText ?? ""
            state.server = nil
        }
    }

    /// Starts it again after ``kill()`` or ``stop()``, on the same ports.
    func restart() throws {
        try state.withLock { $0.server = try Self.start(directory, port, spuPort, options, runner) }
    }

    private static func start(
        _ directory: ScratchDirectory, _ port: UInt16, _ spuPort: UInt16, _ options: [String], _ runner: [String]
    ) throws -> ChildProcess {
        let command =
            runner + ["\(ChildProcess.products)/fluvio-admin"] + [
                "cluster", "run", "--data-dir", directory.path("data"), "--port", "\(port)", "--spu-port", "\(spuPort)",
            ] + options
        let server = try ChildProcess(
            command[0], Array(command.dropFirst()), environment: Shell.environment(home: directory))
        // For whoever cleans up after the tests.
        try directory.write("pid", "\(server.pid)")
        try server.waitForErrors(containing: "is the current one now")
        return server
    }
}

/// Ports that are free, below those that the system gives to outgoing connections: none of them shall be in the way when
/// a server is started again.
enum Ports {
    /// Nobody else in this process gets the same one: it may not be in use before somebody looks again.
    private static let next = Atomic<UInt64>(.random(in: 0..<17_000))

    static func free() throws -> UInt16 {
        while true {
            let port = UInt16(next.add(1, ordering: .relaxed).newValue % 17_000) + 15_000
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let bound = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    unsafe bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if bound == 0 { return port }
        }
    }
}
