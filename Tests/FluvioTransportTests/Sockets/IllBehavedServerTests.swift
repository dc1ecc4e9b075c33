import FluvioProtocol
import FluvioTransport
import Testing
import Unix

/// What a client makes of a server that keeps to nothing.
@Suite(.timeLimit(.minutes(10)))
struct IllBehavedServerTests {
    let loop: EventLoop
    let raw: RawListener

    init() throws {
        loop = try EventLoop(name: "client")
        raw = try RawListener()
    }

    private func connect() async throws -> (Connection, RawPeer) {
        let connection = try await Connection.connect(
            to: .local(raw.port), on: loop, timeout: .seconds(60), maximumFrame: 1 << 20)
        return (connection, try await raw.accept())
    }

    /// What a call ends with after the server did `body`.
    private func reason(_ body: @escaping @Sendable (RawPeer, Int32) -> Void) async throws -> TransportError.Reason? {
        let (connection, peer) = try await connect()
        let port = raw.port
        async let outcome = failure { () throws(TransportError) in
            do throws(TransportError) {
                return try await connection.call(request(), timeout: .seconds(60))
            } catch {
                #expect(error.peer == "127.0.0.1:\(port)")
                throw error
            }
        }
        let frame = try #require(try await peer.receiveFrame())
        body(peer, Int32(frame[7]))
        let result = await outcome
        if result != nil { #expect(connection.closeError?.reason == result && !connection.isOpen) }
        return result
    }

    @Test func `A frame that is cut is told from an end between frames`() async throws {
        #expect(try await reason { peer, _ in peer.close() } == .closed)
        for count in 1..<8 {
            let result = try await reason { peer, id in
                peer.send(Array(response(id).prefix(count)))
                peer.close()
            }
            #expect(result == .cut, "after \(count) bytes")
        }
    }

    @Test func `A broken connection is told from one that ended`() async throws {
        guard case .reset = try await reason({ peer, _ in peer.close(reset: true) }) else {
            Issue.record("not a reset")
            return
        }
    }

    @Test(arguments: [
        (be(-1), TransportError.Reason.negativeLength(-1)), (be(.min), .negativeLength(Int(Int32.min))),
        (be(3) + [0, 0, 1], .frameTooShort(3)), (be(0), .frameTooShort(0)),
        (be(1 << 20 + 1), .frameTooLong(1 << 20 + 1, limit: 1 << 20)),
        (be(.max), .frameTooLong(Int(Int32.max), limit: 1 << 20)),
        (response(4711), .unknownCorrelation(4711)), (response(-1), .unknownCorrelation(-1)),
        (response(.min), .unknownCorrelation(.min)),
    ]) func `What no client can read ends the connection`(bytes: [UInt8], expected: TransportError.Reason) async throws
    {
        #expect(try await reason { peer, _ in peer.send(bytes) } == expected)
    }

    @Test func `What came before the damage is delivered`() async throws {
        let (connection, peer) = try await connect()
        let outcomes = Box<[Result<IncomingFrame, TransportError>]>([])
        for id in Int32(1)...3 {
            connection.send(request(id), range: 0..<14, correlationID: id, timeout: .seconds(60)) { outcome in
                outcomes.change { $0.append(outcome) }
            }
        }
        peer.send(response(2) + response(1) + be(-5))
        try await eventually("three outcomes") { outcomes.get.count == 3 }
        #expect(outcomes.get.map { try? $0.get().correlationID } == [2, 1, nil])
        #expect(connection.closeError?.reason == .negativeLength(-5))
    }

    @Test func `Bytes that come one at a time make frames too`() async throws {
        let result = try await reason { peer, id in
            for byte in response(id, body: Array(0..<50)) { peer.send([byte]) }
        }
        #expect(result == nil)
    }

    @Test func `An announced length alone costs nothing`() async throws {
        let connection = try await Connection.connect(to: .local(raw.port), on: loop, timeout: .seconds(60))
        let peer = try await raw.accept()
        async let outcome = failure { () throws(TransportError) in
            try await connection.call(request(), timeout: .milliseconds(50))
        }
        _ = try await peer.receiveFrame()
        peer.send(be(1 << 26) + be(1))
        #expect(await outcome == .deadline(.milliseconds(50)))
        peer.close()
        try await eventually("the end") { connection.closeError != nil }
        #expect(connection.closeError?.reason == .cut)
    }

    @Test func `A server that stops reading does not stop other requests' deadlines`() async throws {
        let (connection, peer) = try await connect()
        let big = request(body: [UInt8](repeating: 1, count: 64 << 20))
        async let first = failure { () throws(TransportError) in
            try await connection.call(big, timeout: .milliseconds(200))
        }
        async let second = failure { () throws(TransportError) in
            try await connection.call(request(), timeout: .milliseconds(200))
        }
        #expect(await first == .deadline(.milliseconds(200)))
        #expect(await second == .deadline(.milliseconds(200)))
        #expect(connection.isOpen)
        connection.close()
        peer.close()
    }
}
