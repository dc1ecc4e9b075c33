import Foundation
import Glibc
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

    /// Runs `body` on a thread of its own, since it may block; its result is waited for with `value`.
    static func thread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) -> Task<T, any Error> {
        Task {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
            }
        }
    }

    /// SIGPIPE is ignored, as tools do.
    static let ignoresBrokenPipe: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return true
    }()
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
