import FluvioProtocol
import Glibc
import Testing
import Unix

@testable import FluvioTransport

/// What must leave no descriptor behind, each in a process of its own: others would open and close beside.
@Suite(.timeLimit(.minutes(10)))
struct LeakTests {
    @Test func `A thousand connects and closes, from either side, leave nothing behind`() async {
        await #expect(processExitsWith: .success) { try await Alone.connects() }
    }

    @Test func `A thousand refused or given up attempts leave nothing behind`() async {
        await #expect(processExitsWith: .success) { try await Alone.attempts() }
    }

    @Test func `A thousand calls cancelled at random moments leave nothing behind`() async {
        await #expect(processExitsWith: .success) { try await Alone.cancellations() }
    }

    @Test func `stop with everything open leaves nothing behind`() async {
        await #expect(processExitsWith: .success) { try await Alone.stops() }
    }

    @Test func `Writing to a peer that is gone raises no signal, neither by send nor by sendfile`() async {
        await #expect(processExitsWith: .success) { try await Alone.signals() }
    }

    @Test func `Out of descriptors, the server neither spins nor stops accepting`() async {
        await #expect(processExitsWith: .success) { try await Alone.exhaustion() }
    }
}

/// How many descriptors the process has once the runtime has opened those that its clocks want.
private func settledDescriptors() async throws -> Set<String> {
    try await Task.sleep(for: .milliseconds(1))
    return openDescriptors()
}

/// What the process has used of the processor.
private func processorTime() -> Duration {
    var usage = rusage()
    _ = unsafe getrusage(0, &usage)
    return .seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + .microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
}

/// The bodies of these tests.
private enum Alone {
    static func connects() async throws {
        let before = try await settledDescriptors()
        do {
            let loop = try EventLoop(name: "client")
            let server = try EventLoop(name: "server")
            let listener = try Listener(host: "127.0.0.1", port: 0, on: server, accept: echo)
            let running = openDescriptors()
            for number in 0..<1_000 {
                let connection = try await Connection.connect(
                    to: .local(listener.port), on: loop, timeout: .seconds(60))
                switch number % 4 {
                case 0: connection.close()
                case 1: #expect(await connection.drain(timeout: .seconds(60)) == .endOfFile)
                case 2: _ = try await connection.call(request(body: [1]), timeout: .seconds(60))
                default: break  // Let go of.
                }
            }
            try await eventuallyClosed(since: running)
            loop.stop()
            server.stop()
            // The listener is still held, and closed all the same.
            _ = listener.port
        }
        try await eventuallyClosed(since: before)
    }

    static func attempts() async throws {
        let loop = try EventLoop(name: "client")
        let deaf = try RawListener(backlog: nil)
        let full = try RawListener(backlog: 0)
        let filler = try RawPeer(to: full.port)
        let server = try EventLoop(name: "server")
        let listener = try Listener(host: "127.0.0.1", port: 0, on: server, accept: echo)
        let before = try await settledDescriptors()
        for number in 0..<1_000 {
            let port = number % 2 == 0 ? deaf.port : full.port
            let result = await failure { () throws(TransportError) in
                try await Connection.connect(to: .local(port), on: loop, timeout: .milliseconds(2))
            }
            #expect(result != nil)
        }
        // These are given up at about the time when they succeed.
        for _ in 0..<2_000 {
            let attempt = Task {
                await failure { () throws(TransportError) in
                    try await Connection.connect(to: .local(listener.port), on: loop, timeout: .seconds(60))
                }
            }
            for _ in 0..<Int.random(in: 0..<40) { await Task.yield() }
            attempt.cancel()
            let result = await attempt.value
            #expect(result == nil || result == .cancelled)
        }
        try await eventuallyClosed(since: before)
        filler.close()
    }

