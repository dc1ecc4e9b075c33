import Testing

@testable import FluvioClient

@Suite struct InboxTests {
    /// Something whose end can be seen.
    private final class Held: Error, Sendable {}

    private func item(_ held: Held) -> Inbox.Item {
        .failed(FluvioError(.closed, "an item", underlying: held))
    }

    @Test func aTakenItemIsLetGoOfWhileOthersWait() throws {
        let inbox = try Inbox(streams: 1)
        weak var seen: Held?
        do {
            let held = Held()
            seen = held
            inbox.put(item(held))
            inbox.put(item(Held()))
        }
        #expect(seen != nil)
        _ = inbox.take()
        #expect(seen == nil)
        guard case .item = inbox.take() else { return #expect(Bool(false), "the second is there") }
    }

    @Test func itemsComeInTheirOrderHoweverManyWait() throws {
        let inbox = try Inbox(streams: 1)
        var next = 0
        for number in 0..<500 {
            inbox.put(.failed(FluvioError(.closed, "\(number)")))
            // It never runs empty.
            guard number >= 3 else { continue }
            guard case .item(.failed(let error)) = inbox.take() else { return #expect(Bool(false), "nothing there") }
            #expect(error.message == "\(next)")
            next += 1
        }
        #expect(next == 497)
    }
}
