package import Glibc

extension Unix {
    /// The path from the root, whether or not there is a file.
    package static func fromRoot(_ path: String) throws(SystemError) -> String {
        path.hasPrefix("/") ? path : "\(try workingDirectory())/\(path)"
    }

    /// The absolute path of the working directory.
    private static func workingDirectory() throws(SystemError) -> String {
        guard let path = unsafe getcwd(nil, 0) else { throw SystemError(code: errno, call: "getcwd") }
        defer { unsafe free(path) }
        return unsafe name(of: UnsafeRawBufferPointer(start: path, count: strlen(path)))
    }

    /// The file that this process runs. By its own name, which ps(1) then shows of a process that runs it again.
    package static func ownExecutable() throws(SystemError) -> String {
        guard let path = resolvingLinks("/proc/self/exe") else {
            throw SystemError(code: errno, call: "realpath", subject: "/proc/self/exe")
        }
        return path
    }

    /// Starts a program in a session of its own, so that it outlives this process and its terminal. Its standard input
    /// is empty.
    ///
    /// - Parameters:
    ///   - arguments: the program's name first.
    ///   - output: what it gets as standard output and standard error.
    ///   - passing: a descriptor that it gets under the number 3.
    package static func startInBackground(
        _ path: String, _ arguments: [String], output: CInt, passing: CInt
    ) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
        unsafe posix_spawn_file_actions_adddup2(&actions, passing, 3)
        // Signals that this process has blocked or ignored are its own affair.
        var none = signalSet([])
        var all = signalSet([SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1])
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | 0x80  // POSIX_SPAWN_SETSID
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
        unsafe words.append(nil)
        defer { unsafe words.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let code = unsafe posix_spawn(&pid, path, &actions, &attributes, words, environ)
        guard code == 0 else { throw SystemError(code: code, call: "posix_spawn", subject: path) }
        return pid
    }
}

/// A pipe(2): what is written to the one end can be read from the other. Programs that are started do not get the ends.
package struct PipeEnds: ~Copyable, Sendable {
    /// The end to read from.
    package var reading: FileDescriptor?
    /// The end to write to; giving it up ends what is read.
    package var writing: FileDescriptor?

    /// Makes one.
    package init() throws(SystemError) {
        var ends: [2 of CInt] = [-1, -1]
        var span = ends.mutableSpan
        _ = try Unix.check("pipe") { unsafe span.withUnsafeMutableBufferPointer { unsafe Glibc.pipe($0.baseAddress) } }
        reading = FileDescriptor(owning: ends[0])
        writing = FileDescriptor(owning: ends[1])
        for end in [ends[0], ends[1]] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
}
