import FluvioProtocol
import Glibc
import TestSupport
import Testing
import Unix

@testable import FluvioTransport

/// A server of frames behind a gateway, and clients that come by WebSocket.
@Suite(.timeLimit(.minutes(10)), .serialized)
struct WebSocketTransferTests {
    let certificates: TestCertificates
    let client: EventLoop
    let server: EventLoop
    let front: EventLoop

    init() throws {
        certificates = try TestCertificates.shared.get()
        client = try EventLoop(name: "client")
        server = try EventLoop(name: "server")
        front = try EventLoop(name: "front")
    }

    private func listen(
        _ accept: @escaping @Sendable (ServedConnection) -> any FrameHandler = echo
    ) throws -> Listener {
        try Listener(host: "127.0.0.1", port: 0, on: server, accept: accept)
    }

    private func gateway(
        _ security: ServerSecurity = .plain, deadline: Duration = .seconds(10), signOfLife: Duration = .seconds(20),
        trouble: @escaping @Sendable (ListenerTrouble) -> Void = { _ in },
        _ find: @escaping @Sendable (WebSocketGateway.Request) -> WebSocketGateway.Answer
    ) throws -> WebSocketGateway {
        try WebSocketGateway(
            host: "127.0.0.1", port: 0, on: front, security: security, handshakeDeadline: deadline,
            signOfLife: signOfLife, trouble: trouble, find: find)
    }

    private func route(_ port: UInt16, outer: Security = .plain, proxy: HTTPProxy? = nil) throws -> Security {
        let scheme = outer.isTLS ? "wss" : "ws"
        return .webSocket(
            WebSocketRoute(try ServerAddress(parsing: "\(scheme)://127.0.0.1:\(port)"), proxy: proxy, outer: outer))
    }

    private func connect(_ security: Security) async throws -> Connection {
        try await Connection.connect(to: .local(1), on: client, security: security, timeout: .seconds(60))
    }

    private static func noise(_ count: Int) -> [UInt8] { Array(longNoise[..<count]) }

    /// Made once: tests that compute for long keep others from their threads.
    private static let longNoise: [UInt8] = {
        let period = (0..<9973).map { (index: Int) -> UInt8 in UInt8(truncatingIfNeeded: index &* 31 &+ index >> 8) }
        return Array(repeatElement(period, count: 310).joined())
    }()

    @Test(arguments: [0, 1, 100, 65_516, 65_536, 3_000_000], [false, true])
    func `Frames of every size go there and back`(size: Int, isTLS: Bool) async throws {
        let listener = try listen()
        let gateway = try gateway(isTLS ? certificates.server() : .plain) { _ in .listener(listener) }
        let outer = isTLS ? try certificates.client() : .plain
        let connection = try await connect(route(gateway.port, outer: outer))
        let body = Self.noise(size)
        #expect(try await connection.call(request(body: body), timeout: .seconds(60)).body == body)
        #expect(try await connection.call(request(body: [7]), timeout: .seconds(60)).body == [7])
    }

