import FluvioProtocol
import FluvioTransport
import Glibc
import Testing
import Unix

@Suite(.timeLimit(.minutes(10)))
struct ServerTests {
    let server: EventLoop

    init() throws { server = try EventLoop(name: "server") }

    /// A listener whose handlers write down how their connections end.
    private func listen(
        maximumFrame: Int = 1 << 20, frameDeadline: Duration? = nil, lowWaterMark: Int = 1 << 20, ends: Box<[String]>,
        onFrame: @escaping @Sendable (IncomingFrame, ServedConnection) -> Void = { frame, connection in
            connection.send(response(requestID(frame), body: requestBody(frame)))
        }
    ) throws -> Listener {
        try Listener(
            host: "127.0.0.1", port: 0, on: server, maximumFrame: maximumFrame, frameDeadline: frameDeadline,
            lowWaterMark: lowWaterMark
        ) { _ in
            ClosureHandler(
                onClosed: { error, _ in ends.change { $0.append(error.map { "\($0.reason)" } ?? "nil") } },
                onFrame: onFrame)
        }
    }

    @Test(arguments: [
        (be(-1), TransportError.Reason.negativeLength(-1)),
        (be(9) + [UInt8](repeating: 0, count: 9), .frameTooShort(9)),
        (be(1 << 20 + 1), .frameTooLong(1 << 20 + 1, limit: 1 << 20)), (be(.min), .negativeLength(Int(Int32.min))),
    ]) func `A client that breaks the rules loses its connection, and no other does`(
        bytes: [UInt8], reason: TransportError.Reason
    ) async throws {
        let ends = Box<[String]>([])
        let listener = try listen(ends: ends)
        let good = try RawPeer(to: listener.port)
        let bad = try RawPeer(to: listener.port)
        bad.send(request(1) + bytes)
        #expect(try await bad.receive(8) == response(1))
        #expect(try await bad.receiveNothing() <= 0)
        try await eventually("the end") { ends.get == ["\(reason)"] }
        good.send(request(2))
        #expect(try await good.receive(8) == response(2))
        good.close()
        try await eventually("the other end") { ends.get == ["\(reason)", "nil"] }
    }

    @Test func `A client that ends inside a frame is told from one that ends between two`() async throws {
        let ends = Box<[String]>([])
        let listener = try listen(ends: ends)
        let peer = try RawPeer(to: listener.port)
        peer.send(Array(request(1).dropLast()))
        peer.close()
        try await eventually("the end") { ends.get == ["cut"] }
    }

    @Test func `Requests that come byte by byte are served`() async throws {
        let listener = try listen(ends: Box([]))
        let peer = try RawPeer(to: listener.port)
        for byte in request(3, body: [1, 2]) + request(4) { peer.send([byte]) }
        #expect(try await peer.receive(18) == response(3, body: [1, 2]) + response(4))
    }

    @Test func `Frames of 64 MiB go both ways`() async throws {
        let loop = try EventLoop(name: "client")
        let listener = try listen(maximumFrame: Frame.defaultMaximumLength, ends: Box([]))
        let connection = try await Connection.connect(to: .local(listener.port), on: loop, timeout: .seconds(60))
        var body = [UInt8](repeating: 0, count: Frame.defaultMaximumLength - 10)
        for index in stride(from: 0, to: body.count, by: 4096) { body[index] = UInt8(truncatingIfNeeded: index >> 12) }
        let frame = request(1, body: body)
        let answer = try await connection.call(frame, timeout: .seconds(60))
        #expect(answer.bytes.count == 8 + body.count)
        let isSame = unsafe answer.bytes.withUnsafeBytes { answer in
            unsafe body.withUnsafeBytes { body in
                guard let left = answer.baseAddress, let right = body.baseAddress else { return false }
                return unsafe memcmp(left + 8, right, body.count) == 0
            }
        }
        #expect(isSame)
    }

