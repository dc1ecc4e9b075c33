import CLinux
import Glibc

/// The one door to blocking system calls: EINTR is tried again, errno is read at once, short transfers are told.
package enum Unix {
    /// Runs `call` until it is not interrupted; a negative result becomes a ``SystemError``.
    @inline(__always)
    package static func check<T: SignedInteger>(
        _ name: String, _ subject: @autoclosure () -> String = "", _ call: () -> T
    ) throws(SystemError) -> T {
        while true {
            let result = call()
            if result >= 0 { return result }
            let code = errno
            if code != EINTR { throw SystemError(code: code, call: name, subject: subject()) }
        }
    }

    /// read(2): 0 at the end of the input.
    package static func read(
        _ fd: CInt, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        try check("read") { unsafe Glibc.read(fd, buffer.baseAddress, buffer.count) }
    }

    /// pread(2) until `buffer` is full or the file ends; the number of bytes read.
    package static func read(
        _ fd: CInt, into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(SystemError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = try check("pread") {
                unsafe Glibc.pread(fd, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done, offset + done)
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// One write(2), which may be short.
    package static func writeSome(_ fd: CInt, _ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
        try check("write") { unsafe Glibc.write(fd, bytes.baseAddress, bytes.count) }
    }

    /// write(2) until all is written. A descriptor in non-blocking mode is waited for.
    package static func writeAll(_ fd: CInt, _ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            do throws(SystemError) {
                done += try unsafe writeSome(fd, UnsafeRawBufferPointer(rebasing: bytes[done...]))
            } catch {
                guard error.code == EAGAIN else { throw error }
                _ = try poll(fd, CInt(POLLOUT), timeoutMilliseconds: -1)
            }
        }
    }

    /// pwrite(2) until all is written.
    package static func writeAll(
        _ fd: CInt, _ bytes: UnsafeRawBufferPointer, at offset: Int
    ) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            done += try check("pwrite") {
                unsafe Glibc.pwrite(fd, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done, offset + done)
            }
        }
    }

    /// poll(2) of one descriptor: its `revents`, 0 at the timeout (-1 = none).
    package static func poll(
        _ fd: CInt, _ events: CInt, timeoutMilliseconds: CInt
    ) throws(SystemError) -> CInt {
        var entry = pollfd(fd: fd, events: Int16(truncatingIfNeeded: events), revents: 0)
        _ = try check("poll") { unsafe Glibc.poll(&entry, 1, timeoutMilliseconds) }
        return CInt(entry.revents)
    }

    /// Size of an open file in bytes.
    package static func size(_ fd: CInt) throws(SystemError) -> Int {
        var status = stat()
        _ = try check("fstat") { unsafe fstat(fd, &status) }
        return Int(status.st_size)
    }

    /// The whole content of a file.
    package static func contents(of path: String) throws(SystemError) -> [UInt8] {
        let file = try FileDescriptor.open(path, O_RDONLY)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let raw = file.raw
            let result = unsafe chunk.withUnsafeMutableBytes { buffer in
                Result { () throws(SystemError) in try unsafe read(raw, into: buffer) }
            }
            let count: Int
            do throws(SystemError) {
                count = try result.get()
            } catch {
                throw SystemError(code: error.code, call: error.call, subject: path)
            }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// Lets this process have as many descriptors as its hard limit allows. That it cannot is no reason to fail.
    ///
    /// - Returns: how many it can have.
    @discardableResult
    package static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        let isRaised = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        return Int(clamping: isRaised ? limit.rlim_max : before)
    }

    /// Writes a file so that a crash leaves either the old or the new content: a temporary file beside it, fsync(2),
    /// rename(2), and fsync of the directory.
    ///
    /// - Parameter durable: false leaves out both fsyncs: the end of the process does no harm, but after a power cut
    ///   the file may be empty or the old one.
    package static func replaceContents(
        of path: String, with bytes: [UInt8], mode: UInt32 = 0o644, durable: Bool = true
    ) throws(SystemError) {
        let temporary = "\(path).\(getpid()).tmp"
        do throws(SystemError) {
            let file = try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
            let raw = file.raw
            let written = unsafe bytes.withUnsafeBytes { buffer in
                Result { () throws(SystemError) in try unsafe writeAll(raw, buffer) }
            }
            try written.get()
            if durable { _ = try check("fsync") { fsync(raw) } }
            try file.close()
            _ = try check("rename", path) {
                unsafe withPath(temporary) { old in unsafe withPath(path) { new in unsafe Glibc.rename(old, new) } }
            }
        } catch {
            _ = unsafe withPath(temporary) { path in unsafe unlink(path) }
            throw SystemError(code: error.code, call: error.call, subject: path)
        }
        guard durable else { return }
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try synchronize(directory: directory.isEmpty ? "/" : directory)
    }

    /// mkdir(2) of a directory and of those above it that are missing.
    package static func makeDirectories(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
        func make() -> CInt { unsafe withPath(path) { path in unsafe mkdir(path, mode) } }
        if make() == 0 { return }
        switch errno {
        case EEXIST: return
        case ENOENT:
            guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { break }
            try makeDirectories(String(path[..<slash]), mode: mode)
            if make() == 0 || errno == EEXIST { return }
        default: break
        }
        throw SystemError(code: errno, call: "mkdir", subject: path)
    }

    /// realpath(3): the path from the root, without links.
    package static func absolutePath(_ path: String) throws(SystemError) -> String {
        guard let resolved = unsafe withPath(path, { path in unsafe realpath(path, nil) }) else {
            throw SystemError(code: errno, call: "realpath", subject: path)
        }
        defer { unsafe free(resolved) }
        return unsafe name(of: UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
    }

    /// The machine's name, as gethostname(2) says it.
    package static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        let size = buffer.count - 1
        return unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, unsafe gethostname(base, size) == 0 else { return "localhost" }
            return unsafe String(cString: base)
        }
    }

    /// The value of an environment variable.
    package static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The user's home directory: `HOME`, or what the user database says; nil if neither knows one.
    package static func homeDirectory() -> String? {
        if let home = environment("HOME"), !home.isEmpty { return home }
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        return unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress,
                unsafe getpwuid_r(getuid(), &entry, base, buffer.count, &found) == 0,
                unsafe found != nil, let home = unsafe entry.pw_dir
            else { return nil }
            return unsafe String(cString: home)
        }
    }

    /// realpath(3): the path without links; nil if there is no such file.
    package static func resolvingLinks(_ path: String) -> String? {
        guard let resolved = unsafe withPath(path, { path in unsafe realpath(path, nil) }) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe name(of: UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
    }

    /// flock(2), exclusive and without waiting: false if another open file holds the lock.
    package static func tryLock(_ fd: CInt) throws(SystemError) -> Bool {
        do throws(SystemError) {
            _ = try check("flock") { flock(fd, LOCK_EX | LOCK_NB) }
            return true
        } catch {
            if error.code == EWOULDBLOCK { return false }
            throw error
        }
    }

    /// Blocks the thread for that long or, if a signal comes, less.
    package static func sleep(_ duration: Duration) {
        let parts = duration.components
        var time = timespec(tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
        _ = unsafe nanosleep(&time, nil)
    }
}
