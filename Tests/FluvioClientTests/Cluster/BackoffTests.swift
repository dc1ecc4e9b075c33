import Testing

@testable import FluvioClient

/// Always the same bits: `0` makes the shortest delay of a step, `max` the longest.
struct FixedRandom: RandomNumberGenerator {
    var bits: UInt64
    mutating func next() -> UInt64 { bits }
}

@Suite struct BackoffTests {
    @Test func `Delays double up to the longest, between half a step and a whole one`() {
        var low = FixedRandom(bits: 0)
        var high = FixedRandom(bits: .max)
        var short = Backoff(initial: .milliseconds(100), maximum: .seconds(1))
        var long = short
        let steps = [100, 200, 400, 800, 1000, 1000]
        for step in steps {
            #expect(short.next(using: &low) == .milliseconds(step / 2))
            let delay = long.next(using: &high)
            #expect(delay > .milliseconds(step * 99 / 100) && delay <= .milliseconds(step))
        }
    }

    @Test func `Never zero, never above the longest, after any number of failures`() {
        var random = SystemRandomNumberGenerator()
        var backoff = Backoff(initial: .zero, maximum: .seconds(5))
        for _ in 0..<200 {
            let delay = backoff.next(using: &random)
            #expect(delay > .zero && delay <= .seconds(5))
        }
        #expect(backoff.failures == 200)
    }

    @Test func `Success begins anew`() {
        var random = FixedRandom(bits: 0)
        var backoff = Backoff(initial: .milliseconds(10), maximum: .seconds(1))
        for _ in 0..<5 { _ = backoff.next(using: &random) }
        backoff.reset()
        #expect(backoff.next(using: &random) == .milliseconds(5))
    }

    @Test func `Retries end with their limit, and the last attempt comes right at it`() {
        var random = FixedRandom(bits: 0)
        var schedule = RetrySchedule(
            limit: .duration(.seconds(1)), backoff: Backoff(initial: .milliseconds(200), maximum: .seconds(9)))
        #expect(schedule.delay(afterFailureAt: .zero, using: &random) == .milliseconds(100))
        #expect(schedule.delay(afterFailureAt: .milliseconds(900), using: &random) == .milliseconds(100))
        #expect(schedule.delay(afterFailureAt: .milliseconds(950), using: &random) == .milliseconds(50))
        #expect(schedule.delay(afterFailureAt: .seconds(1), using: &random) == nil)
    }

    @Test func `No time to retry is one attempt; for ever is for ever`() {
        var random = FixedRandom(bits: 0)
        var once = RetrySchedule(limit: .duration(.zero))
        #expect(once.delay(afterFailureAt: .zero, using: &random) == nil)
        var always = RetrySchedule(limit: .forever)
        for _ in 0..<100 { #expect(always.delay(afterFailureAt: .seconds(1_000_000), using: &random) != nil) }
    }
}
