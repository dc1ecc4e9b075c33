import CLinux
import Glibc

extension Unix {
    /// poll(2) of two descriptors at once: their `revents`, both 0 at the timeout (-1 = none).
    ///
    /// A negative descriptor is left out. After EINTR the whole timeout starts anew.
    package static func poll(
        _ first: CInt, _ firstEvents: CInt, _ second: CInt, _ secondEvents: CInt, timeoutMilliseconds: CInt
    ) throws(SystemError) -> (first: CInt, second: CInt) {
        var entries = (
            pollfd(fd: first, events: Int16(truncatingIfNeeded: firstEvents), revents: 0),
            pollfd(fd: second, events: Int16(truncatingIfNeeded: secondEvents), revents: 0)
        )
        _ = try check("poll") {
            unsafe withUnsafeMutableBytes(of: &entries) { bytes in
                unsafe Glibc.poll(bytes.assumingMemoryBound(to: pollfd.self).baseAddress, 2, timeoutMilliseconds)
            }
        }
        return (CInt(entries.0.revents), CInt(entries.1.revents))
    }

    /// Whether a descriptor is of a regular file, which is always ready to read and to write.
    package static func isRegularFile(_ fd: CInt) -> Bool {
        var status = stat()
        guard unsafe fstat(fd, &status) == 0 else { return false }
        return status.st_mode & S_IFMT == S_IFREG
    }
}
