import FluvioProtocol
import Glibc
import Testing
import Unix

@testable import FluvioTransport

@Suite(.timeLimit(.minutes(10)))
struct ConnectTests {
    let loop: EventLoop

    init() throws { loop = try EventLoop(name: "client") }

    private func reason(_ endpoint: Endpoint, timeout: Duration = .seconds(60)) async -> TransportError.Reason? {
        await failure { () throws(TransportError) in
            try await Connection.connect(to: endpoint, on: loop, timeout: timeout)
        }
    }

    @Test func `Where nobody listens, the connection is refused`() async throws {
        let deaf = try RawListener(backlog: nil)
        let refusal = await reason(.local(deaf.port))
        withExtendedLifetime(deaf) {}
        guard case .connect(let error) = refusal else {
            Issue.record("not refused")
            return
        }
        #expect(error.code == ECONNREFUSED)
    }

    @Test func `A host without address is told from one that refuses`() async throws {
        // A label of more than 63 characters is no name, so that no name server is asked.
        let host = String(repeating: "x", count: 64) + ".invalid"
        guard case .resolve(let text) = await reason(Endpoint(host: host, port: 1)) else {
            Issue.record("resolved")
            return
        }
        #expect(!text.isEmpty)
    }

    @Test func `A server that does not answer is given up at the deadline`() async throws {
        let full = try FullListener()
        #expect(await reason(.local(full.port), timeout: .milliseconds(100)) == .deadline(.milliseconds(100)))
    }

    @Test func `A cancelled attempt ends at once`() async throws {
        let full = try FullListener()
        let task = Task { await reason(.local(full.port), timeout: .seconds(60)) }
        try await Task.sleep(for: .milliseconds(10))
        task.cancel()
        #expect(await task.value == .cancelled)
    }

    @Test func `All addresses of a host are tried`() async throws {
        // localhost is ::1 as well on many machines, and nobody listens there.
        let raw = try RawListener()
        let connection = try await Connection.connect(
            to: Endpoint(host: "localhost", port: raw.port), on: loop, timeout: .seconds(60))
        #expect(connection.isOpen)
        #expect(connection.peer == Endpoint(host: "localhost", port: raw.port))
    }

    @Test func `Addresses of both families are tried in turn, dead ones too`() async throws {
        let raw = try RawListener()
        // As a name with three addresses would give them: two where nobody listens, and one where somebody does.
        let dead = try RawListener(backlog: nil)
        let addresses = try [("::1", raw.port), ("127.0.0.1", dead.port), ("127.0.0.1", raw.port)].flatMap {
            try Resolver.addresses(of: $0.0, port: $0.1, numericOnly: true)
        }
        #expect(addresses.count == 3)
        let attempt = ConnectAttempt(
            to: Endpoint(host: "three", port: 1), on: loop, security: .plain, timeout: .seconds(60),
            limits: Link.Limits(minimumFrame: 4, maximumFrame: 1 << 20))
        let outcome = await withCheckedContinuation { continuation in
            attempt.start(addresses: addresses) { continuation.resume(returning: $0) }
        }
        #expect(try outcome.get().isOpen)
        try outcome.get().close()
        withExtendedLifetime(dead) {}
    }

    @Test func `An address that never answers does not cost the next one its time`() async throws {
        let full = try FullListener()
        let raw = try RawListener()
        let addresses = try [full.port, raw.port].flatMap {
            try Resolver.addresses(of: "127.0.0.1", port: $0, numericOnly: true)
        }
        let attempt = ConnectAttempt(
            to: Endpoint(host: "both", port: 1), on: loop, security: .plain, timeout: .seconds(6),
            limits: Link.Limits(minimumFrame: 4, maximumFrame: 1 << 20))
        let outcome = await withCheckedContinuation { continuation in
            attempt.start(addresses: addresses) { continuation.resume(returning: $0) }
        }
        #expect(try outcome.get().isOpen)
        try outcome.get().close()
    }

    @Test func `A socket that was connected with itself has found nobody`() throws {
        let listening = try Sockets.open(AF_INET)
        let address = try #require(try Resolver.addresses(of: "127.0.0.1", port: 0, numericOnly: true).first)
        #expect(unsafe address.withPointer { unsafe bind(listening.raw, $0, $1) } == 0)
        let own = try Sockets.localAddress(listening.raw)
        _ = try Sockets.connect(listening.raw, to: own)
        _ = try Unix.poll(listening.raw, CInt(POLLOUT), timeoutMilliseconds: 5_000)
        #expect(Sockets.connectError(listening.raw)?.code == ECONNREFUSED)
    }

