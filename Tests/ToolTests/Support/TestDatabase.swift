import Foundation
import Glibc
import Synchronization
import TestSupport
import Unix

/// A PostgreSQL server of its own, with its own directory and port, run by a user who is not root.
final class TestDatabase: Sendable {
    /// One for all tests that do it no harm. Databases keep them apart.
    static let shared = Result { try TestDatabase() }

    private let directory: ScratchDirectory
    let port: UInt16
    private let databases = Mutex(0)
    private let server = Mutex<ChildProcess?>(nil)

    /// The programs of the newest version there is, or of `FLUVIO_TEST_POSTGRES`.
    private static let programs: String = {
        let base = "/usr/lib/postgresql"
        if let version = ProcessInfo.processInfo.environment["FLUVIO_TEST_POSTGRES"] { return "\(base)/\(version)/bin" }
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []).compactMap { Int($0) }
        return "\(base)/\(versions.max() ?? 15)/bin"
    }()

    /// A library that is loaded into it; nil: none.
    private let library: String?

    /// - Parameters:
    ///   - settings: lines of its configuration.
    ///   - library: a library that is loaded into it, to do to it what nothing else here does.
    init(settings: [String] = [], library: String? = nil) throws {
        self.library = library
        directory = try ScratchDirectory()
        port = try Ports.free()
        if getuid() == 0 { try Self.run("/bin/chown", ["postgres", directory.path]) }
        try Self.run(
            "\(Self.programs)/initdb",
            ["-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale", "C.UTF-8"])
        let lines = ["port = \(port)", "unix_socket_directories = '\(directory.path)'"] + settings
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(data)/postgresql.conf"))
        try file.seekToEnd()
        try file.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
        try file.close()
        try start()
    }

    /// A standby of another server, which follows it.
    init(standbyOf primary: TestDatabase) throws {
        library = nil
        directory = try ScratchDirectory()
        port = try Ports.free()
        if getuid() == 0 { try Self.run("/bin/chown", ["postgres", directory.path]) }
        try Self.run(
            "\(Self.programs)/pg_basebackup",
            [
                "-D", "\(directory.path)/data", "-R", "-X", "stream", "-c", "fast", "-h", primary.directory.path, "-p",
                "\(primary.port)", "-U", "postgres",
            ])
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(data)/postgresql.conf"))
        try file.seekToEnd()
        try file.write(
            contentsOf: Data("port = \(port)\nunix_socket_directories = '\(directory.path)'\n".utf8))
        try file.close()
        try start()
    }

    deinit { server.withLock { $0?.send(SIGQUIT) } }

    var data: String { directory.path("data") }

    /// Starts it; returns when it takes connections.
    func start() throws {
        // A child of the test itself: a server that went its own way would keep what it inherits open.
        let program = "\(Self.programs)/postgres"
        let load = library.map { ["/usr/bin/env", "LD_PRELOAD=\($0)", program] } ?? [program]
        let words = Self.command(load[0], load.dropFirst() + ["-D", data])
        try server.withLock { server in
            server = try ChildProcess(
                "/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", directory.path("log")] + words)
        }
        try Wait.until("the database takes connections") {
            (try? Self.run("\(Self.programs)/pg_isready", ["-q", "-h", directory.path, "-p", "\(port)"])) != nil
        }
    }

    /// Lets nobody in any more, and goes on for those who are there.
    func closeDoors() { server.withLock { $0?.send(SIGTERM) } }

    /// Stops it: `fast` ends sessions, `immediate` is a crash.
    func stop(_ mode: String) throws {
        try server.withLock { server in
            server?.send(mode == "fast" ? SIGINT : SIGQUIT)
            _ = try server?.wait()
            server = nil
        }
    }

    /// As a user who may run it.
    static func run(_ program: String, _ arguments: [String]) throws {
        let command = program.hasPrefix(programs) ? command(program, arguments) : [program] + arguments
        let child = try ChildProcess(
            command[0], Array(command.dropFirst()), output: "/dev/null", patience: .seconds(120))
        defer { child.kill() }
        let ending = try child.wait()
        guard ending == .exited(0) else { throw Failed(description: "\(program): \(child.errorText)") }
    }

    private static func command(_ program: String, _ arguments: [String]) -> [String] {
        let change = ["/usr/bin/setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"]
        return (getuid() == 0 ? change : []) + [program] + arguments
    }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// The variables with which programs find a fresh database in it.
    func variables() throws -> [String: String] {
        let name = databases.withLock { number in
            number += 1
            return "d\(number)"
        }
        try Self.run(
            "\(Self.programs)/createdb", ["-h", directory.path, "-p", "\(port)", "-U", "postgres", name])
        return variables(of: name)
    }

    /// The same of a database that is there.
    func variables(of name: String) -> [String: String] {
        ["PGHOST": directory.path, "PGPORT": "\(port)", "PGUSER": "postgres", "PGDATABASE": name]
    }
}

extension Shell {
    /// The rows of a query, a line each, columns set apart by `|`.
    func query(_ sql: String) throws -> [String] {
        let ran = try run("psql -XqAt -v ON_ERROR_STOP=1 -c \"$1\"", sql)
        guard ran.status == 0 else { throw TestDatabase.Failed(description: "\(sql): \(ran.errors)") }
        return ran.lines
    }

    /// Waits until a query has this answer; before, it may fail, as where a table is still to be made.
    func wait(_ sql: String, for answer: [String], or what: String = "") throws {
        try Wait.until("\(sql) says \(answer) \(what)") { (try? query(sql)) == answer }
    }
}
