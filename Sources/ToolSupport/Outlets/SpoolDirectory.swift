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