    @Test func `An attempt ends when its loop is stopped`() async throws {
        let full = try FullListener()
        let loop = try EventLoop(name: "stopped")
        async let outcome = failure { () throws(TransportError) in
            try await Connection.connect(to: .local(full.port), on: loop, timeout: .seconds(60))
        }
        try await Task.sleep(for: .milliseconds(10))
        loop.stop()
        #expect(await outcome == .closedLocally)
        #expect(
            await failure { () throws(TransportError) in
                try await Connection.connect(to: .local(full.port), on: loop, timeout: .seconds(60))
            } == .closedLocally)
    }

    @Test func `A connection that nobody holds on to is closed`() async throws {
        let raw = try RawListener()
        var connection: Connection? = try await Connection.connect(
            to: .local(raw.port), on: loop, timeout: .seconds(60))
        let peer = try await raw.accept()
        let ends = Box<[TransportError.Reason]>([])
        connection?.subscribe(request()) { item in
            if case .failure(let error) = item { ends.change { $0.append(error.reason) } }
        }
        #expect(try await peer.receiveFrame() != nil)
        connection = nil
        #expect(try await peer.receiveNothing() == 0)
        try await eventually("the end of the stream") { ends.get == [.closedLocally] }
    }

    @Test(arguments: [
        ("127.0.0.1", ["127.0.0.1"]), ("::1", ["::1"]), ("0.0.0.0", ["127.0.0.1"]), ("::", ["127.0.0.1", "::1"]),
    ]) func `A server listens where it is told, and says where its clients come from`(
        host: String, addresses: [String]
    ) async throws {
        let server = try EventLoop(name: "server")
        let peers = Box<[String]>([])
        let listener = try Listener(host: host, port: 0, on: server) { connection in
            peers.change { $0.append(connection.peer) }
            return echo(connection)
        }
        for address in addresses {
            let connection = try await Connection.connect(
                to: Endpoint(host: address, port: listener.port), on: loop, timeout: .seconds(60))
            #expect(try await connection.call(request(body: [1]), timeout: .seconds(60)).body == [1])
        }
        #expect(try peers.get.map { try Endpoint(parsing: $0).host } == addresses)
    }

    @Test func `A port in use is told, and free again when the listener is closed`() async throws {
        let server = try EventLoop(name: "server")
        let first = try Listener(host: "127.0.0.1", port: 0, on: server, accept: echo)
        #expect(throws: SystemError(code: EADDRINUSE, call: "bind", subject: "127.0.0.1:\(first.port)")) {
            try Listener(host: "127.0.0.1", port: first.port, on: server, accept: echo)
        }
        let connection = try await Connection.connect(to: .local(first.port), on: loop, timeout: .seconds(60))
        _ = try await connection.call(request(), timeout: .seconds(60))
        first.close()
        let second = try Listener(host: "127.0.0.1", port: first.port, on: server, accept: echo)
        #expect(second.port == first.port)
        // Who was accepted before lives on.
        #expect(try await connection.call(request(body: [1]), timeout: .seconds(60)).body == [1])
    }

    @Test func `A host that cannot be listened on is told`() throws {
        let host = String(repeating: "x", count: 64)
        #expect(throws: SystemError(code: EADDRNOTAVAIL, call: "getaddrinfo", subject: "\(host):0")) {
            try Listener(host: host, port: 0, on: loop, accept: echo)
        }
    }

    @Test func `An IPv4 address that came over IPv6 reads as IPv4`() throws {
        let addresses = try Resolver.addresses(of: "::ffff:10.1.2.3", port: 80, numericOnly: true)
        #expect(addresses.map(\.description) == ["10.1.2.3:80"])
    }
}

/// A socket whose queue of connections is full: whoever connects waits.
private final class FullListener: Sendable {
    let raw: RawListener
    let fillers: [RawPeer]
    var port: UInt16 { raw.port }

    init() throws {
        raw = try RawListener(backlog: 0)
        fillers = [try RawPeer(to: raw.port)]
    }
}
