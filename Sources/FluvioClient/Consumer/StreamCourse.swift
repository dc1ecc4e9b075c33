import Unix

/// All decisions about the stream of one partition: where it is opened, when it is given up and opened anew, and what
/// is told. Pure, as ``Delivery`` is: whoever drives it performs the ``Action`` that follows from an ``Event``.
///
/// Reading goes on at the position, whatever happens: at the new leader, and never before it has that position. A
/// COMMITTED reader was shown nothing that an election takes back, so a leader whose log ends before the position has
/// lost records, and that is told and not passed over. A leader whose log reaches there and that does not know yet how
/// far all replicas are is waited for.
struct StreamCourse: Sendable {
    enum Phase: Equatable, Sendable {
        /// The leader is looked for.
        case seeking
        /// It is asked how far its log is committed.
        case asking
        /// It is asked whether its log reaches to the position.
        case looking
        case streaming
        /// A moment, before the leader is looked for again.
        case pausing
        /// All that was wanted has arrived.
        case finished
        case failed
    }

    enum Event: Sendable {
        /// The stream begins, at a leader that has just told how far its log is committed.
        case begin
        /// A connection to the leader stands.
        case connected
        /// The first offset that is kept and the high watermark; answers ``Action/ask`` and ``Action/probe``.
        case offsets(start: Int64, end: Int64)
        /// Whether the log reaches to the position; answers ``Action/look(_:)``, or ``Action/open`` if it does not.
        case looked(isThere: Bool)
        /// A response came.
        case arrived(StreamProgress.Arrival)
        /// A response was taken by the reader.
        case taken
        /// What lies before the offset is not kept any more.
        case evicted(next: Int64)
        /// The stream broke, or another leader has been heard of.
        case lost
        /// What was asked for could not be done.
        case failed(isRetriable: Bool)
        /// The moment that was asked for is over.
        case resumed
        /// Some time has passed.
        case tick
    }

    enum Action: Equatable, Sendable {
        case nothing
        case seek
        case ask
        /// See whether the log reaches to an offset, what is not committed too.
        case look(Int64)
        /// Open the stream from ``StreamProgress/next``, asking for ``StreamProgress/maximumBytes``.
        case open
        /// Tell the server that everything below the offset has arrived.
        case acknowledge(Int64)
        /// Ask for the offsets over the stream's connection, only to hear a word.
        case probe
        case pause(Duration)
        /// The stream is not needed any more.
        case finish
        case giveUp(Defeat)
    }

    enum Defeat: Equatable, Sendable {
        /// What was tried failed for good, or for too long.
        case unreachable
        /// The log ends before the position.
        case truncated(Int64)
    }

    struct Step: Equatable, Sendable {
        var action: Action
        var notices: [Notice] = []

        init(_ action: Action) { self.action = action }
    }

    enum Notice: Equatable, Sendable {
        case lost
        case recovered
        /// These were to be read, and are not kept any more.
        case gap(Range<Int64>)
    }

    /// A stream that says nothing for so long is probed: idle partitions are silent for ever, and dead servers, too.
    static let silence = Duration.seconds(5)
    /// How often a leader is asked whether it knows at last how far its replicas are.
    static let commitPoll = Duration.milliseconds(100)

    var progress: StreamProgress
    private(set) var phase = Phase.seeking
    private let isCommitted: Bool
    private let retry: RetryLimit
    private var trouble: (since: MonotonicTime, isAnnounced: Bool, schedule: RetrySchedule)?
    private var lastWord: MonotonicTime
    private var isProbing = false
    /// The end that the last probe told while nothing was on its way from there.
    private var missing: Int64?

    init(progress: StreamProgress, isCommitted: Bool, retry: RetryLimit, at now: MonotonicTime) {
        self.progress = progress
        self.isCommitted = isCommitted
        self.retry = retry
        lastWord = now
        if progress.isFinished { phase = .finished }
    }

    /// What arrives is wanted.
    var isStreaming: Bool { phase == .streaming }

