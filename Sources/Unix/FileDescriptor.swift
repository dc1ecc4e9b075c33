package import Glibc

/// The one owner of a file descriptor. It closes it when it goes; ``close()`` says whether that worked.
package struct FileDescriptor: ~Copyable, Sendable {
    /// The number, for calls that only borrow it.
    package let raw: CInt

    /// Takes over an open descriptor.
    package init(owning raw: CInt) { self.raw = raw }

    deinit { _ = Glibc.close(raw) }

    /// Closes now and reports what close(2) reports: on some file systems, a write that failed.
    package consuming func close() throws(SystemError) {
        let raw = raw
        discard self
        // After EINTR the descriptor is closed on Linux: a second close(2) could hit someone else's.
        if Glibc.close(raw) != 0, errno != EINTR { throw SystemError(code: errno, call: "close") }
    }

    /// Gives the descriptor away without closing it.
    package consuming func release() -> CInt {
        let raw = raw
        discard self
        return raw
    }

    /// open(2) with O_CLOEXEC.
    package static func open(
        _ path: String, _ flags: CInt, mode: mode_t = 0o644
    ) throws(SystemError) -> FileDescriptor {
        let raw = try Unix.check("open", path) {
            unsafe Unix.withPath(path) { path in unsafe Glibc.open(path, flags | O_CLOEXEC, mode) }
        }
        return FileDescriptor(owning: raw)
    }
}
