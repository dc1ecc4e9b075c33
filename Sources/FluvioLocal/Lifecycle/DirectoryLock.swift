import Glibc
import Unix

/// Holds a data directory for one cluster. It is given free when the value goes, and with the process, however that
/// ends.
struct DirectoryLock: ~Copyable, Sendable {
    private let file: FileDescriptor

    /// Takes the directory. The file says who has it.
    init(_ directory: String) throws(LocalClusterError) {
        do throws(SystemError) {
            file = try Self.locked(Self.path(directory))
        } catch {
            guard error.code == EWOULDBLOCK else { throw .system(error) }
            throw .inUse(directory: directory, pid: Self.holder(directory))
        }
    }

    private static func locked(_ path: String) throws(SystemError) -> FileDescriptor {
        let file = try FileDescriptor.open(path, O_RDWR | O_CREAT)
        guard try file.lock() else { throw SystemError(code: EWOULDBLOCK, call: "flock", subject: path) }
        try Unix.truncate(file.raw, to: 0)
        let raw = file.raw
        let written = unsafe Array("\(getpid())\n".utf8).withUnsafeBytes { bytes in
            Result { () throws(SystemError) in try unsafe Unix.writeAll(raw, bytes, at: 0) }
        }
        try written.get()
        return file
    }

    static func path(_ directory: String) -> String { "\(directory)/cluster.lock" }

    /// The process that the file names, whether or not it lives.
    static func holder(_ directory: String) -> Int32? {
        guard let bytes = try? Unix.contents(of: path(directory)) else { return nil }
        return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    /// Whether some process has the directory at the moment.
    static func isHeld(_ directory: String) throws(SystemError) -> Bool {
        let file: FileDescriptor
        do throws(SystemError) {
            file = try FileDescriptor.open(path(directory), O_RDWR)
        } catch {
            if error.code == ENOENT { return false }
            throw error
        }
        return try file.isLocked()
    }
}
