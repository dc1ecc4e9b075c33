import Foundation
import Glibc
import Synchronization
import Testing
import ToolSupport
import Unix

/// What the stream tests need of the system.
enum Plumbing {
    /// A pipe whose ends are closed by who uses it.
    static func pipe() throws -> (reading: CInt, writing: CInt) {
        var ends: [CInt] = [-1, -1]
        let result = unsafe Glibc.pipe(&ends)
        try #require(result == 0)
        return (ends[0], ends[1])
    }

    /// A file with that content, for the length of `body`.
    static func withFile<T>(_ bytes: [UInt8], _ body: (String) throws -> T) throws -> T {
        let path = "/tmp/datapath-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL)
        let raw = file.raw
        try unsafe bytes.withUnsafeBytes { buffer in try unsafe Unix.writeAll(raw, buffer) }
        defer { unsafe unlink(path) }
        return try body(path)
    }

    /// Writes to a descriptor, all of it.
    static func write(_ bytes: [UInt8], to fd: CInt) throws {
        try unsafe bytes.withUnsafeBytes { buffer in try unsafe Unix.writeAll(fd, buffer) }
    }

    /// Reads a descriptor to its end.
    static func readAll(_ fd: CInt) throws -> [UInt8] {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try unsafe chunk.withUnsafeMutableBytes { buffer in try unsafe Unix.read(fd, into: buffer) }
            if count == 0 { return all }
            all.append(contentsOf: chunk[..<count])
        }
    }

    /// Runs `body` on a thread of its own, since it may block. It runs at once, whatever the tests' own threads do.
    static func thread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) -> Running<T> {
        let running = Running<T>()
        Thread.detachNewThread { running.end(Result { try body() }) }
        return running
    }

    /// SIGPIPE is ignored, as tools do.
    static let ignoresBrokenPipe: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return true
    }()
}

/// What runs on a thread.
final class Running<T: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<T, any Error>)
        case ended(Result<T, any Error>)
    }

    private let state = Mutex(State.open)

    /// What it gave.
    var value: T {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<T, any Error>? = state.withLock { state in
                    if case .ended(let result) = state { return result }
                    state = .awaited(continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        }
    }

    fileprivate func end(_ result: Result<T, any Error>) {
        let waiting: CheckedContinuation<T, any Error>? = state.withLock { state in
            defer { state = .ended(result) }
            if case .awaited(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume(with: result)
    }
}

/// A record as a value, to compare.
struct Seen: Equatable, CustomStringConvertible {
    var text: [UInt8]
    var line: Int
    var position: Int
    var length: Int
    var isTerminated: Bool
    var isOversize = false

    init(_ record: InputRecord, isOversize: Bool = false) {
        text = unsafe Array(record.bytes)
        line = record.line
        position = record.position
        length = record.length
        isTerminated = record.isTerminated
        self.isOversize = isOversize
    }

    init(_ text: String, line: Int, at position: Int, length: Int? = nil, ended: Bool = true, oversize: Bool = false) {
        self.text = Array(text.utf8)
        self.line = line
        self.position = position
        self.length = length ?? text.utf8.count
        isTerminated = ended
        isOversize = oversize
    }

    var description: String {
        "\(String(decoding: text, as: UTF8.self).debugDescription) line \(line) at \(position) length \(length)"
            + (isTerminated ? "" : " open") + (isOversize ? " oversize" : "")
    }
}

extension RecordReader {
    /// Reads to the end, waiting where need be.
    mutating func readAll() throws -> [Seen] {
        var seen: [Seen] = []
        while true {
            switch try next() {
            case .record(let record): seen.append(Seen(record))
            case .oversize(let record): seen.append(Seen(record, isOversize: true))
            case .chunk: break
            case .idle: _ = try wait()
            case .woken: return seen
            case .end: return seen
            }
        }
    }
}