    static func cancellations() async throws {
        let loop = try EventLoop(name: "client")
        let server = try EventLoop(name: "server")
        let listener = try Listener(host: "127.0.0.1", port: 0, on: server, accept: echo)
        let connection = try await Connection.connect(to: .local(listener.port), on: loop, timeout: .seconds(60))
        _ = try await connection.call(request(), timeout: .seconds(60))
        let before = try await settledDescriptors()
        let answered = Box(0)
        let cancelled = Box(0)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<1_000 {
                group.addTask {
                    let task = Task {
                        let body = be(Int32(number)) + [UInt8](repeating: 1, count: number * 20)
                        let result = await failure { () throws(TransportError) in
                            try await connection.call(request(body: body), timeout: .seconds(60))
                        }
                        switch result {
                        case nil: answered.change { $0 += 1 }
                        case .cancelled: cancelled.change { $0 += 1 }
                        case let other?: Issue.record("\(other)")
                        }
                    }
                    for _ in 0..<Int.random(in: 0..<50) { await Task.yield() }
                    task.cancel()
                    await task.value
                }
            }
        }
        #expect(answered.get + cancelled.get == 1_000)
        #expect(cancelled.get > 0)
        #expect(connection.waiting == 0)
        #expect(try await connection.call(request(body: [9]), timeout: .seconds(60)).body == [9])
        try await eventuallyClosed(since: before)
    }

    static func stops() async throws {
        let before = try await settledDescriptors()
        for round in 0..<20 {
            let loop = try EventLoop(name: "both")
            let served = Box<[ServedConnection]>([])
            let listener = try Listener(host: "127.0.0.1", port: 0, on: loop) { connection in
                served.change { $0.append(connection) }
                return ClosureHandler { _, connection in
                    connection.send(response(1, body: [UInt8](repeating: 1, count: 16 << 20)))
                }
            }
            var connections: [Connection] = []
            for _ in 0..<20 {
                connections.append(
                    try await Connection.connect(to: .local(listener.port), on: loop, timeout: .seconds(60)))
            }
            let big = request(1, body: [UInt8](repeating: 1, count: 8 << 20))
            let ends = Box(0)
            for connection in connections {
                connection.send(big, range: 0..<big.count, correlationID: 1, timeout: .seconds(60)) { _ in
                    ends.change { $0 += 1 }
                }
            }
            // In mid-transfer, from this thread and from the loop's own.
            if round % 2 == 0 { loop.stop() } else { loop.run { loop.stop() } }
            try await eventually("all ends") { ends.get == 20 }
            try await eventuallyClosed(since: before)
            for connection in served.get { connection.send([1]) }
        }
    }

    static func signals() async throws {
        _ = Glibc.signal(SIGPIPE, SIG_DFL)
        let server = try EventLoop(name: "server")
        let file = SharedFile(try FileDescriptor.open("/proc/self/exe", O_RDONLY))
        for useFile in [false, true, true, false] {
            let served = Box<ServedConnection?>(nil)
            let ended = Box(false)
            let listener = try Listener(host: "127.0.0.1", port: 0, on: server) { connection in
                served.change { $0 = connection }
                return ClosureHandler(
                    onFinished: { _ in }, onClosed: { _, _ in ended.change { $0 = true } }
                ) { _, _ in }
            }
            let peer = try RawPeer(to: listener.port)
            try await eventually("the connection") { served.get != nil }
            peer.close()
            let connection = try #require(served.get)
            try await eventually("the end") {
                if useFile {
                    connection.send(header: [1], file: file, offset: 0, count: 4_000)
                } else {
                    connection.send([1])
                }
                return ended.get
            }
        }
        // sendfile alone: above, the header before it meets the broken connection first.
        let raw = try RawListener()
        let socket = try Sockets.open(AF_INET)
        let address = try #require(try Resolver.addresses(of: "127.0.0.1", port: raw.port, numericOnly: true).first)
        _ = try Sockets.connect(socket.raw, to: address)
        try await raw.accept().close(reset: true)
        let channel = PlainChannel(socket)
        var error: CInt = 0
        try await eventually("EPIPE") {
            if case .failed(.reset(let failure)) = channel.write(file: file.raw, offset: 0, count: 4_000) {
                error = failure.code
            }
            return error == EPIPE
        }
        channel.close(reset: false)
    }

    static func exhaustion() async throws {
        let server = try EventLoop(name: "server")
        let listener = try Listener(host: "127.0.0.1", port: 0, on: server, accept: echo)
        let warm = try RawPeer(to: listener.port)
        warm.send(request(1))
        #expect(try await warm.receive(8) == response(1))
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = 256
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        var fillers: [CInt] = []
        while case let fd = dup(2), fd >= 0 { fillers.append(fd) }
        // One for the client, none for the server.
        _ = fillers.popLast().map(Glibc.close)
        let peer = try RawPeer(to: listener.port)
        peer.send(request(2))
        let start = processorTime()
        // Not Task.sleep: the runtime's clock may want a descriptor too.
        _ = try await blocking { usleep(1_000_000) }
        // A loop that spins would have used all of it.
        #expect(processorTime() - start < .milliseconds(40))
        // Those that were accepted are served meanwhile.
        warm.send(request(3))
        #expect(try await warm.receive(8) == response(3))
        _ = fillers.popLast().map(Glibc.close)
        #expect(try await peer.receive(8) == response(2))
    }
}
