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
