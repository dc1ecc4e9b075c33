import FluvioProtocol
import FluvioTransport
import Testing
import Unix

@Suite(.timeLimit(.minutes(10)))
struct CallTests {
    let loop: EventLoop
    let server: EventLoop

    init() throws {
        loop = try EventLoop(name: "client")
        server = try EventLoop(name: "server")
    }

    @Test func `A call is answered`() async throws {
        let listener = try Listener(host: "127.0.0.1", port: 0, on: server, accept: echo)
        let connection = try await Connection.connect(to: .local(listener.port), on: loop, timeout: .seconds(60))
        let answer = try await connection.call(request(body: [1, 2, 3]), timeout: .seconds(60))
        #expect(answer.body == [1, 2, 3])
        #expect(connection.waiting == 0)
    }

    @Test(arguments: [0, 1, 4_000, 4_083, 4_084, 100_000, 300_000, 3_000_000])
    func `Frames of any size come through whole`(size: Int) async throws {
        let listener = try Listener(host: "127.0.0.1", port: 0, on: server, accept: echo)
        let connection = try await Connection.connect(to: .local(listener.port), on: loop, timeout: .seconds(60))
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        for _ in 0..<3 {
            let answer = try await connection.call(request(body: body), timeout: .seconds(60))
            #expect(answer.body == body)
        }
    }

    @Test func `Answers find their requests out of order`() async throws {
        let held = Box<[IncomingFrame]>([])
        let listener = try Listener(host: "127.0.0.1", port: 0, on: server) { _ in
            ClosureHandler { frame, connection in
                held.change { $0.append(frame) }
                guard held.get.count == 100 else { return }
                for frame in held.get.reversed() {
                    connection.send(response(requestID(frame), body: requestBody(frame)))
                }
            }
        }
        let connection = try await Connection.connect(to: .local(listener.port), on: loop, timeout: .seconds(60))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let answer = try await connection.call(request(body: be(Int32(number))), timeout: .seconds(60))
                    #expect(answer.body == be(Int32(number)))
                }
            }
            try await group.waitForAll()
        }
    }
}
