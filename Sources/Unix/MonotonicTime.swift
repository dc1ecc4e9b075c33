import CLinux
import Glibc

/// A moment of the clock that only goes forward while the machine runs (CLOCK_MONOTONIC). Says nothing of the date.
package struct MonotonicTime: Comparable, Hashable, Sendable {
    /// Since some moment before the process began.
    package let nanoseconds: Int64

    /// A moment by its number.
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Later than any other.
    package static let distantFuture = MonotonicTime(nanoseconds: .max)

    /// The present.
    package static var now: MonotonicTime {
        var time = timespec()
        // It cannot fail for this clock.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// `duration` later; durations too long to count end in ``distantFuture``.
    package static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return overflow ? .distantFuture : MonotonicTime(nanoseconds: sum)
    }

    /// The time from `start` to `end`.
    package static func - (end: MonotonicTime, start: MonotonicTime) -> Duration {
        .nanoseconds(end.nanoseconds - start.nanoseconds)
    }
}

extension Duration {
    /// In nanoseconds, the fraction cut off; as near as an Int64 comes where it is too long for one (292 years).
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, overflow2) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow2 ? (seconds < 0 ? .min : .max) : sum
    }
}
