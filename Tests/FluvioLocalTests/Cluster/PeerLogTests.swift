import Testing
import Unix

@testable import FluvioLocal

@Suite("Which clients the log names")
struct PeerLogTests {
    private static func at(_ seconds: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: 1_000_000_000 * Int64(seconds))
    }

    @Test("Each address once a minute, others beside it")
    func once() {
        var rules = PeerLog.Rules()
        let calls = [("a", 0), ("a", 1), ("b", 2), ("a", 59), ("a", 60), ("b", 61), ("a", 119)]
        #expect(calls.map { rules.tells($0, at: Self.at($1)) } == [true, false, true, false, true, false, false])
    }

    @Test("However many addresses there are, few are kept, and few lines are written")
    func many() {
        var rules = PeerLog.Rules()
        let told = (0..<100_000).count { rules.tells("\($0)", at: Self.at(0)) }
        #expect(told == PeerLog.Rules.capacity)
        #expect([59, 60].map { rules.tells("late", at: Self.at($0)) } == [false, true])
    }
}
