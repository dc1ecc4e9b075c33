import CLinux
import Glibc
import Synchronization
package import Unix

/// The signals that ask a tool to stop, or to say how far it is.
///
/// SIGINT, SIGTERM and SIGHUP (unless ignored when the tool started, and but for tools that take SIGHUP for something else)
/// and SIGUSR1 are blocked in all threads, and read by
/// the main thread, which does nothing else: so a signal arrives whatever the work is blocked in, and no code runs in a
/// signal handler. The first one makes ``wakeDescriptor`` readable and calls ``onStop(_:)``; a second one, or the end of
/// the ``grace``, kills. SIGPIPE is ignored, so that write(2) tells of a reader that has gone.
package final class Signals: Sendable {
    private struct State {
        var received: CInt?
        var outcome: Outcome?
        var grace = Duration.seconds(5)
        var stops: [@Sendable (CInt) -> Void] = []
        var report: (@Sendable () -> Void)?
        var ignored: Set<CInt> = []
        var hangup: (@Sendable () -> Void)?
    }

    /// Whether SIGPIPE was ignored when the tool started.
    package let ignoresBrokenPipe: Bool
    private let state = Mutex(State())
    private let signals: FileDescriptor
    private let wake: FileDescriptor
    private let finished: FileDescriptor

    /// Takes over the signals of this process. To be called once, before any other thread runs.
    package init() throws(SystemError) {
        ignoresBrokenPipe = Unix.isIgnored(SIGPIPE)
        Unix.ignore(SIGPIPE)
        let taken = [SIGINT, SIGTERM, SIGHUP, SIGUSR1].filter { !Unix.isIgnored($0) }
        Unix.block(taken)
        var set = Unix.signalSet(taken)
        let raw = try Unix.check("signalfd") { unsafe signalfd(-1, &set, CInt(SFD_CLOEXEC)) }
        signals = FileDescriptor(owning: raw)
        wake = try Unix.eventDescriptor()
        finished = try Unix.eventDescriptor()
    }

    /// Readable from the first signal on, and for good: for poll(2) beside whatever a thread waits for. It is never to be
    /// read.
    package var wakeDescriptor: CInt { wake.raw }

    /// The signal that asked to stop, if one did.
    package var received: CInt? { state.withLock { $0.received } }

    /// How long the first signal leaves for finishing; 5 s unless set. One second later the tool dies of it even if the
    /// work is stuck, as in a write(2) that nobody reads.
    package var grace: Duration {
        get { state.withLock { $0.grace } }
        set { state.withLock { $0.grace = newValue } }
    }

    /// Calls `body` with the first signal, in the main thread or, if it came already, at once in this one. It must not
    /// block.
    package func onStop(_ body: @escaping @Sendable (CInt) -> Void) {
        let received = state.withLock { state in
            if state.received == nil { state.stops.append(body) }
            return state.received
        }
        if let received { body(received) }
    }

    /// Takes no notice of a signal from now on, as `tee -i` does of SIGINT.
    package func ignore(_ signal: CInt) { _ = state.withLock { $0.ignored.insert(signal) } }

    /// Calls `body` in the main thread for every SIGUSR1, which does nothing otherwise. It must not block.
    package func onReport(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.report = body } }

    /// Calls `body` in the main thread for every SIGHUP, which then is no reason to stop any more: services look at their
    /// surroundings anew. It must not block.
    package func onHangup(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.hangup = body } }

    /// Waits for the first signal; nil if the task is cancelled before.
    package func stop() async -> CInt? {
        let once = OneAnswer()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                once.wait(continuation)
                onStop { once.answer($0) }
            }
        } onCancel: {
            once.answer(nil)
        }
    }

    /// Ends ``supervise()`` with this outcome.
    func finish(_ outcome: Outcome) {
        state.withLock { $0.outcome = outcome }
        Self.ring(finished.raw)
    }

    /// Reads signals until the work is finished or must not go on; for the main thread.
    func supervise() -> Outcome {
        var sequence = StopSequence()
        var stopped: SuspendingClock.Instant?
        while true {
            let action: StopSequence.Action
            switch wait(until: stopped.map { $0 + grace + .seconds(1) }) {
            case .signal(let signal) where state.withLock({ $0.ignored.contains(signal) }): action = .wait
            case .signal(SIGHUP) where hangup != nil:
                hangup?()
                continue
            case .signal(let signal): action = sequence.event(.signal(signal))
            case .finished: action = sequence.event(.finished(state.withLock { $0.outcome } ?? .exit(.incomplete)))
            case .deadline: action = sequence.event(.deadline)
            }
            switch action {
            case .wait: continue
            case .report: state.withLock { $0.report }?()
            case .stop(let signal):
                stopped = .now
                announce(signal)
            case .end(let outcome): return outcome
            }
        }
    }

    private var hangup: (@Sendable () -> Void)? { state.withLock { $0.hangup } }

    private func announce(_ signal: CInt) {
        let stops = state.withLock { state in
            state.received = signal
            defer { state.stops = [] }
            return state.stops
        }
        Self.ring(wake.raw)
        for stop in stops { stop(signal) }
    }

    private enum Wakening { case signal(CInt), finished, deadline }

    private func wait(until deadline: SuspendingClock.Instant?) -> Wakening {
        while true {
            var entries: [2 of pollfd] = [
                pollfd(fd: signals.raw, events: Int16(POLLIN), revents: 0),
                pollfd(fd: finished.raw, events: Int16(POLLIN), revents: 0),
            ]
            var timeout: CInt = -1
            if let deadline {
                let left = SuspendingClock.now.duration(to: deadline)
                guard left > .zero else { return .deadline }
                // Rounded up, or the last millisecond would be spent in a busy loop.
                timeout = CInt(
                    clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1)
            }
            var span = entries.mutableSpan
            _ = unsafe span.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, 2, timeout) }
            // Finished work goes first: a signal that comes with the end shall not turn it into a failure.
            if entries[1].revents != 0 { return .finished }
            if entries[0].revents != 0 {
                var info = signalfd_siginfo()
                let size = MemoryLayout<signalfd_siginfo>.size
                if unsafe read(signals.raw, &info, size) == size { return .signal(CInt(info.ssi_signo)) }
            }
        }
    }

    private static func ring(_ descriptor: CInt) { _ = eventfd_write(descriptor, 1) }
}

/// A continuation that is resumed once, by whoever comes first, perhaps before it is there.
private final class OneAnswer: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<CInt?, Never>)
        case answered(CInt?)
        case over
    }

    private let state = Mutex(State.empty)

    func wait(_ continuation: CheckedContinuation<CInt?, Never>) {
        let answer: CInt?? = state.withLock { state in
            if case .answered(let signal) = state {
                state = .over
                return .some(signal)
            }
            state = .waiting(continuation)
            return nil
        }
        if let answer { continuation.resume(returning: answer) }
    }

    func answer(_ signal: CInt?) {
        let continuation: CheckedContinuation<CInt?, Never>? = state.withLock { state in
            switch state {
            case .empty:
                state = .answered(signal)
                return nil
            case .waiting(let continuation):
                state = .over
                return continuation
            case .answered, .over: return nil
            }
        }
        continuation?.resume(returning: signal)
    }
}
