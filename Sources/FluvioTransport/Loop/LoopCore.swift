import CLinux
import Glibc
import Synchronization
import Unix

/// Somebody whom an ``EventLoop`` tells of a descriptor, and of its own end.
protocol LoopMember: AnyObject, Sendable {
    /// What was waited for has come. Runs on the loop's thread.
    func ready(_ readiness: Readiness)
    /// The loop ends: the descriptor must be closed now. Runs on the loop's thread, last of all.
    func loopStopped()
}

/// Names a member of a loop.
struct LoopToken: Hashable, Sendable {
    fileprivate let number: UInt64
}

/// What an ``EventLoop`` is made of. The thread holds on to this, not to the ``EventLoop``, so that a loop that its
/// owners let go of can end.
final class LoopCore: Sendable {
    typealias Job = @Sendable () -> Void

    private enum Phase { case running, stopping, stopped }

    private struct State: ~Copyable {
        var phase = Phase.running
        var jobs: [Job] = []
        var timers = TimerHeap<Job>()
        var members: [UInt64: any LoopMember] = [:]
        var lastToken = Epoll.wakeToken
        /// Until when the thread sleeps in epoll_wait(2); nil: it is awake and looks at jobs and timers before it
        /// sleeps.
        var sleepsUntil: MonotonicTime?
        var epoll: Epoll?

        /// Wakes the thread if it sleeps beyond `moment`.
        mutating func wake(by moment: MonotonicTime) {
            guard let until = sleepsUntil, moment < until else { return }
            sleepsUntil = nil
            epoll?.wake()
        }
    }

    private let state: Mutex<State>
    /// nil: it was joined or detached.
    private let thread = Mutex<pthread_t?>(nil)
    /// The pthread_t of the thread while it runs, else 0.
    private let running = Atomic<UInt>(0)
    /// What members read into. Only for the loop's thread; the lock is there for the compiler.
    let scratch: Mutex<[UInt8]>

    /// How much one read(2) of a member takes, in bytes, unless it knows better where the bytes belong.
    static let scratchSize = 256 << 10

    init(name: String) throws(SystemError) {
        let epoll = try Epoll()
        let (set, event) = (epoll.raw, epoll.wakeRaw)
        var initial = State()
        initial.epoll = consume epoll
        state = Mutex(initial)
        scratch = Mutex([UInt8](repeating: 0, count: Self.scratchSize))
        // Linux takes 15 bytes.
        let name = String(name.prefix(15))
        let id = try Unix.startThread { [self] in
            _ = unsafe pthread_setname_np(pthread_self(), name)
            running.store(UInt(pthread_self()), ordering: .releasing)
            turn(EpollWait(set: set, event: event))
            finish()
            running.store(0, ordering: .releasing)
        }
        thread.withLock { $0 = id }
    }

    deinit {
        // Nobody joined the thread.
        if let id = thread.withLock({ $0.take() }) { _ = pthread_detach(id) }
    }

    var isCurrent: Bool { running.load(ordering: .acquiring) == UInt(pthread_self()) }

    // MARK: Jobs and timers

    func run(_ job: @escaping Job) -> Bool {
        state.withLock { state in
            guard state.phase == .running else { return false }
            state.jobs.append(job)
            state.wake(by: MonotonicTime(nanoseconds: .min))
            return true
        }
    }

    /// 0: the loop has stopped.
    func schedule(at moment: MonotonicTime, _ job: @escaping Job) -> UInt64 {
        state.withLock { state in
            guard state.phase == .running else { return 0 }
            let id = state.timers.add(job, at: moment)
            state.wake(by: moment)
            return id
        }
    }

    func cancel(_ id: UInt64) {
        // What the job holds on to is let go of outside the lock: it may come back here.
        let job = state.withLock { $0.timers.remove(id) }
        _ = consume job
    }

    // MARK: Members

