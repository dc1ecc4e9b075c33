import FluvioProtocol
import FluvioTransport
import Testing
import Unix

@Suite(.timeLimit(.minutes(10)))
struct DrainTests {
    let loop: EventLoop
    let raw: RawListener

    init() throws {
        loop = try EventLoop(name: "client")
        raw = try RawListener()
    }

    private func connect() async throws -> (Connection, RawPeer) {
        let connection = try await Connection.connect(to: .local(raw.port), on: loop, timeout: .seconds(60))
        return (connection, try await raw.accept())
    }

    /// Sends requests under the ids 1 to `count` and collects what becomes of them.
    private func send(_ count: Int32, on connection: Connection) -> Box<[String]> {
        let outcomes = Box<[String]>([])
        for id in 1...count {
            connection.send(request(id), range: 0..<14, correlationID: id, timeout: .seconds(60)) { outcome in
                outcomes.change { list in
                    switch outcome {
                    case .success(let frame): list.append("\(frame.correlationID)")
                    case .failure(let error): list.append("\(error.reason)")
                    }
                }
            }
        }
        return outcomes
    }

    @Test func `The server sees the end, and its last answers arrive`() async throws {
        let (connection, peer) = try await connect()
        let outcomes = send(3, on: connection)
        async let end = connection.drain(timeout: .seconds(60))
        // All three requests, then the end.
        #expect(try await peer.receive(3 * 14 + 1).count == 3 * 14)
        #expect(!connection.isOpen)
        #expect(
            await failure { () throws(TransportError) in
                try await connection.call(request(), timeout: .seconds(60))
            } == .closedLocally)
        peer.send(response(2))
        peer.send(response(1))
        peer.close()
        #expect(await end == .endOfFile)
        #expect(outcomes.get == ["2", "1", "closed"])
        #expect(await connection.drain(timeout: .seconds(1)) == .endOfFile)
    }

    @Test func `A connection that breaks while draining is told as such`() async throws {
        let (connection, peer) = try await connect()
        let outcomes = send(1, on: connection)
        async let end = connection.drain(timeout: .seconds(60))
        #expect(try await peer.receive(15).count == 14)
        peer.close(reset: true)
        #expect(await end == .reset)
        try await eventually("the outcome") { outcomes.get.count == 1 }
        #expect(outcomes.get[0].hasPrefix("reset"))
    }

    @Test func `An answer that is cut says nothing of what the server did`() async throws {
        let (connection, peer) = try await connect()
        _ = send(1, on: connection)
        async let end = connection.drain(timeout: .seconds(60))
        #expect(try await peer.receive(15).count == 14)
        peer.send([0, 0, 0])
        peer.close()
        #expect(await end == .reset)
    }

    @Test func `At the deadline the connection is closed`() async throws {
        let (connection, peer) = try await connect()
        let outcomes = send(1, on: connection)
        #expect(await connection.drain(timeout: .milliseconds(30)) == .deadline)
        try await eventually("the outcome") { outcomes.get.count == 1 }
        #expect(outcomes.get == ["closedLocally"])
        #expect(connection.closeError?.reason == .closedLocally)
        #expect(await connection.drain(timeout: .seconds(1)) == .reset)
        peer.close()
    }

    @Test func `What is queued is sent before the end is`() async throws {
        let (connection, peer) = try await connect()
        let big = request(1, body: [UInt8](repeating: 3, count: 32 << 20))
        let answered = Box(false)
        connection.send(big, range: 0..<big.count, correlationID: 1, timeout: .seconds(60)) { outcome in
            if case .success = outcome { answered.change { $0 = true } }
        }
        async let end = connection.drain(timeout: .seconds(60))
        #expect(try await peer.receive(big.count + 1) == big)
        peer.send(response(1))
        peer.close()
        #expect(await end == .endOfFile)
        #expect(answered.get)
    }

    @Test func `After a write that failed, the end of the connection is no orderly end`() async throws {
        for _ in 0..<50 {
            let (connection, peer) = try await connect()
            peer.close(reset: true)
            // Whichever notices first, a write or the loop's read.
            _ = send(20, on: connection)
            #expect(await connection.drain(timeout: .seconds(60)) == .reset)
        }
    }

    @Test func `A drain that meets close() ends, and so do two drains`() async throws {
        let (connection, peer) = try await connect()
        async let first = connection.drain(timeout: .seconds(60))
        async let second = connection.drain(timeout: .seconds(60))
        _ = try await peer.receiveNothing()
        connection.close()
        #expect(await [first, second] == [.reset, .reset])
    }

    @Test func `A served connection whose client has half-closed still sends its answers`() async throws {
        let server = try EventLoop(name: "server")
        let held = Box<[(IncomingFrame, ServedConnection)]>([])
        let finished = Box(0)
        let listener = try Listener(host: "127.0.0.1", port: 0, on: server) { _ in
            ClosureHandler(onFinished: { _ in finished.change { $0 += 1 } }) { frame, connection in
                held.change { $0.append((frame, connection)) }
            }
        }
        let connection = try await Connection.connect(to: .local(listener.port), on: loop, timeout: .seconds(60))
        let outcomes = send(3, on: connection)
        async let end = connection.drain(timeout: .seconds(60))
        try await eventually("the half-close") { finished.get == 1 && held.get.count == 3 }
        for (frame, connection) in held.get { connection.send(response(requestID(frame))) }
        try await eventually("the answers") { outcomes.get.count == 3 }
        #expect(outcomes.get == ["1", "2", "3"])
        held.get[0].1.close()
        #expect(await end == .endOfFile)
        #expect(finished.get == 1)
    }
}
