import FluvioProtocol
import FluvioTransport
import Testing
import Unix

@Suite(.timeLimit(.minutes(10)))
struct StreamTests {
    let loop: EventLoop
    let server: EventLoop

    init() throws {
        loop = try EventLoop(name: "client")
        server = try EventLoop(name: "server")
    }

    /// Sends as many items as the request's first byte says, numbered.
    private func items() throws -> Listener {
        try Listener(host: "127.0.0.1", port: 0, on: server) { _ in
            ClosureHandler { frame, connection in
                for number in 0..<frame.bytes[14] { connection.send(response(requestID(frame), body: [number])) }
            }
        }
    }

    @Test func `A stream gets its items in order, beside calls and other streams`() async throws {
        let listener = try items()
        let connection = try await Connection.connect(to: .local(listener.port), on: loop, timeout: .seconds(60))
        let first = Box<[UInt8]>([])
        let second = Box<[UInt8]>([])
        connection.subscribe(request(body: [100])) { item in
            first.change { $0 += (try? item.get().body) ?? [] }
        }
        let id = connection.nextCorrelationID()
        let used = connection.subscribe(request(body: [50]), correlationID: id) { item in
            second.change { $0 += (try? item.get().body) ?? [] }
        }
        #expect(used == id)
        #expect(try await connection.call(request(body: [1]), timeout: .seconds(60)).body == [0])
        try await eventually("all items") { first.get.count == 100 && second.get.count == 50 }
        #expect(first.get == Array(0..<100))
        #expect(second.get == Array(0..<50))
        #expect(connection.waiting == 2)
    }

    @Test func `After unsubscribe nothing is delivered, and the connection lives on`() async throws {
        let raw = try RawListener()
        let connection = try await Connection.connect(to: .local(raw.port), on: loop, timeout: .seconds(60))
        let peer = try await raw.accept()
        let got = Box<[UInt8]>([])
        let id = connection.subscribe(request()) { item in got.change { $0 += (try? item.get().body) ?? [0xff] } }
        peer.send(response(id, body: [1]))
        try await eventually("the first item") { got.get == [1] }
        connection.unsubscribe(id)
        for _ in 0..<10 { peer.send(response(id, body: [2])) }
        async let answer = connection.call(request(), timeout: .seconds(60))
        _ = try await peer.receiveFrame()
        let sent = try #require(try await peer.receiveFrame())
        peer.send(response(Int32(sent[7]), body: [3]))
        #expect(try await answer.body == [3])
        #expect(got.get == [1])
        connection.close()
        #expect(try await peer.receiveNothing() <= 0)
        #expect(got.get == [1])
    }

    @Test func `A stream is told once that the connection has ended`() async throws {
        let raw = try RawListener()
        let connection = try await Connection.connect(to: .local(raw.port), on: loop, timeout: .seconds(60))
        let peer = try await raw.accept()
        let ends = Box<[TransportError.Reason]>([])
        let id = connection.subscribe(request()) { item in
            if case .failure(let error) = item { ends.change { $0.append(error.reason) } }
        }
        peer.send(response(id))
        peer.close()
        try await eventually("the end") { !ends.get.isEmpty }
        connection.close()
        #expect(connection.closeError?.reason == ends.get.first)
        connection.subscribe(request()) { item in
            if case .failure(let error) = item { ends.change { $0.append(error.reason) } }
        }
        try await eventually("the refusal") { ends.get.count == 2 }
        #expect(ends.get[0] == ends.get[1])
    }

    @Test func `A slow stream does not hold up another answer`() async throws {
        // 64 MiB of items that nobody looks at closely, and a call behind them.
        let item = [UInt8](repeating: 7, count: 1 << 20)
        let listener = try Listener(host: "127.0.0.1", port: 0, on: server) { _ in
            ClosureHandler { frame, connection in
                if frame.bytes[14] == 0 { return connection.send(response(requestID(frame))) }
                for _ in 0..<64 { connection.send(response(requestID(frame), body: item)) }
            }
        }
        let connection = try await Connection.connect(to: .local(listener.port), on: loop, timeout: .seconds(60))
        let count = Box(0)
        connection.subscribe(request(body: [1])) { item in if case .success = item { count.change { $0 += 1 } } }
        _ = try await connection.call(request(body: [0]), timeout: .seconds(60))
        #expect(count.get == 64)
    }
}
