import Testing
import Unix

@testable import FluvioTransport

/// Waiters are numbers here: what matters is which of them an action names.
private typealias Machine = ConnectionState<Int>

private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

private func send(_ id: Int32, _ waiter: Int, timeout: Int = 100, now: Int64 = 0) -> Machine.Event {
    .request(id, waiter, timeout: .milliseconds(timeout), now: at(now))
}

extension ConnectionState<Int>.Action {
    /// An action in short, to compare it with what a table expects.
    fileprivate var text: String {
        switch self {
        case .nothing: "nothing"
        case .transmit(let alarm): alarm.map { "transmit, alarm \($0.nanoseconds / 1_000_000)" } ?? "transmit"
        case .refuse(let waiter, let reason): "refuse \(waiter): \(reason)"
        case .deliver(let waiter): "deliver to \(waiter)"
        case .release(let waiter): "release \(waiter)"
        case .expire(let expired, let alarm):
            "expire \(expired.map { "\($0.waiter)" })" + (alarm.map { ", alarm \($0.nanoseconds / 1_000_000)" } ?? "")
        case .finishWriting: "finish writing"
        case .end(let reason): "end: \(reason)"
        case .fail(let waiters, let reason): "fail \(waiters): \(reason)"
        }
    }
}

@Suite struct ConnectionStateTests {
    /// A row: what happens, and what is to be done.
    fileprivate struct Row {
        let event: Machine.Event
        let action: String
        init(_ event: Machine.Event, _ action: String) { (self.event, self.action) = (event, action) }
    }

    fileprivate struct Table: CustomTestStringConvertible {
        let testDescription: String
        let rows: [Row]
        init(_ name: String, _ rows: [Row]) { (testDescription, self.rows) = (name, rows) }
    }

