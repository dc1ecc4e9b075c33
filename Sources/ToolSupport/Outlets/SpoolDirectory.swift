import Glibc
package import Unix

/// A directory with the spools of some topics, for one process at a time.
package struct SpoolDirectory: ~Copyable, Sendable {
    /// Where it is.
    package let path: String
    private let lock: FileDescriptor

    /// Makes the directory if it is missing, and takes it for this process.
    ///
    /// - Throws: a ``ToolError``: `busy` if another process has it.
    package init(_ path: String) throws(ToolError) {
        lock = try Self.take(path)
        self.path = path
    }

    private static func take(_ path: String) throws(ToolError) -> FileDescriptor {
        do throws(SystemError) {
            try Unix.makeDirectories(path, mode: 0o700)
            let file = try FileDescriptor.open("\(path)/lock", O_RDWR | O_CREAT, mode: 0o600)
            if try file.lock() { return file }
        } catch {
            throw ToolError("cannot use the spool \(path): \(error.reason)")
        }
        throw ToolError("another process has the spool \(path)", .busy)
    }

    /// The topics that something is left of.
    package func topics() throws(SystemError) -> [String] {
        var topics: [String] = []
        for name in try Unix.names(in: path) {
            guard let topic = SpoolSegment.parse(name)?.topic, topics.last != topic else { continue }
            topics.append(topic)
        }
        return topics
    }
}

/// One file of a spool: `TOPIC.POSITION.spool`. A position counts the bytes of all records that went through the spool.
struct SpoolSegment {
    static let headerSize = 16
    static let header = Array("fluvio spool 1\n\0".utf8)

    /// Where it is.
    let path: String
    /// Position of its first record.
    let start: UInt64
    /// Position behind its last whole record.
    var end: UInt64
    /// Whether something in it is wrong: it is kept when its records are sent.
    var isDamaged = false

    static func name(_ topic: String, _ start: UInt64) -> String {
        let digits = "\(start)"
        return "\(topic).\(String(repeating: "0", count: max(0, 20 - digits.count)))\(digits).spool"
    }

    static func parse(_ name: String) -> (topic: String, start: UInt64)? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "spool", parts[1].utf8.count == 20, let start = UInt64(parts[1]) else {
            return nil
        }
        return (String(parts[0]), start)
    }
}
