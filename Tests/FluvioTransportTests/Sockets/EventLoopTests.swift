import FluvioProtocol
import FluvioTransport
import Glibc
import Testing
import Unix

@Suite(.timeLimit(.minutes(10)))
struct EventLoopTests {
    @Test func `Jobs run in order on the loop's thread`() async throws {
        let loop = try EventLoop(name: "jobs")
        let seen = Box<[Int]>([])
        #expect(!loop.isCurrent)
        for number in 0..<1_000 {
            #expect(loop.run { if loop.isCurrent { seen.change { $0.append(number) } } })
        }
        try await eventually("all jobs") { seen.get.count == 1_000 }
        #expect(seen.get == Array(0..<1_000))
    }

    @Test func `A job that a job queues runs after those that were there`() async throws {
        let loop = try EventLoop(name: "jobs")
        let seen = Box<[Int]>([])
        loop.run {
            loop.run { seen.change { $0.append(1) } }
            seen.change { $0.append(0) }
        }
        try await eventually("both") { seen.get == [0, 1] }
    }

    @Test func `Timers run in the order of their deadlines, not at all when cancelled`() async throws {
        let loop = try EventLoop(name: "timers")
        let seen = Box<[Int]>([])
        for delay in [30, 10, 20, -5, 0] {
            _ = loop.schedule(after: .milliseconds(delay)) { seen.change { $0.append(delay) } }
        }
        let cancelled = loop.schedule(after: .milliseconds(15)) { seen.change { $0.append(15) } }
        loop.cancel(cancelled)
        loop.cancel(cancelled)
        try await eventually("all timers") { seen.get.count == 5 }
        #expect(seen.get.suffix(3) == [10, 20, 30] && Set(seen.get.prefix(2)) == [-5, 0])
    }

    @Test func `A sooner timer wakes a loop that sleeps for a later one`() async throws {
        let loop = try EventLoop(name: "timers")
        let late = loop.schedule(after: .seconds(1_000)) {}
        try await Task.sleep(for: .milliseconds(5))
        let ran = Box(false)
        _ = loop.schedule(after: .milliseconds(1)) { ran.change { $0 = true } }
        try await eventually("the sooner timer") { ran.get }
        loop.cancel(late)
    }

    @Test func `Cancelling a timer lets go of what it holds`() throws {
        let loop = try EventLoop(name: "timers")
        weak var held: Box<Int>?
        let timer: FluvioTransport.Timer
        do {
            let box = Box(0)
            held = box
            timer = loop.schedule(after: .seconds(1_000)) { box.change { $0 += 1 } }
        }
        #expect(held != nil)
        loop.cancel(timer)
        #expect(held == nil)
    }

    @Test func `After stop nothing runs, what was queued before has, and timers are let go of`() async throws {
        let loop = try EventLoop(name: "stop")
        weak var held: Box<Int>?
        let ran = Box(0)
        do {
            let box = Box(0)
            held = box
            _ = loop.schedule(after: .seconds(1_000)) { box.change { $0 += 1 } }
        }
        for _ in 0..<100 { loop.run { ran.change { $0 += 1 } } }
        loop.stop()
        #expect(ran.get == 100)
        #expect(held == nil)
        #expect(!loop.run { ran.change { $0 += 1 } })
        _ = loop.schedule(after: .zero) { ran.change { $0 += 1 } }
        loop.stop()
        #expect(ran.get == 100 && !loop.isCurrent)
    }

    @Test func `Any number may stop a loop at the same time, itself among them`() async throws {
        for _ in 0..<20 {
            let loop = try EventLoop(name: "stop")
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { loop.stop() } }
                group.addTask { loop.run { loop.stop() } }
            }
            #expect(!loop.run {})
        }
    }

    @Test func `A loop that nobody holds on to ends`() async throws {
        weak var held: EventLoop?
        let ended = Box(false)
        do {
            let loop = try EventLoop(name: "dropped")
            held = loop
            let guardian = Guardian { ended.change { $0 = true } }
            _ = loop.schedule(after: .seconds(1_000)) { _ = guardian }
        }
        #expect(held == nil)
        try await eventually("the end of the thread") { ended.get }
    }

    @Test func `stop closes all and tells everybody`() async throws {
        let loop = try EventLoop(name: "stop")
        let raw = try RawListener()
        let ends = Box<[String]>([])
        let listener = try Listener(host: "127.0.0.1", port: 0, on: loop) { _ in
            ClosureHandler(onClosed: { error, _ in
                ends.change { $0.append(error.map { "\($0.reason)" } ?? "nil") }
            }) { _, _ in }
        }
        let client = try RawPeer(to: listener.port)
        client.send(request(1))
        let connection = try await Connection.connect(to: .local(raw.port), on: loop, timeout: .seconds(60))
        let peer = try await raw.accept()
        connection.subscribe(request()) { item in
            if case .failure(let error) = item { ends.change { $0.append("stream: \(error.reason)") } }
        }
        async let call = failure { () throws(TransportError) in
            try await connection.call(request(), timeout: .seconds(60))
        }
        async let drain = connection.drain(timeout: .seconds(60))
        #expect(try await peer.receive(29).count == 28)
        try await blocking { loop.stop() }
        #expect(await call == .closedLocally)
        #expect(await drain == .reset)
        #expect(ends.get.sorted() == ["nil", "stream: closedLocally"])
        #expect(try await peer.receiveNothing() <= 0)
        #expect(try await client.receiveNothing() <= 0)
        // All of it is harmless now.
        #expect(
            await failure { () throws(TransportError) in
                try await connection.call(request(), timeout: .seconds(60))
            } == .closedLocally)
        #expect(await connection.drain(timeout: .seconds(60)) == .reset)
        connection.close()
        listener.close()
    }
}

/// Tells when it is let go of.
private final class Guardian: Sendable {
    let onEnd: @Sendable () -> Void
    init(onEnd: @escaping @Sendable () -> Void) { self.onEnd = onEnd }
    deinit { onEnd() }
}
