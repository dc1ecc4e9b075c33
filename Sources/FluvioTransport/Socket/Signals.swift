import Glibc

/// What sockets have to do with signals.
enum Signals {
    /// Runs a call that raises SIGPIPE on a broken socket and has no flag against it, as sendfile(2). The signal goes
    /// to the calling thread: it is blocked there meanwhile, and taken away if the call raised it.
    static func withoutBrokenPipe<T, E: Error>(_ call: () throws(E) -> T) throws(E) -> T {
        var pipe = sigset_t()
        var before = sigset_t()
        var pending = sigset_t()
        _ = unsafe sigemptyset(&pipe)
        _ = unsafe sigaddset(&pipe, SIGPIPE)
        _ = unsafe pthread_sigmask(SIG_BLOCK, &pipe, &before)
        // Blocked already: the loop's own thread, where a pending SIGPIPE harms nobody.
        if unsafe sigismember(&before, SIGPIPE) == 1 { return try call() }
        _ = unsafe sigpending(&pending)
        defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        do throws(E) {
            return try call()
        } catch {
            if unsafe sigismember(&pending, SIGPIPE) != 1 {
                var now = timespec()
                while unsafe sigtimedwait(&pipe, nil, &now) == -1, errno == EINTR {}
            }
            throw error
        }
    }
}
