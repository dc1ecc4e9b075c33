import CLinux
import Glibc

extension Unix {
    /// Asks for a pipe's capacity in bytes with fcntl(2) F_SETPIPE_SZ; false where it is no pipe or over the limit.
    @discardableResult
    package static func setPipeCapacity(_ fd: CInt, bytes: Int) -> Bool {
        // F_SETPIPE_SZ of <linux/fcntl.h>, which the Glibc module leaves out.
        let setPipeSize: CInt = 1024 + 7
        return fcntl(fd, setPipeSize, CInt(clamping: bytes)) >= 0
    }
}

extension Unix {
    /// Opens the end of a pipe anew for writing without blocking. O_NONBLOCK belongs to an open file description, which
    /// others may share (`curl` and its terminal are a known case): this one is ours alone.
    ///
    /// - Returns: nil where the descriptor is no pipe, or the system does not let us.
    package static func ownWritingEnd(of fd: CInt) -> FileDescriptor? {
        var status = stat()
        guard unsafe fstat(fd, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { return nil }
        return try? FileDescriptor.open("/proc/self/fd/\(fd)", O_WRONLY | O_NONBLOCK)
    }
}
