import Glibc

// Locks of open file descriptions (fcntl(2), F_OFD_SETLK): they end with the descriptor, and so with the process.
extension FileDescriptor {
    // The Glibc module leaves these out (asm-generic/fcntl.h).
    private static let getLock: CInt = 36
    private static let setLock: CInt = 37

    /// Takes the file for this descriptor alone, until it is closed. False: another descriptor has it, of this process
    /// or of another one.
    package borrowing func lock() throws(SystemError) -> Bool {
        var lock = Self.wholeFile
        do throws(SystemError) {
            _ = try Unix.check("fcntl") { unsafe fcntl(raw, Self.setLock, &lock) }
            return true
        } catch {
            if error.code == EAGAIN || error.code == EACCES { return false }
            throw error
        }
    }

    /// Whether another descriptor has the file. To ask disturbs nobody.
    package borrowing func isLocked() throws(SystemError) -> Bool {
        var lock = Self.wholeFile
        _ = try Unix.check("fcntl") { unsafe fcntl(raw, Self.getLock, &lock) }
        return lock.l_type != Int16(F_UNLCK)
    }

    private static var wholeFile: flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        return lock
    }
}