    /// nil: the loop has stopped or is about to, and will not tell.
    func join(_ member: any LoopMember) -> LoopToken? {
        state.withLock { state in
            guard state.phase == .running else { return nil }
            state.lastToken += 1
            state.members[state.lastToken] = member
            return LoopToken(number: state.lastToken)
        }
    }

    // A member outlives the set only after loopStopped(), and then asks for nothing.

    /// Begins to watch a descriptor for a member, one at a time.
    func watch(_ fd: CInt, _ token: LoopToken, _ readiness: Readiness) throws(SystemError) {
        try state.withLock { state throws(SystemError) in try state.epoll?.add(fd, token.number, readiness) }
    }

    /// Changes what a member waits for.
    func rewatch(_ fd: CInt, _ token: LoopToken, _ readiness: Readiness) throws(SystemError) {
        try state.withLock { state throws(SystemError) in try state.epoll?.change(fd, token.number, readiness) }
    }

    /// Ends ``watch(_:_:_:)``; the descriptor must still be open.
    func unwatch(_ fd: CInt) {
        // It fails for a descriptor that is not watched.
        state.withLock { try? $0.epoll?.remove(fd) }
    }

    /// Forgets a member: nothing that was ready for it is told any more.
    func leave(_ token: LoopToken) {
        let member = state.withLock { $0.members.removeValue(forKey: token.number) }
        _ = consume member
    }

    // MARK: The thread

    /// Turns until the loop is stopped.
    private func turn(_ wait: consuming EpollWait) {
        while true {
            for job in state.withLock({ exchange(&$0.jobs, with: []) }) { job() }
            guard let milliseconds = prepareToSleep() else { return }
            do {
                try wait.wait(milliseconds: milliseconds)
            } catch {
                // EBADF, EINVAL: the set is gone. Nothing can be waited for.
                return
            }
            state.withLock { $0.sleepsUntil = nil }
            // Sockets before deadlines: after a long stop of the process, an answer that is there is not late.
            wait.forEach { token, readiness in
                state.withLock { $0.members[token] }?.ready(readiness)
            }
            let now = MonotonicTime.now
            while let job = state.withLock({ $0.timers.take(due: now) }) { job() }
        }
    }

    /// For how long to sleep, -1 = for ever; nil: not at all, the loop ends.
    private func prepareToSleep() -> CInt? {
        state.withLock { state in
            guard state.phase == .running else { return nil }
            if !state.jobs.isEmpty { return 0 }
            guard let next = state.timers.next else {
                state.sleepsUntil = .distantFuture
                return -1
            }
            state.sleepsUntil = next
            let left = next.nanoseconds.subtractingReportingOverflow(MonotonicTime.now.nanoseconds)
            guard !left.overflow else { return .max }
            // Rounded up, or the last millisecond would be spent in turning.
            return left.partialValue <= 0 ? 0 : CInt(clamping: (left.partialValue - 1) / 1_000_000 + 1)
        }
    }

    private func finish() {
        let jobs = state.withLock { state in
            state.phase = .stopping
            return exchange(&state.jobs, with: [])
        }
        for job in jobs { job() }
        let members = state.withLock { exchange(&$0.members, with: [:]) }
        for member in members.values { member.loopStopped() }
        let left = state.withLock { state in
            state.phase = .stopped
            state.epoll = nil
            return exchange(&state.timers, with: TimerHeap())
        }
        _ = consume left
    }

    /// The thread ends after what it is at.
    func end() {
        state.withLock { state in
            guard state.phase == .running else { return }
            state.phase = .stopping
            state.wake(by: MonotonicTime(nanoseconds: .min))
        }
    }

    /// As ``end()``, and it has ended on return; not so from the loop's own thread.
    func stop() {
        end()
        if isCurrent { return }
        // Whoever else stops the loop waits here until the one who was first has joined the thread.
        thread.withLock { thread in
            if let id = thread.take() { _ = pthread_join(id, nil) }
        }
    }
}