    fileprivate static let tables = [
        Table(
            "an id is free again when it was answered",
            [
                Row(send(1, 10), "transmit, alarm 100"),
                Row(.frame(1), "deliver to 10"),
                Row(send(1, 11, now: 1), "transmit"),
                Row(.frame(1), "deliver to 11"),
            ]),
        Table(
            "an id in use is refused, and the first user keeps it",
            [
                Row(send(1, 10), "transmit, alarm 100"),
                Row(send(1, 11), "refuse 11: correlationInUse(1)"),
                Row(.subscribe(1, 12), "refuse 12: correlationInUse(1)"),
                Row(.frame(1), "deliver to 10"),
            ]),
        Table(
            "what finds the socket closed is told why, once that is known here",
            [
                Row(send(1, 10), "transmit, alarm 100"), Row(.unsent(1), "nothing"),
                Row(.ended(.closed), "fail [10]: closed"),
            ]),
        Table(
            "what finds the socket closed after an end that this side has made is refused",
            [
                Row(send(1, 10), "transmit, alarm 100"), Row(.close, "end: closedLocally"),
                Row(.unsent(1), "refuse 10: closedLocally"),
                Row(.ended(.closedLocally), "fail []: closedLocally"),
            ]),
        Table(
            "answers may come in any order",
            [
                Row(send(1, 10), "transmit, alarm 100"), Row(send(2, 11), "transmit"), Row(send(3, 12), "transmit"),
                Row(.frame(2), "deliver to 11"), Row(.frame(3), "deliver to 12"), Row(.frame(1), "deliver to 10"),
            ]),
        Table(
            "a second answer to one request was not asked for",
            [
                Row(send(1, 10), "transmit, alarm 100"), Row(.frame(1), "deliver to 10"),
                Row(.frame(1), "end: unknownCorrelation(1)"),
            ]),
        Table(
            "an unknown answer ends the connection, once, and all who wait are told why",
            [
                Row(send(1, 10), "transmit, alarm 100"), Row(.subscribe(2, 11), "transmit"),
                Row(.frame(9), "end: unknownCorrelation(9)"),
                Row(.frame(8), "nothing"), Row(.frame(1), "nothing"),
                Row(send(3, 12), "refuse 12: unknownCorrelation(9)"),
                Row(.ended(.closedLocally), "fail [10, 11]: unknownCorrelation(9)"),
                Row(.ended(.closed), "nothing"), Row(.close, "nothing"),
                Row(send(3, 12), "refuse 12: unknownCorrelation(9)"),
            ]),
        Table(
            "a stream gets all its items",
            [
                Row(.subscribe(1, 10), "transmit"),
                Row(.frame(1), "deliver to 10"), Row(.frame(1), "deliver to 10"),
                Row(.ended(.closed), "fail [10]: closed"),
            ]),
        Table(
            "after unsubscribe, items are dropped, as many as come, and the id stays taken",
            [
                Row(.subscribe(1, 10), "transmit"), Row(.unsubscribe(1), "release 10"), Row(.unsubscribe(1), "nothing"),
                Row(.frame(1), "nothing"), Row(.frame(1), "nothing"),
                Row(send(1, 11), "refuse 11: correlationInUse(1)"),
                Row(.ended(.closed), "fail []: closed"),
            ]),
        Table(
            "a cancelled request's answer is dropped once, then its id is free",
            [
                Row(send(1, 10), "transmit, alarm 100"), Row(.cancel(1), "release 10"), Row(.cancel(1), "nothing"),
                Row(send(1, 11), "refuse 11: correlationInUse(1)"),
                Row(.frame(1), "nothing"),
                Row(send(1, 12), "transmit"),
                Row(.frame(1), "deliver to 12"),
                Row(.frame(1), "end: unknownCorrelation(1)"),
            ]),
        Table(
            "cancelling what was answered does nothing",
            [Row(send(1, 10), "transmit, alarm 100"), Row(.frame(1), "deliver to 10"), Row(.cancel(1), "nothing")]),
        Table(
            "the alarm is for the earliest deadline, and is moved forward only",
            [
                Row(send(1, 10, timeout: 100), "transmit, alarm 100"),
                Row(send(2, 11, timeout: 50), "transmit, alarm 50"),
                Row(send(3, 12, timeout: 70), "transmit"),
                Row(.alarm(at(49)), "nothing"),
                Row(.alarm(at(50)), #"expire ["11"], alarm 70"#),
                Row(.frame(3), "deliver to 12"),
                Row(.alarm(at(70)), "expire [], alarm 100"),
                Row(.alarm(at(200)), #"expire ["10"]"#),
                Row(.alarm(at(300)), "nothing"),
            ]),
        Table(
            "an answer after its deadline is dropped; the connection lives on",
            [
                Row(send(1, 10), "transmit, alarm 100"), Row(send(2, 11, timeout: 100), "transmit"),
                Row(.alarm(at(100)), #"expire ["10", "11"]"#),
                Row(.frame(1), "nothing"),
                Row(send(1, 12, now: 100), "transmit, alarm 200"), Row(.frame(1), "deliver to 12"),
                Row(send(2, 13, now: 100), "refuse 13: correlationInUse(2)"),
            ]),
        Table(
            "those who are late together are told in the order of their deadlines",
            [
                Row(send(1, 10, timeout: 90), "transmit, alarm 90"),
                Row(send(2, 11, timeout: 30), "transmit, alarm 30"),
                Row(send(3, 12, timeout: 60), "transmit"), Row(send(4, 13, timeout: 60), "transmit"),
                Row(.alarm(at(95)), #"expire ["11", "12", "13", "10"]"#),
            ]),
        Table(
            "streams have no deadline",
            [
                Row(.subscribe(1, 10), "transmit"), Row(send(2, 11), "transmit, alarm 100"),
                Row(.alarm(at(1_000)), #"expire ["11"]"#), Row(.frame(1), "deliver to 10"),
            ]),
        Table(
            "draining refuses requests and delivers answers until the end",
            [
                Row(send(1, 10), "transmit, alarm 100"), Row(.subscribe(2, 11), "transmit"),
                Row(.drain, "finish writing"), Row(.drain, "nothing"),
                Row(send(3, 12), "refuse 12: closedLocally"), Row(.subscribe(4, 13), "refuse 13: closedLocally"),
                Row(.frame(1), "deliver to 10"), Row(.frame(2), "deliver to 11"),
                Row(.ended(.closed), "fail [11]: closed"),
            ]),
        Table(
            "draining, deadlines go on",
            [
                Row(send(1, 10), "transmit, alarm 100"), Row(.drain, "finish writing"),
                Row(.alarm(at(100)), #"expire ["10"]"#), Row(.frame(1), "nothing"),
            ]),
        Table(
            "draining, an unknown answer still ends the connection",
            [Row(.drain, "finish writing"), Row(.frame(1), "end: unknownCorrelation(1)")]),
        Table(
            "close is final: what comes before the socket is closed is dropped",
            [
                Row(send(1, 10), "transmit, alarm 100"), Row(.close, "end: closedLocally"), Row(.close, "nothing"),
                Row(.drain, "nothing"), Row(.frame(1), "nothing"), Row(.frame(9), "nothing"),
                Row(.ended(.closed), "fail [10]: closedLocally"), Row(.frame(1), "nothing"),
            ]),
        Table(
            "all who wait are told of the end in the order in which they came",
            (1...20).map { Row(.subscribe(Int32(100 - $0), $0), "transmit") }
                + [Row(.ended(.cut), "fail \(Array(1...20)): cut")]),
    ]

    @Test(arguments: tables) fileprivate func `Events lead to actions`(table: Table) {
        var machine = Machine()
        for (index, row) in table.rows.enumerated() {
            let action = machine.event(row.event).text
            #expect(action == row.action, "row \(index)")
        }
    }

    @Test func `What is open, why it ended, and who waits can be asked`() {
        var machine = Machine()
        #expect(machine.isOpen && machine.endReason == nil && !machine.hasEnded)
        _ = machine.event(send(1, 10))
        #expect(machine.waiting == 1)
        _ = machine.event(.drain)
        #expect(!machine.isOpen && machine.endReason == nil)
        _ = machine.event(.close)
        #expect(!machine.isOpen && machine.endReason == .closedLocally && !machine.hasEnded && machine.waiting == 1)
        _ = machine.event(.ended(.cut))
        #expect(machine.endReason == .closedLocally && machine.hasEnded && machine.waiting == 0)
    }

    @Test func `Fresh ids count from 1 and skip those in use or not yet answered`() {
        var machine = Machine()
        _ = machine.event(send(2, 10))
        _ = machine.event(.subscribe(3, 11))
        _ = machine.event(send(4, 12))
        _ = machine.event(.cancel(4))
        _ = machine.event(.unsubscribe(3))
        #expect(machine.nextID() == 1)
        #expect(machine.nextID() == 5)
    }

    @Test func `A hundred thousand requests that nobody answers keep a bounded memory, and no late answer is fatal`() {
        var machine = Machine()
        for id in Int32(1)...100_000 {
            _ = machine.event(send(id, 0))
            _ = machine.event(.cancel(id))
        }
        for id in [Int32(1), 50_000, 99_999, 100_000] {
            #expect(machine.event(.frame(id)).text == "nothing")
        }
        #expect(machine.event(.frame(100_001)).text == "end: unknownCorrelation(100001)")
    }
}

@Suite struct ForgottenIDsTests {
    @Test func `It keeps at least one generation and at most two`() {
        var ids = ForgottenIDs()
        let generation = Int32(ForgottenIDs.generation)
        for id in 1...(2 * generation) { ids.insert(id, .stream) }
        #expect(ids.contains(1) && ids.contains(2 * generation))
        ids.insert(2 * generation + 1, .stream)
        #expect(!ids.contains(1) && !ids.contains(generation) && ids.contains(generation + 1))
        #expect(ids.mayHold(1) && ids.mayHold(generation) && !ids.mayHold(3 * generation))
    }

    @Test func `A request is answered once, a stream any number of times`() {
        var ids = ForgottenIDs()
        ids.insert(1, .request)
        ids.insert(2, .stream)
        ids.answered(1)
        ids.answered(2)
        #expect(!ids.contains(1) && ids.contains(2))
    }

    @Test func `Nothing was ever forgotten: no id is doubtful`() {
        let ids = ForgottenIDs()
        #expect(!ids.mayHold(.min) && !ids.mayHold(0) && !ids.mayHold(1))
    }
}