    @Test func `A request belongs to its handler alone: changing it copies nothing`() async throws {
        let same = Box<[Bool]>([])
        let listener = try Listener(host: "127.0.0.1", port: 0, on: server) { _ in ChangingHandler(same: same) }
        let peer = try RawPeer(to: listener.port)
        peer.send(request(1) + request(2, body: [UInt8](repeating: 1, count: 1 << 20)))
        _ = try await peer.receive(16)
        #expect(same.get == [true, true])
    }

    // MARK: Files

    @Test func `A file is sent exactly, whatever the part, between other frames`() async throws {
        let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 7 ^ $0 >> 15) }
        let path = "\(Unix.environment("TMPDIR") ?? "/tmp")/fluvio-transport-\(getpid())-sendfile"
        try Unix.replaceContents(of: path, with: content)
        defer { unsafe unlink(path) }
        let file = SharedFile(try FileDescriptor.open(path, O_RDONLY))
        let parts = [(0, 3_000_000), (1, 1), (0, 0), (2_999_999, 1), (1234, 70_000), (5, 2_500_000), (0, 3_000_000)]
        let listener = try listen(ends: Box([])) { frame, connection in
            let (offset, count) = parts[Int(frame.bytes[14])]
            connection.send(response(-1))
            let header = be(Int32(4 + count)) + be(requestID(frame))
            connection.send(header: header, file: file, offset: offset, count: count)
        }
        let peer = try RawPeer(to: listener.port)
        peer.send(parts.indices.flatMap { request(Int32($0), body: [UInt8($0)]) })
        for (index, (offset, count)) in parts.enumerated() {
            #expect(try await peer.receiveFrame() == be(-1))
            let frame = try await peer.receiveFrame()
            #expect(frame == be(Int32(index)) + content[offset..<(offset + count)])
        }
    }

    @Test func `A file shorter than announced ends the connection`() async throws {
        let ends = Box<[String]>([])
        let file = SharedFile(try FileDescriptor.open("/dev/null", O_RDONLY))
        let path = "\(Unix.environment("TMPDIR") ?? "/tmp")/fluvio-transport-\(getpid())-short"
        try Unix.replaceContents(of: path, with: [1, 2, 3])
        defer { unsafe unlink(path) }
        let short = SharedFile(try FileDescriptor.open(path, O_RDONLY))
        let listener = try listen(ends: ends) { frame, connection in
            connection.send(header: be(104) + be(1), file: frame.bytes[14] == 0 ? short : file, offset: 0, count: 100)
        }
        let peer = try RawPeer(to: listener.port)
        peer.send(request(1, body: [0]))
        _ = try await peer.receive(200)
        try await eventually("the end") { ends.get.count == 1 }
        #expect(ends.get[0].contains("sendfile"))
    }

    // MARK: Back-pressure

    @Test func `A slow reader fills the queue, and the handler hears when it is low again`() async throws {
        let writable = Box(0)
        let served = Box<ServedConnection?>(nil)
        let mark = 3 << 20
        let listener = try Listener(host: "127.0.0.1", port: 0, on: server, lowWaterMark: mark) { connection in
            served.change { $0 = connection }
            return ClosureHandler(onWritable: { connection in
                #expect(connection.queuedBytes < mark)
                writable.change { $0 += 1 }
            }) { _, _ in }
        }
        let peer = try RawPeer(to: listener.port)
        try await eventually("the connection") { served.get != nil }
        let connection = try #require(served.get)
        let chunk = response(1, body: [UInt8](repeating: 5, count: 1 << 20))
        var sent = 0
        while connection.queuedBytes < 2 * mark {
            connection.send(chunk)
            sent += 1
            try #require(sent < 200, "the system takes everything")
        }
        #expect(writable.get == 0)
        for _ in 0..<sent { #expect(try await peer.receiveFrame()?.count == 4 + 1 << 20) }
        try await eventually("the low-water mark") { writable.get == 1 }
        try await eventually("the empty queue") { connection.queuedBytes == 0 }
        // A queue that never reached the mark is no news.
        connection.send(chunk)
        #expect(try await peer.receiveFrame()?.count == 4 + 1 << 20)
        #expect(writable.get == 1)
    }

    @Test func `A paused connection gets no frame, not even one that has arrived, until it is resumed`() async throws {
        let frames = Box<[Int32]>([])
        let served = Box<ServedConnection?>(nil)
        let listener = try listen(ends: Box([])) { frame, connection in
            served.change { $0 = connection }
            frames.change { $0.append(requestID(frame)) }
            connection.pauseReading()
        }
        let peer = try RawPeer(to: listener.port)
        peer.send((1...5).flatMap { request($0) })
        for count in 1...5 {
            try await eventually("frame \(count)") { frames.get.count == count }
            // The loop turns, and still nothing comes.
            for _ in 0..<20 { await withCheckedContinuation { turn in _ = server.run { turn.resume() } } }
            #expect(frames.get == Array(1...Int32(count)))
            served.get?.resumeReading()
        }
        peer.send(request(6))
        try await eventually("the last frame") { frames.get.last == 6 }
    }

    @Test func `A paused connection that breaks is noticed`() async throws {
        let ends = Box<[String]>([])
        let listener = try listen(ends: ends) { _, connection in connection.pauseReading() }
        let peer = try RawPeer(to: listener.port)
        peer.send(request(1) + request(2))
        try await Task.sleep(for: .milliseconds(5))
        peer.close(reset: true)
        try await eventually("the end") { ends.get.count == 1 }
        // Which of the two comes first, the reset or the end that was there before, is the kernel's affair.
        #expect(ends.get[0].hasPrefix("reset") || ends.get[0] == "closed")
    }

    // MARK: Deadline of a frame

    @Test func `A frame that does not go on ends the connection; an idle connection lives`() async throws {
        let ends = Box<[String]>([])
        let listener = try listen(frameDeadline: .milliseconds(60), ends: ends)
        let idle = try RawPeer(to: listener.port)
        let slow = try RawPeer(to: listener.port)
        idle.send(request(1))
        #expect(try await idle.receive(8) == response(1))
        slow.send([0])
        #expect(try await slow.receiveNothing() <= 0)
        try await eventually("the end") { ends.get == ["deadline(0.06 seconds)"] }
        idle.send(request(2))
        #expect(try await idle.receive(8) == response(2))
    }

    @Test func `While the handler pauses, the peer is not late`() async throws {
        let ends = Box<[String]>([])
        let served = Box<ServedConnection?>(nil)
        let listener = try listen(frameDeadline: .milliseconds(30), ends: ends) { frame, connection in
            served.change { $0 = connection }
            if requestID(frame) == 1 { connection.pauseReading() }
            connection.send(response(requestID(frame)))
        }
        let peer = try RawPeer(to: listener.port)
        peer.send(request(1) + request(2).prefix(5))
        #expect(try await peer.receive(8) == response(1))
        await withCheckedContinuation { continuation in
            _ = server.schedule(after: .milliseconds(100)) { continuation.resume() }
        }
        #expect(ends.get == [])
        peer.send(Array(request(2).dropFirst(5)))
        served.get?.resumeReading()
        #expect(try await peer.receive(8) == response(2))
    }

    // MARK: Ends

    @Test func `close sends what is queued, takes nothing more, and waits for the peer`() async throws {
        let ends = Box<[String]>([])
        let frames = Box(0)
        let big = [UInt8](repeating: 1, count: 16 << 20)
        let listener = try listen(ends: ends) { frame, connection in
            frames.change { $0 += 1 }
            connection.send(response(requestID(frame), body: big))
            connection.close(linger: .seconds(60))
            connection.send(response(99))
        }
        let peer = try RawPeer(to: listener.port)
        // Unread requests must not break the connection before the answer has arrived.
        peer.send((1...1_000).flatMap { request($0) })
        #expect(try await peer.receiveFrame()?.count == 4 + big.count)
        peer.send(request(7))
        #expect(try await peer.receiveNothing() == 0)
        #expect(ends.get == [])
        peer.close()
        try await eventually("the end") { ends.get == ["nil"] }
        #expect(frames.get == 1)
    }

    @Test(arguments: [1, 100_000, 200_000, 400_000, 1_000_000])
    func `close does not break the connection of a peer that still sends`(size: Int) async throws {
        let ends = Box<[String]>([])
        let listener = try listen(ends: ends) { frame, connection in
            connection.send(response(requestID(frame), body: [UInt8](repeating: 1, count: size)))
            connection.close(linger: .seconds(60))
        }
        let peer = try RawPeer(to: listener.port)
        // A socket closed with unread bytes in it would take back what the peer's system has not acknowledged.
        peer.send(request(1) + request(2, body: [UInt8](repeating: 1, count: 10 << 20)))
        #expect(try await peer.receiveFrame()?.count == 4 + size)
        #expect(try await peer.receiveNothing() == 0)
        peer.close()
        try await eventually("the end") { ends.get == ["nil"] }
    }

    @Test func `close gives up on a peer that does not read, and lets it see that`() async throws {
        let ends = Box<[String]>([])
        let listener = try listen(ends: ends) { frame, connection in
            connection.send(response(requestID(frame), body: [UInt8](repeating: 1, count: 64 << 20)))
            connection.close(linger: .milliseconds(50))
        }
        let peer = try RawPeer(to: listener.port)
        peer.send(request(1))
        try await eventually("the end") { ends.get == ["nil"] }
        let (count, end) = try await peer.receiveAll()
        #expect(count < 64 << 20)
        #expect(end == -1)
    }

    @Test func `A connection that is closed is let go of, also by a list of connections that its server keeps`()
        async throws
    {
        weak var held: ServedConnection?
        let ended = Box(false)
        do {
            let list = Box<[ServedConnection]>([])
            let listener = try Listener(host: "127.0.0.1", port: 0, on: server) { connection in
                list.change { $0.append(connection) }
                return ClosureHandler(onClosed: { _, _ in ended.change { $0 = true } }) { _, _ in }
            }
            let peer = try RawPeer(to: listener.port)
            try await eventually("the connection") { list.get.count == 1 }
            held = list.get.first
            peer.close()
            try await eventually("the end") { ended.get }
        }
        try await eventually("the release") { held == nil }
    }

    @Test func `abort breaks the connection`() async throws {
        let ends = Box<[String]>([])
        let listener = try listen(ends: ends) { _, connection in connection.abort() }
        let peer = try RawPeer(to: listener.port)
        peer.send(request(1))
        #expect(try await peer.receiveNothing() == -1)
        try await eventually("the end") { ends.get == ["nil"] }
    }

    @Test func `A peer that is gone while answers wait is told as such`() async throws {
        let ends = Box<[String]>([])
        let finished = Box<ServedConnection?>(nil)
        let listener = try Listener(host: "127.0.0.1", port: 0, on: server) { _ in
            ClosureHandler(
                onFinished: { connection in finished.change { $0 = connection } },
                onClosed: { error, _ in ends.change { $0.append(error.map { "\($0.reason)" } ?? "nil") } }
            ) { _, _ in }
        }
        let peer = try RawPeer(to: listener.port)
        peer.send(request(1))
        peer.shutdownWriting()
        try await eventually("the half-close") { finished.get != nil }
        #expect(ends.get == [])
        peer.close()
        // The first of these is answered by a reset.
        let connection = try #require(finished.get)
        try await eventually("the end") {
            connection.send(response(1))
            return ends.get.count == 1
        }
        // Which of the two comes first, the reset or the end that was there before, is the kernel's affair.
        #expect(ends.get[0].hasPrefix("reset") || ends.get[0] == "closed")
        connection.send(response(1))
        connection.close()
        connection.abort()
        #expect(connection.queuedBytes == 0)
    }
}

/// Changes requests in place, and sees whether that moved them.
private struct ChangingHandler: FrameHandler {
    let same: Box<[Bool]>

    func received(_ frame: consuming IncomingFrame, on connection: ServedConnection) {
        let before = unsafe frame.bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        frame.bytes[13] = 1
        let after = unsafe frame.bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        same.change { $0.append(before == after) }
        connection.send(response(1))
    }
}
