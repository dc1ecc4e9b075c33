import Testing
import Unix

@testable import FluvioTransport

@Suite struct TimerHeapTests {
    private func at(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    @Test func `Jobs come in the order of their deadlines, and of their age where those are equal`() {
        var heap = TimerHeap<Int>()
        var random = SystemRandomNumberGenerator()
        var expected: [(Int64, Int)] = []
        for number in 0..<1_000 {
            let deadline = Int64.random(in: 0..<100, using: &random)
            _ = heap.add(number, at: at(deadline))
            expected.append((deadline, number))
        }
        expected.sort { $0 < $1 }
        var found: [Int] = []
        while let job = heap.take(due: at(1_000)) { found.append(job) }
        #expect(found == expected.map(\.1))
        #expect(heap.count == 0 && heap.next == nil)
    }

    @Test func `Nothing comes before its time`() {
        var heap = TimerHeap<Int>()
        _ = heap.add(1, at: at(10))
        #expect(heap.next == at(10))
        #expect(heap.take(due: at(9)) == nil)
        #expect(heap.take(due: at(10)) == 1)
        #expect(heap.take(due: at(10)) == nil)
    }

    @Test func `What was cancelled does not come, and is given back once`() {
        var heap = TimerHeap<Int>()
        let ids = (0..<1_000).map { heap.add($0, at: at(Int64($0))) }
        for (number, id) in ids.enumerated() where number % 10 != 0 {
            #expect(heap.remove(id) == number)
            #expect(heap.remove(id) == nil)
        }
        #expect(heap.next == at(0))
        var found: [Int] = []
        while let job = heap.take(due: .distantFuture) { found.append(job) }
        #expect(found == Array(stride(from: 0, to: 1_000, by: 10)))
    }
}

@Suite struct MonotonicTimeTests {
    @Test(arguments: [
        (Duration.zero, Int64(0)), (.nanoseconds(1), 1), (.milliseconds(-5), -5_000_000), (.seconds(3), 3_000_000_000),
        (.seconds(Int64.max), .max), (.seconds(-Int64.max), .min), (.seconds(9_223_372_036) + .seconds(1), .max),
    ]) func `Durations become nanoseconds, as far as they fit`(duration: Duration, nanoseconds: Int64) {
        #expect(duration.wholeNanoseconds == nanoseconds)
    }

    @Test func `A moment too far away is the distant future`() {
        #expect(MonotonicTime.now + .seconds(Int64.max) == .distantFuture)
        #expect(MonotonicTime.now < .now + .seconds(1))
        #expect((MonotonicTime(nanoseconds: 5) - MonotonicTime(nanoseconds: 2)) == .nanoseconds(3))
    }
}
