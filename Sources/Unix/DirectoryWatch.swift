import CLinux
import Glibc

/// Directories that are watched for changes (inotify(7)). What it tells is a hint: on some file systems it is silent, and
/// a queue that overflows forgets.
package struct DirectoryWatch: ~Copyable, Sendable {
    /// What has happened.
    package struct Event: Equatable, Sendable {
        /// The number of the directory.
        package let directory: CInt
        /// The name in it; empty: the directory itself.
        package let name: String
        /// Whether names have come or gone, and not only a file's content has changed.
        package let isStructural: Bool
        /// Whether the directory is watched no more, as it is gone.
        package let isLast: Bool
    }

    private let descriptor: FileDescriptor

    /// Watches nothing yet.
    package init() throws(SystemError) {
        descriptor = FileDescriptor(
            owning: try Unix.check("inotify_init1") { inotify_init1(CInt(IN_CLOEXEC | IN_NONBLOCK)) })
    }

    /// Readable when something has happened: for poll(2).
    package var raw: CInt { descriptor.raw }

    /// Watches a directory; the number that its events will have, the same if it is watched already.
    package func add(_ path: String) throws(SystemError) -> CInt {
        let mask = Self.content | Self.structure | UInt32(IN_ONLYDIR)
        let raw = descriptor.raw
        return try Unix.check("inotify_add_watch", path) {
            unsafe Unix.withPath(path) { path in unsafe inotify_add_watch(raw, path, mask) }
        }
    }

    /// Watches a directory no more.
    package func remove(_ directory: CInt) { _ = inotify_rm_watch(descriptor.raw, directory) }

    /// Takes what has happened since, but no more than a megabyte of it: whoever writes into a watched directory without
    /// an end must not hold the caller for ever. The rest is there the next time.
    ///
    /// - Returns: nil if the queue ran over: anything may have happened.
    package func take() throws(SystemError) -> [Event]? {
        let size = 65_536
        var events: [Event] = []
        var hasOverflowed = false
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
        defer { unsafe buffer.deallocate() }
        for _ in 0..<16 {
            let count: Int
            do throws(SystemError) {
                count = try unsafe Unix.read(descriptor.raw, into: buffer)
            } catch {
                if error.code == EAGAIN { break }
                throw error
            }
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count])
            unsafe Self.parse(bytes, into: &events, &hasOverflowed)
        }
        return hasOverflowed ? nil : events
    }

    private static func parse(
        _ bytes: UnsafeRawBufferPointer, into events: inout [Event], _ hasOverflowed: inout Bool
    ) {
        var at = 0
        let header = MemoryLayout<inotify_event>.size
        while at + header <= bytes.count {
            let event = unsafe bytes.loadUnaligned(fromByteOffset: at, as: inotify_event.self)
            let name = unsafe bytes[(at + header)..<(at + header + Int(event.len))].prefix { $0 != 0 }
            at += header + Int(event.len)
            if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { hasOverflowed = true }
            events.append(
                Event(
                    directory: event.wd, name: unsafe Unix.name(of: name),
                    isStructural: event.mask & Self.content == 0, isLast: event.mask & UInt32(IN_IGNORED) != 0))
        }
    }

    private static let content = UInt32(IN_MODIFY)
    private static let structure = [
        IN_CREATE, IN_DELETE, IN_MOVED_FROM, IN_MOVED_TO, IN_DELETE_SELF, IN_MOVE_SELF, IN_ATTRIB,
    ].reduce(UInt32(0)) { $0 | UInt32($1) }
}