    @Test func `Many calls at once get their own answers, and files come whole`() async throws {
        let bytes = Self.noise(1_000_000)
        let path = "/tmp/fluvio-websocket-\(getpid())"
        try Unix.replaceContents(of: path, with: bytes, mode: 0o600)
        let file = SharedFile(try FileDescriptor.open(path, O_RDONLY))
        try Unix.removeFile(path)
        let listener = try listen { _ in
            ClosureHandler { frame, connection in
                let header = be(Int32(4 + bytes.count)) + be(requestID(frame))
                connection.send(header: header, file: file, offset: 0, count: bytes.count)
            }
        }
        let gateway = try gateway { _ in .listener(listener) }
        let connection = try await connect(route(gateway.port))
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<2 {
                        let answer = try await connection.call(request(), timeout: .seconds(60))
                        #expect(answer.body == bytes)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `TLS inside of the WebSocket, for a listener that has it itself`() async throws {
        let listener = try Listener(
            host: "127.0.0.1", port: 0, on: server, security: certificates.server(), accept: echo)
        // A relay without a word of TLS of its own.
        let door = listener.door
        let tls = try certificates.server()
        let core = ListenerCore(on: front, trouble: { _ in }) { socket, peer in
            let channel = WebSocketChannel(over: PlainChannel(socket)) { _ in nil }
            guard case .tlsServer(let server) = tls else { return }
            let session = server.session(over: channel)
            door.handOver(TLSChannel(over: channel, session), from: peer)
        }
        let port = try core.listen(host: "127.0.0.1", port: 0)
        defer { core.close() }
        let security = Security.webSocket(
            WebSocketRoute(try ServerAddress(parsing: "ws://127.0.0.1:\(port)"), inner: try certificates.client()))
        let connection = try await connect(security)
        let body = Self.noise(2_000_000)
        #expect(try await connection.call(request(body: body), timeout: .seconds(60)).body == body)
        connection.close()
    }

    @Test(arguments: [false, true])
    func `Draining ends when the server has answered everything`(isTLS: Bool) async throws {
        let pending = Box<[(IncomingFrame, ServedConnection)]>([])
        let listener = try listen { _ in
            ClosureHandler(
                onFinished: { connection in
                    for (frame, connection) in pending.get {
                        connection.send(response(requestID(frame), body: requestBody(frame)))
                    }
                    connection.close()
                }, onFrame: { frame, connection in pending.change { $0.append((frame, connection)) } })
        }
        let gateway = try gateway(isTLS ? certificates.server() : .plain) { _ in .listener(listener) }
        let connection = try await connect(route(gateway.port, outer: isTLS ? certificates.client() : .plain))
        let answers = Box(0)
        for id in 1...3 as ClosedRange<Int32> {
            let frame = request(id, body: [UInt8(id)])
            connection.send(frame, range: 0..<frame.count, correlationID: id, timeout: .seconds(60)) { result in
                if case .success(let frame) = result, frame.body == [UInt8(id)] { answers.change { $0 += 1 } }
            }
        }
        #expect(await connection.drain(timeout: .seconds(60)) == .endOfFile)
        #expect(answers.get == 3)
    }

    /// A server by hand that answers the upgrade, and does `then`.
    private func handMade(
        _ then: @escaping @Sendable (RawPeer) async throws -> Void
    ) throws -> (port: UInt16, task: Task<Void, any Error>) {
        let listener = try RawListener()
        let task = Task {
            let peer = try await listener.accept()
            var head: [UInt8] = []
            while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                let byte = try await peer.receive(1)
                if byte.isEmpty { return }
                head += byte
            }
            var upgrade = ServerUpgrade()
            guard case .open(_, let answer, _) = upgrade.take(head) else { return }
            peer.send(Array(answer.utf8))
            try await then(peer)
        }
        return (listener.port, task)
    }

    @Test func `A close while draining proves nothing, a message without a byte does`() async throws {
        for (last, end) in [([0x88, 2, 3, 232], DrainEnd.reset), ([0x82, 0], .endOfFile), ([], .reset)]
            as [([UInt8], DrainEnd)]
        {
            let made = try handMade { peer in
                // What the client sends at its end: an empty message.
                _ = try await peer.receive(6)
                peer.send(last)
                peer.shutdownWriting()
                _ = try await peer.receiveAll()
            }
            let connection = try await connect(route(made.port))
            #expect(await connection.drain(timeout: .seconds(60)) == end, "\(last)")
            try await made.task.value
        }
    }

    private static let ends: [([UInt8], TransportError.Reason)] = [
        ([0x82, 0] as [UInt8], TransportError.Reason.closed), ([0x88, 0], .closed), ([0x88, 2, 3, 233], .closed),
        ([0x88, 4, 3, 243, 111, 104], .webSocket(.closed(code: 1011, reason: "oh"))),
        ([], .webSocket(.cut)), ([0x81, 1, 65], .webSocket(.violation(.text))),
        ([0x82, 4, 0, 0, 0, 1, 0x82, 0], .frameTooShort(1)), ([0x82, 3, 0, 0, 0, 0x82, 0], .cut),
    ]

