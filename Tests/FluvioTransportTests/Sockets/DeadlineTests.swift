import FluvioProtocol
import FluvioTransport
import Synchronization
import Testing
import Unix

@Suite(.timeLimit(.minutes(10)))
struct DeadlineTests {
    let loop: EventLoop
    let raw: RawListener

    init() throws {
        loop = try EventLoop(name: "client")
        raw = try RawListener()
    }

    @Test func `A request that is not answered in time fails; a late answer is dropped and the next call works`()
        async throws
    {
        let connection = try await Connection.connect(to: .local(raw.port), on: loop, timeout: .seconds(60))
        let peer = try await raw.accept()
        let result = await failure { () throws(TransportError) in
            try await connection.call(request(), timeout: .milliseconds(20))
        }
        #expect(result == .deadline(.milliseconds(20)))
        #expect(connection.waiting == 0 && connection.isOpen)
        let late = try #require(try await peer.receiveFrame())
        peer.send(response(Int32(late[7])))
        async let answer = connection.call(request(), timeout: .seconds(60))
        let next = try #require(try await peer.receiveFrame())
        #expect(next[7] != late[7])
        peer.send(response(Int32(next[7]), body: [5]))
        #expect(try await answer.body == [5])
    }

    @Test func `Each request has its own deadline`() async throws {
        let connection = try await Connection.connect(to: .local(raw.port), on: loop, timeout: .seconds(60))
        let order = Box<[Int32]>([])
        for (id, timeout) in [(Int32(1), 90), (2, 30), (3, 60), (4, 10_000)] {
            connection.send(
                request(id), range: 0..<14, correlationID: id, timeout: .milliseconds(timeout)
            ) { outcome in
                if case .failure(let error) = outcome, case .deadline = error.reason { order.change { $0.append(id) } }
            }
        }
        try await eventually("three deadlines") { order.get.count == 3 }
        #expect(Set(order.get) == [1, 2, 3])
        #expect(connection.waiting == 1)
    }

    @Test func `Correlation id 1 is used for two requests in turn, not at the same time`() async throws {
        let connection = try await Connection.connect(to: .local(raw.port), on: loop, timeout: .seconds(60))
        let peer = try await raw.accept()
        let outcomes = Box<[TransportError.Reason?]>([])
        let isOnLoop = Box<[Bool]>([])
        @Sendable func send() {
            connection.send(request(1), range: 0..<14, correlationID: 1, timeout: .seconds(60)) { outcome in
                isOnLoop.change { $0.append(loop.isCurrent) }
                outcomes.change { list in
                    if case .failure(let error) = outcome { list.append(error.reason) } else { list.append(nil) }
                }
            }
        }
        send()
        send()
        try await eventually("the refusal") { outcomes.get.count == 1 }
        #expect(outcomes.get == [.correlationInUse(1)])
        peer.send(response(1))
        try await eventually("the answer") { outcomes.get.count == 2 }
        send()
        _ = try await peer.receiveFrame()
        #expect(try await peer.receiveFrame()?[7] == 1)
        peer.send(response(1))
        try await eventually("the second answer") { outcomes.get.count == 3 }
        #expect(outcomes.get == [.correlationInUse(1), nil, nil])
        #expect(isOnLoop.get == [true, true, true])
    }

    @Test func `A cancelled call ends at once, and its answer is dropped`() async throws {
        let connection = try await Connection.connect(to: .local(raw.port), on: loop, timeout: .seconds(60))
        let peer = try await raw.accept()
        let task = Task {
            await failure { () throws(TransportError) in try await connection.call(request(), timeout: .seconds(60)) }
        }
        let frame = try #require(try await peer.receiveFrame())
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(connection.waiting == 0)
        peer.send(response(Int32(frame[7])))
        async let answer = connection.call(request(), timeout: .seconds(60))
        let next = try #require(try await peer.receiveFrame())
        peer.send(response(Int32(next[7])))
        _ = try await answer
    }

    @Test func `A call of a cancelled task sends nothing`() async throws {
        let connection = try await Connection.connect(to: .local(raw.port), on: loop, timeout: .seconds(60))
        let peer = try await raw.accept()
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return await failure { () throws(TransportError) in
                try await connection.call(request(), timeout: .seconds(60))
            }
        }
        #expect(await task.value == .cancelled)
        connection.close()
        #expect(try await peer.receiveNothing() == 0)
    }
}
