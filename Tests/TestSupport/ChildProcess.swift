package import Foundation
import Glibc
import Unix

/// A program run by a test, with a deadline for everything that is waited for. All its signals start at their defaults.
///
/// For one test, on one thread at a time. Call ``kill()`` in a `defer`.
package final class ChildProcess {
    /// How a child ended.
    package enum Ending: Equatable, Sendable {
        /// By exit(2).
        case exited(CInt)
        /// By a signal.
        case signalled(CInt)
    }

    /// What was waited for did not come in time; `seen` is what had come.
    package struct TimedOut: Error, Equatable {
        package let seen: String
    }

    /// What was waited for will never come: the other end is closed. `seen` is what had come.
    package struct Closed: Error, Equatable {
        package let seen: String
    }

    /// Where the executables of this package are: beside the running test.
    package static var products: String {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    /// The writing end of its standard input, if that is a pipe.
    package let input: FileHandle?
    private let process = Process()
    private let output = Foundation.Pipe()
    private let errors = Foundation.Pipe()
    private var outputSeen: [UInt8] = []
    private var errorsSeen: [UInt8] = []
    private let patience: Duration

    /// Starts an executable of this package (a name) or of the system (a path).
    ///
    /// - `input`: path of its standard input; nil is a pipe.
    /// - `output`: path of its standard output; nil is a pipe.
    /// - `ignored`: signals that are ignored when it starts, as `HUP`.
    /// - `environment`: all of it, but for PATH.
    /// - `patience`: how long to wait for whatever is waited for.
    package init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
        input: String? = "/dev/null", output path: String? = nil, ignored: [String] = [],
        patience: Duration = .seconds(120)
    ) throws {
        self.patience = patience
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["--default-signal"] + ignored.map { "--ignore-signal=\($0)" }
            + [executable.contains("/") ? executable : "\(Self.products)/\(executable)"] + arguments
        process.environment = environment.merging(["PATH": Unix.environment("PATH") ?? "/usr/bin"]) { own, _ in own }
        if let input {
            process.standardInput = FileHandle(forReadingAtPath: input)
            self.input = nil
        } else {
            let pipe = Foundation.Pipe()
            process.standardInput = pipe
            self.input = pipe.fileHandleForWriting
        }
        if let path {
            process.standardOutput = FileHandle(forWritingAtPath: path)
        } else {
            process.standardOutput = output
        }
        process.standardError = errors
        try process.run()
    }

    /// Its process.
    package var pid: pid_t { process.processIdentifier }

    /// Sends a signal.
    package func send(_ signal: CInt) { _ = Glibc.kill(process.processIdentifier, signal) }

    /// Kills it, if it is still there.
    package func kill() {
        if process.isRunning { send(SIGKILL) }
    }

    /// How many bytes of its standard output wait for a reader, if it sleeps; nil: it does not.
    package func unreadWhileAsleep() throws -> Int? {
        let stat = String(decoding: try Unix.contents(of: "/proc/\(pid)/stat"), as: UTF8.self)
        guard let name = stat.lastIndex(of: ")"), stat[name...].hasPrefix(") S") else { return nil }
        var count: CInt = 0
        let result = unsafe ioctl(output.fileHandleForReading.fileDescriptor, UInt(FIONREAD), &count)
        return result == 0 ? Int(count) : nil
    }

    /// Closes the reading end of its standard output.
    package func closeOutput() throws { try output.fileHandleForReading.close() }

    /// Reads its standard error until `text` has come.
    package func waitForErrors(containing text: String) throws {
        try wait(for: text, errors, \.errorsSeen)
    }

    /// Reads its standard output until `text` has come.
    package func waitForOutput(containing text: String) throws {
        try wait(for: text, output, \.outputSeen)
    }

    private func wait(
        for text: String, _ pipe: Foundation.Pipe, _ seen: ReferenceWritableKeyPath<ChildProcess, [UInt8]>
    ) throws {
        try read(pipe, into: seen) { $0.contains(text) }
        let all = String(decoding: self[keyPath: seen], as: UTF8.self)
        guard all.contains(text) else { throw Closed(seen: all) }
    }

    /// Waits for its end, and how it came. Reads all of standard error; standard output is not read, and must be small.
    package func wait() throws -> Ending {
        try read(errors, into: \.errorsSeen) { _ in false }
        process.waitUntilExit()
        return process.terminationReason == .exit
            ? .exited(process.terminationStatus) : .signalled(process.terminationStatus)
    }

    /// All it wrote to standard error so far.
    package var errorText: String { String(decoding: errorsSeen, as: UTF8.self) }

    /// All that was read of its standard output so far.
    package var outputSoFar: String { String(decoding: outputSeen, as: UTF8.self) }

    /// All it wrote to standard output, after its end.
    package func outputText() throws -> String {
        try read(output, into: \.outputSeen) { _ in false }
        return String(decoding: outputSeen, as: UTF8.self)
    }

    /// Reads until the end, or until `isEnough`, or until patience is at an end.
    private func read(
        _ pipe: Foundation.Pipe, into seen: ReferenceWritableKeyPath<ChildProcess, [UInt8]>,
        until isEnough: (String) -> Bool
    ) throws {
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        let deadline = ContinuousClock.now + patience
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while !isEnough(String(decoding: self[keyPath: seen], as: UTF8.self)) {
            let events = try Unix.poll(descriptor, CInt(POLLIN), timeoutMilliseconds: 100)
            if events == 0 {
                guard ContinuousClock.now < deadline else {
                    throw TimedOut(seen: String(decoding: self[keyPath: seen], as: UTF8.self))
                }
                continue
            }
            let count = try unsafe chunk.withUnsafeMutableBytes { try unsafe Unix.read(descriptor, into: $0) }
            if count == 0 { return }
            self[keyPath: seen] += chunk[..<count]
        }
    }
}
