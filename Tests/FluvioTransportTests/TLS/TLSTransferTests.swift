import FluvioProtocol
import FluvioTransport
import Foundation
import TestSupport
import Testing
import Unix

@Suite(.timeLimit(.minutes(10)))
struct TLSTransferTests {
    let certificates: TestCertificates
    let client: EventLoop
    let server: EventLoop

    init() throws {
        certificates = try TestCertificates.shared.get()
        client = try EventLoop(name: "client")
        server = try EventLoop(name: "server")
    }

    private func listen(
        _ accept: @escaping @Sendable (ServedConnection) -> any FrameHandler = echo
    ) throws -> Listener {
        try Listener(host: "127.0.0.1", port: 0, on: server, security: certificates.server(), accept: accept)
    }

    private func connect(_ port: UInt16) async throws -> Connection {
        try await Connection.connect(
            to: .local(port), on: client, security: certificates.client(), timeout: .seconds(60))
    }

    /// Bytes that differ from each other, and from those of another seed.
    private static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            let word = random.next()
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * shift))) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    @Test(arguments: [0, 1, 4_082, 4_083, 16_384, 131_072, 1_000_000, 20_000_000])
    func `Frames of every size go there and back`(size: Int) async throws {
        let listener = try listen()
        let connection = try await connect(listener.port)
        let body = Self.noise(size, seed: UInt64(size))
        let answer = try await connection.call(request(body: body), timeout: .seconds(60))
        #expect(answer.body == body)
    }

    @Test func `Many calls at once, from many tasks, get their own answers`() async throws {
        let listener = try listen()
        let connection = try await connect(listener.port)
        try await withThrowingTaskGroup { group in
            for task in 0..<16 {
                group.addTask {
                    for call in 0..<40 {
                        let seed = UInt64(task * 1_000 + call)
                        let body = Self.noise(Int(seed * 7_919 % 60_000), seed: seed)
                        let answer = try await connection.call(request(body: body), timeout: .seconds(60))
                        #expect(answer.body == body)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `Parts of a file are sent behind a header`() async throws {
        let content = Self.noise(3_000_000, seed: 1)
        let path = "\(NSTemporaryDirectory())/fluvio-tls-\(UUID().uuidString)"
        try Data(content).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = SharedFile(try FileDescriptor.open(path, 0))
        let listener = try listen { _ in
            ClosureHandler { frame, connection in
                let header = be(Int32(4 + 2_500_000)) + be(requestID(frame))
                connection.send(header: header, file: file, offset: 333, count: 2_500_000)
            }
        }
        let connection = try await connect(listener.port)
        for _ in 0..<3 {
            let answer = try await connection.call(request(), timeout: .seconds(60))
            #expect(answer.body == Array(content[333..<2_500_333]))
        }
    }

    @Test func `Draining ends in order: the server sees the end, and its last answer arrives`() async throws {
        let finished = Box(false)
        let listener = try listen { _ in
            ClosureHandler(onFinished: { connection in
                finished.change { $0 = true }
                connection.send(response(1, body: [42]))
                connection.close()
            }) { _, _ in }
        }
        let connection = try await connect(listener.port)
        let answers = Box<[[UInt8]]>([])
        connection.send(request(1), range: 0..<14, correlationID: 1, timeout: .seconds(60)) { outcome in
            if case .success(let frame) = outcome { answers.change { $0.append(frame.body) } }
        }
        #expect(await connection.drain(timeout: .seconds(60)) == .endOfFile)
        #expect(finished.get)
        #expect(answers.get == [[42]])
    }

    @Test func `Closing tells the server in order`() async throws {
        let ends = Box<[TransportError.Reason?]>([])
        let listener = try listen { _ in
            ClosureHandler(onClosed: { error, _ in ends.change { $0.append(error?.reason) } }) { frame, connection in
                connection.send(response(requestID(frame)))
            }
        }
        let connection = try await connect(listener.port)
        _ = try await connection.call(request(), timeout: .seconds(60))
        connection.close()
        try await eventually("the end") { !ends.get.isEmpty }
        #expect(ends.get == [nil])
    }

    @Test func `TCP that ends in the middle of a frame is a cut connection`() async throws {
        let listener = try listen()
        let relay = try Relay(to: listener.port, limit: 100_000)
        let connection = try await connect(relay.port)
        let reason = await failure { () throws(TransportError) in
            try await connection.call(request(body: Self.noise(1_000_000, seed: 3)), timeout: .seconds(60))
        }
        #expect(reason == .tls(.truncated))
    }

    @Test func `TCP that ends between frames is a cut connection, too, and no end to rely on`() async throws {
        let listener = try listen()
        let relay = try Relay(to: listener.port)
        let connection = try await connect(relay.port)
        _ = try await connection.call(request(body: [1]), timeout: .seconds(60))
        relay.cut()
        #expect(await connection.drain(timeout: .seconds(60)) == .reset)
        #expect(connection.closeError?.reason == .tls(.truncated))
    }

    @Test func `Bytes that were changed on the way break the connection`() async throws {
        let listener = try listen()
        let relay = try Relay(to: listener.port)
        let connection = try await connect(relay.port)
        _ = try await connection.call(request(body: [1]), timeout: .seconds(60))
        relay.corrupts.change { $0 = true }
        let reason = await failure { () throws(TransportError) in
            try await connection.call(request(body: [1]), timeout: .seconds(60))
        }
        guard case .tls? = reason else {
            Issue.record("\(String(describing: reason))")
            return
        }
    }

    @Test func `Hundreds of connections, ended from either side, leave no descriptor behind`() async {
        await #expect(processExitsWith: .success) { try await TLSAlone.connects() }
    }
}

/// In a process of its own: others would open and close beside.
private enum TLSAlone {
    static func connects() async throws {
        let certificates = try TestCertificates.shared.get()
        try await Task.sleep(for: .milliseconds(1))
        let before = openDescriptors()
        do {
            let loop = try EventLoop(name: "client")
            let server = try EventLoop(name: "server")
            let listener = try Listener(
                host: "127.0.0.1", port: 0, on: server, security: certificates.server(clients: "ca"), accept: echo)
            let running = openDescriptors()
            let good = try certificates.client(as: "client")
            let bad = try certificates.client("other-ca", as: "client")
            let unknown = try certificates.client(as: "stranger")
            for number in 0..<200 {
                switch number % 4 {
                case 0: #expect(await failureOfCall(to: listener.port, on: loop, bad) != nil)
                case 1: #expect(await failureOfCall(to: listener.port, on: loop, unknown) != nil)
                case 2:
                    let peer = try RawPeer(to: listener.port)
                    peer.send([0x16, 0x03, 0x01])
                    peer.close()
                default: #expect(await failureOfCall(to: listener.port, on: loop, good) == nil)
                }
            }
            try await eventuallyClosed(since: running)
        }
        try await eventuallyClosed(since: before)
    }
}
