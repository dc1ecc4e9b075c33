package import Glibc

extension Unix {
    /// Runs `body` on a thread of its own. Signals are blocked there: they belong to the threads that wait for them,
    /// and a broken socket must not bring SIGPIPE.
    /// - Returns: what pthread_join(3) or pthread_detach(3) want; one of them must be called.
    package static func startThread(_ body: @escaping @Sendable () -> Void) throws(SystemError) -> pthread_t {
        let box = unsafe Unmanaged.passRetained(ThreadBody(run: body))
        var thread = pthread_t()
        var all = sigset_t()
        var before = sigset_t()
        _ = unsafe sigfillset(&all)
        // A thread inherits the mask of its creator.
        _ = unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            }, box.toOpaque())
        _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        guard code == 0 else {
            unsafe box.release()
            throw SystemError(code: code, call: "pthread_create")
        }
        return thread
    }
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) { self.run = run }
}

extension Unix {
    /// pthread_detach(3): the thread cleans up after itself.
    package static func detach(_ thread: pthread_t) { _ = pthread_detach(thread) }
}
