package import Glibc

extension Unix {
    /// Whether a signal's action is to be ignored, as nohup(1) and shells leave it to background jobs.
    package static func isIgnored(_ signal: CInt) -> Bool {
        var action = sigaction()
        guard unsafe sigaction(signal, nil, &action) == 0 else { return false }
        guard let handler = unsafe action.__sigaction_handler.sa_handler else { return false }
        return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Ignores a signal from now on, in this process and in programs it executes.
    package static func ignore(_ signal: CInt) { _ = Glibc.signal(signal, SIG_IGN) }

    /// A set of signals.
    package static func signalSet(_ signals: [CInt]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        return set
    }

    /// Blocks signals in this thread and in those it starts from now on.
    package static func block(_ signals: [CInt]) {
        var set = signalSet(signals)
        _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Ends the process by a signal, as if nothing had ever been ignored, blocked or handled.
    package static func die(by signal: CInt) -> Never {
        _ = Glibc.signal(signal, SIG_DFL)
        var set = signalSet([signal])
        _ = unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
        _ = raise(signal)
        // Only a signal that does not kill comes here.
        _exit(128 + signal)
    }
}