    @Test(arguments: Self.ends)
    func `The end of a connection is told for what it is`(last: [UInt8], reason: TransportError.Reason) async throws {
        let made = try handMade { peer in
            peer.send(last)
            peer.shutdownWriting()
            _ = try await peer.receiveAll()
        }
        let connection = try await connect(route(made.port))
        try await eventually("the end") { !connection.isOpen }
        #expect(connection.closeError?.reason == reason)
        try await made.task.value
    }

    @Test func `Pings are answered, also those that came with the answer`() async throws {
        let pongs = Box<[UInt8]>([])
        let made = try handMade { peer in
            peer.send([0x89, 1, 5])
            var pong = try await peer.receive(7)
            pongs.change { $0.append(pong[6] ^ pong[2]) }
            peer.send([0x89, 1, 6])
            pong = try await peer.receive(7)
            pongs.change { $0.append(pong[6] ^ pong[2]) }
        }
        let connection = try await connect(route(made.port))
        try await made.task.value
        #expect(pongs.get == [5, 6])
        connection.close()
    }

    @Test func `A server asks who is silent for a sign of life`() async throws {
        let listener = try listen()
        let gateway = try gateway(signOfLife: .milliseconds(30)) { _ in .listener(listener) }
        let peer = try RawPeer(to: gateway.port)
        peer.send(Array(ClientUpgrade(host: "h", target: "/").request.utf8))
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) { head += try await peer.receive(1) }
        #expect(try await peer.receive(4) == [0x89, 0, 0x89, 0])
    }

    @Test func `Who is turned away reads why, however much was sent`() async throws {
        let troubles = Box<[TransportError.Reason]>([])
        let listener = try listen()
        let gateway = try gateway(
            trouble: { if case .refused(let error) = $0 { troubles.change { $0.append(error.reason) } } },
            { $0.address == "h:9003" ? .away : $0.originHost == nil ? .listener(listener) : .forbidden("no") })
        for (text, status) in [
            ("GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", "431"),
            ("\u{16}\u{3}\u{1}garbage", "400"), ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "426"),
            (ClientUpgrade(host: "h", target: "/?addr=h:9003").request, "502"),
            (
                ClientUpgrade(host: "h", target: "/").request.replacing("Host:", with: "Origin: http://x\r\nHost:"),
                "403"
            ),
        ] {
            let peer = try RawPeer(to: gateway.port)
            peer.send(Array(text.utf8))
            let answer = String(decoding: try await peer.receive(1 << 16), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) ") && answer.contains("Connection: close"), "\(answer)")
        }
        try await eventually("five troubles") { troubles.get.count == 5 }
    }

    @Test func `Who says nothing is let go of`() async throws {
        let troubles = Box<[TransportError.Reason]>([])
        let listener = try listen()
        let gateway = try gateway(
            deadline: .milliseconds(50),
            trouble: { if case .refused(let error) = $0 { troubles.change { $0.append(error.reason) } } },
            { _ in .listener(listener) })
        let peer = try RawPeer(to: gateway.port)
        #expect(try await peer.receiveNothing() == 0)
        #expect(troubles.get == [.webSocket(.noRequest(.milliseconds(50)))])
    }

    /// What a server by hand answers, and what a client says of it.
    private static let answers: [(String, WebSocketFailure)] = [
        (
            "HTTP/1.1 403 Forbidden\r\n\r\n",
            WebSocketFailure.handshake(.refused(HTTPStatus(code: 403, reason: "Forbidden")))
        ),
        ("HTTP/1.1 200 OK\r\n\r\nhello", .handshake(.refused(HTTPStatus(code: 200, reason: "OK")))),
        (
            "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
            .wrongAccept
        ),
        (
            "HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 20_480))\r\n\r\n",
            .handshake(.headTooLong(limit: 8192))
        ),
        ("\u{0}\u{1}garbage", .handshake(.notHTTP)), ("", .handshake(.brokenOff)),
    ]

    @Test(arguments: Self.answers)
    func `A refused upgrade is told for what it is`(answer: String, failure: WebSocketFailure) async throws {
        let listener = try RawListener()
        let task = Task {
            let peer = try await listener.accept()
            if !answer.isEmpty { peer.send(Array(answer.utf8)) }
            peer.shutdownWriting()
            _ = try await peer.receiveAll()
        }
        let security = try route(listener.port)
        let error = await failureOfCall(to: 1, on: client, security)
        #expect(error?.reason == .webSocket(failure))
        #expect(error?.peer == "ws://127.0.0.1:\(listener.port)")
        try await task.value
    }

    @Test func `Silence has its time`() async throws {
        let listener = try RawListener()
        let limit = Duration.milliseconds(100)
        let error = await failureOfCall(to: 1, on: client, try route(listener.port), timeout: limit)
        #expect(error?.reason == .webSocket(.handshake(.silent(limit))))
        let proxy = try HTTPProxy(parsing: "127.0.0.1:\(listener.port)")
        let late = await failureOfCall(to: 1, on: client, try route(1, proxy: proxy), timeout: limit)
        #expect(late?.reason == .proxy(ProxyFailure(proxy: "127.0.0.1:\(listener.port)", failure: .silent(limit))))
    }

    /// A proxy by hand: takes one CONNECT, answers, and relays.
    private func proxy(_ answer: String, to port: UInt16) throws -> (HTTPProxy, Box<String>) {
        let listener = try RawListener()
        let asked = Box("")
        Task {
            let peer = try await listener.accept()
            var head: [UInt8] = []
            while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                let byte = try await peer.receive(1)
                if byte.isEmpty { return }
                head += byte
            }
            asked.change { [head] in $0 = String(decoding: head, as: UTF8.self) }
            peer.send(Array(answer.utf8))
            guard answer.contains(" 200 "), answer.hasSuffix("\r\n\r\n") else { return peer.shutdownWriting() }
            try await Relay.join(peer, try RawPeer(to: port))
        }
        return (try HTTPProxy(parsing: "http://me:secret@127.0.0.1:\(listener.port)"), asked)
    }

    @Test(arguments: [false, true])
    func `By way of a proxy`(isTLS: Bool) async throws {
        let listener = try listen()
        let gateway = try gateway(isTLS ? certificates.server() : .plain) { _ in .listener(listener) }
        let (proxy, asked) = try proxy("HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n", to: gateway.port)
        let outer = isTLS ? try certificates.client() : .plain
        let connection = try await connect(route(gateway.port, outer: outer, proxy: proxy))
        let body = Self.noise(1_000_000)
        #expect(try await connection.call(request(body: body), timeout: .seconds(60)).body == body)
        #expect(asked.get.hasPrefix("CONNECT 127.0.0.1:\(gateway.port) HTTP/1.1\r\n"))
        #expect(asked.get.contains("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n"))
    }

    private static let proxyAnswers: [(String, HTTPFailure)] = [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            HTTPFailure.refused(HTTPStatus(code: 407, reason: "Proxy Authentication Required"))
        ),
        ("SSH-2.0", .notHTTP), ("", .brokenOff), ("HTTP/1.1 200 OK\r\n\r\nmore", .surplus),
    ]

    @Test(arguments: Self.proxyAnswers)
    func `A proxy that does not connect is told for what it does`(answer: String, failure: HTTPFailure) async throws {
        let (proxy, _) = try proxy(answer, to: 1)
        let error = await failureOfCall(to: 1, on: client, try route(9, proxy: proxy))
        #expect(error?.reason == .proxy(ProxyFailure(proxy: proxy.endpoint.description, failure: failure)))
        #expect(error?.description.contains("secret") == false)
    }
}
