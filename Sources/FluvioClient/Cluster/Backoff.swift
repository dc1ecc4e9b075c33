/// How long to wait before the next attempt: doubling from `initial` to `maximum`, with jitter, so that the clients of
/// a server that comes back do not all come at once. It knows no clock and sleeps nowhere.
struct Backoff: Equatable, Sendable {
    /// The longest first delay.
    let initial: Duration
    /// The longest delay of all.
    let maximum: Duration
    /// Failures since the last success.
    private(set) var failures = 0

    /// A schedule. `initial` is above zero and not above `maximum`, or is made so.
    init(initial: Duration = .milliseconds(50), maximum: Duration = .seconds(5)) {
        self.initial = max(initial, .milliseconds(1))
        self.maximum = max(maximum, self.initial)
    }

    /// The delay after one more failure: from half the step up to the whole of it.
    mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
        // Beyond 2^30 steps of a millisecond every maximum is reached.
        let step = min(initial * (1 << min(failures, 30)), maximum)
        failures += 1
        // 53 random bits: a fraction from 0 to just under 1. (`Double.random` draws again for some bits.)
        let fraction = Double(random.next() >> 11) * 0x1p-53
        return step * (0.5 + fraction / 2)
    }

    /// Starts again at the first delay: what failed has worked.
    mutating func reset() { failures = 0 }
}

/// For how long failures that may pass are tried again.
public enum RetryLimit: Hashable, Sendable {
    /// Since the first failure, for this long. Zero: one attempt.
    case duration(Duration)
    /// Until it works or the task is cancelled.
    case forever
}

/// Attempts with a schedule and an end, as a value: the caller tells of failures and of the time that has passed.
struct RetrySchedule: Equatable, Sendable {
    private var backoff: Backoff
    private let limit: RetryLimit

    /// A schedule that ends with `limit`.
    init(limit: RetryLimit, backoff: Backoff = Backoff()) {
        self.limit = limit
        self.backoff = backoff
    }

    /// The delay before the next attempt, or nil to give up. `elapsed` is the time since the first attempt began. The
    /// last attempt comes at the limit, not before: what recovers just in time is not missed.
    mutating func delay(
        afterFailureAt elapsed: Duration, using random: inout some RandomNumberGenerator
    ) -> Duration? {
        let delay = backoff.next(using: &random)
        switch limit {
        case .forever: return delay
        case .duration(let limit): return elapsed < limit ? min(delay, limit - elapsed) : nil
        }
    }
}