    mutating func event(
        _ event: Event, at now: MonotonicTime, using random: inout some RandomNumberGenerator
    ) -> Step {
        if phase == .finished || phase == .failed { return Step(.nothing) }
        switch event {
        case .begin: return opened(at: now)
        case .connected:
            guard phase == .seeking else { return Step(.nothing) }
            phase = .asking
            return Step(.ask)
        case .offsets(_, let end): return told(end, at: now)
        case .looked(let isThere): return looked(isThere, at: now)
        case .arrived(let arrival):
            guard phase == .streaming else { return Step(.nothing) }
            lastWord = now
            missing = nil
            return follow(progress.arrived(arrival))
        case .taken: return taken()
        case .evicted(let next): return phase == .streaming ? evicted(next) : Step(.nothing)
        case .lost: return lost(at: now)
        case .failed(let isRetriable):
            if phase == .streaming { return lost(at: now) }
            return attemptFailed(isRetriable, at: now, using: &random)
        case .resumed:
            guard phase == .pausing else { return Step(.nothing) }
            phase = .seeking
            return Step(.seek)
        case .tick:
            guard phase == .streaming, !isProbing, now - lastWord >= Self.silence else { return Step(.nothing) }
            isProbing = true
            return Step(.probe)
        }
    }

    private mutating func opened(at now: MonotonicTime) -> Step {
        phase = .streaming
        progress.reopened()
        lastWord = now
        isProbing = false
        missing = nil
        var step = Step(.open)
        if trouble?.isAnnounced == true { step.notices.append(.recovered) }
        trouble = nil
        return step
    }

    private mutating func told(_ end: Int64, at now: MonotonicTime) -> Step {
        if phase == .streaming, isProbing {
            isProbing = false
            lastWord = now
            // A server that has more and does not send it has forgotten the stream.
            let isOwed = isCommitted && end > progress.next && !progress.isHeld
            defer { missing = isOwed ? progress.next : nil }
            return isOwed && missing == progress.next ? again() : Step(.nothing)
        }
        guard phase == .asking else { return Step(.nothing) }
        guard end < progress.next else { return opened(at: now) }
        // It may be behind with what it knows of the others: a new leader is, until they have reported.
        phase = .looking
        return Step(.look(progress.next))
    }

    private mutating func looked(_ isThere: Bool, at now: MonotonicTime) -> Step {
        guard phase == .looking || (phase == .streaming && !isThere) else { return Step(.nothing) }
        guard isThere else {
            phase = .failed
            return Step(.giveUp(.truncated(progress.next)))
        }
        if !isCommitted { return opened(at: now) }
        phase = .pausing
        return Step(.pause(Self.commitPoll))
    }

    private mutating func follow(_ action: StreamProgress.Action) -> Step {
        switch action {
        case .nothing: return Step(.nothing)
        case .acknowledge(let offset): return Step(.acknowledge(offset))
        case .reopen:
            progress.reopened()
            return Step(.open)
        case .finished:
            phase = .finished
            return Step(.finish)
        }
    }

    private mutating func taken() -> Step {
        let action = progress.taken()
        return phase == .streaming ? follow(action) : Step(.nothing)
    }

    private mutating func evicted(_ next: Int64) -> Step {
        let gap = max(0, progress.next)..<max(next, progress.next, 0)
        progress.skip(to: next)
        var step = again()
        if progress.isFinished {
            phase = .finished
            step.action = .finish
        }
        if !gap.isEmpty { step.notices.append(.gap(gap)) }
        return step
    }

    private mutating func lost(at now: MonotonicTime) -> Step {
        guard phase == .streaming else { return Step(.nothing) }
        var step = again()
        step.notices.append(.lost)
        trouble = (now, true, RetrySchedule(limit: retry))
        return step
    }

    private mutating func again() -> Step {
        phase = .seeking
        isProbing = false
        return Step(.seek)
    }

    private mutating func attemptFailed(
        _ isRetriable: Bool, at now: MonotonicTime, using random: inout some RandomNumberGenerator
    ) -> Step {
        if trouble == nil { trouble = (now, false, RetrySchedule(limit: retry)) }
        guard isRetriable, let since = trouble?.since,
            let delay = trouble?.schedule.delay(afterFailureAt: now - since, using: &random)
        else {
            phase = .failed
            return Step(.giveUp(.unreachable))
        }
        phase = .pausing
        var step = Step(.pause(delay))
        if trouble?.isAnnounced == false {
            trouble?.isAnnounced = true
            step.notices.append(.lost)
        }
        return step
    }
}
