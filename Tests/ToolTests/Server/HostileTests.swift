import FluvioProtocol
import Foundation
import TestSupport
import Testing
import Unix

/// Clients that do not keep to the protocol, against a cluster of its own: only their connection ends, memory stays as it
/// is, and the log names them once.
@Suite("hostile clients", .onOwnThreads, .timeLimit(.minutes(60)))
struct HostileTests {
    /// What is sent, and whether the connection is ended then by this side.
    struct Attack: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        var ends = false
        var testDescription: String { name }
    }

    /// A request's header and a body that is nobody's.
    private static func request(_ key: UInt16, _ version: Int16, _ body: [UInt8] = []) -> [UInt8] {
        let content =
            Batches.bigEndian(key) + Batches.bigEndian(version) + Batches.bigEndian(Int32(7)) + [0, 1, 0x78] + body
        return Batches.bigEndian(Int32(content.count)) + content
    }

    static let attacks = [
        Attack(name: "2 GiB", bytes: [0x7f, 0xff, 0xff, 0xff] + [UInt8](repeating: 0, count: 4_000)),
        Attack(name: "negative length", bytes: [0xff, 0xff, 0xff, 0xff, 0, 0]),
        Attack(name: "too short for a header", bytes: [0, 0, 0, 2, 0, 18]),
        Attack(name: "unknown API", bytes: request(4_242, 0)),
        Attack(name: "a version without a body", bytes: request(0, 99)),
        Attack(name: "a body that is none", bytes: request(0, 25, [UInt8](repeating: 0xff, count: 40))),
        Attack(name: "half a frame", bytes: Array(request(18, 0, [UInt8](repeating: 0, count: 90))[..<20]), ends: true),
        Attack(name: "another protocol", bytes: Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)),
        Attack(name: "TLS", bytes: [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3] + [UInt8](repeating: 7, count: 500)),
        Attack(name: "zeros", bytes: [UInt8](repeating: 0, count: 10_000)),
    ]

    @Test func `each has its connection closed, and others go on`() throws {
        let cluster = try TestCluster()
        let shell = try Shell(cluster)
        try #require(shell.run("fluvio-admin -q topic create t; seq 3 | fluvio-cat produce -q t").status == 0)
        let idle = try TestClient(port: cluster.spuPort)
        let offsets = FetchOffsetsRequest(topics: [FetchOffsetTopic(name: "t", partitions: [0])])
        _ = try idle.call(offsets)
        let before = try cluster.memory("VmRSS")
        var random = SeededRandom(seed: 5)
        for round in 0..<20 {
            let noise = Attack(
                name: "noise", bytes: (0..<3_000).map { _ in UInt8.random(in: 0x40...0xff, using: &random) })
            for attack in Self.attacks + [noise] {
                for port in [cluster.port, cluster.spuPort] {
                    #expect(try Self.isClosed(attack, port), "\(attack.name), round \(round)")
                }
            }
            #expect(try idle.call(offsets).topics.count == 1)
        }
        #expect(try shell.run("fluvio-cat consume -e --raw t").lines == ["1", "2", "3"])
        let after = try cluster.memory("VmRSS")
        print("hostile: \(Self.attacks.count * 40 + 40) connections, \(before) KiB before, \(after) KiB after")
        #expect(after < before + 16 << 10)
        // SC and SPU name the address, once each.
        try cluster.stop()
        let log = cluster.log()
        #expect(
            log.split(separator: "\n").count { $0.contains("127.0.0.1:") && $0.contains("is closed") } == 2, "\(log)")
    }

    /// Whether the server closes the connection, without a word.
    private static func isClosed(_ attack: Attack, _ port: UInt16) throws -> Bool {
        let client = try TestClient(port: port)
        do {
            try client.send(attack.bytes)
            if attack.ends { client.finish() }
            _ = try client.receive()
            return false
        } catch TestClient.Failure.ended {
            return true
        } catch is SystemError {
            // It was closed before all was sent.
            return true
        }
    }

    @Test func `a port with TLS does the same`() throws {
        let cluster = try TestCluster(options: ["--tls", "auto"])
        let shell = try Shell(cluster)
        // What begins as TLS and does not go on waits for the deadline of the handshake.
        for attack in Self.attacks where attack.name != "TLS" {
            for port in [cluster.port, cluster.spuPort] {
                #expect(try Self.isClosed(attack, port), "\(attack.name)")
            }
        }
        let ran = try shell.run("seq 3 | fluvio-cat produce -q --create t; fluvio-cat consume -e --raw t")
        #expect(ran.lines == ["1", "2", "3"], "\(ran.errors)")
        try cluster.stop()
        let named = cluster.log().split(separator: "\n").filter { $0.contains("is closed") }
        #expect(named.count == 2 && named.allSatisfy { $0.contains("127.0.0.1:") }, "\(named)")
    }

    @Test func `a byte now and then is not enough, and keeps nobody waiting`() throws {
        let cluster = try TestCluster(options: ["--frame-deadline", "1s"])
        for port in [cluster.port, cluster.spuPort] {
            let client = try TestClient(port: port)
            let frame = Self.request(18, 0, [UInt8](repeating: 0, count: 200))
            var sent = 0
            #expect(throws: SystemError.self) {
                while sent < frame.count {
                    try client.send([frame[sent]])
                    sent += 1
                    // In this time another is served.
                    _ = try TestClient(port: cluster.spuPort).call(FetchOffsetsRequest())
                    usleep(50_000)
                }
            }
            #expect(sent < frame.count)
        }
        #expect(try cluster.waitForLog(containing: "within 1 s").contains("127.0.0.1:"))
    }

    @Test func `ten thousand connections in a burst are taken and let go of`() throws {
        let cluster = try TestCluster()
        _ = try TestClient(port: cluster.spuPort).call(FetchOffsetsRequest())
        let before = try cluster.memory("VmRSS")
        let start = ContinuousClock.now
        for number in 0..<10_000 {
            let client = try TestClient(port: number.isMultiple(of: 2) ? cluster.port : cluster.spuPort)
            // As a crash of the client, so that no port stays in use; some in the middle of a frame.
            if number.isMultiple(of: 7) { try client.send([0, 0, 0, 50, 0]) }
            client.reset()
        }
        let time = ContinuousClock.now - start
        _ = try TestClient(port: cluster.spuPort).call(FetchOffsetsRequest())
        try Wait.until("connections are closed") {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(cluster.pid)/fd").count < 100
        }
        let after = try cluster.memory("VmRSS")
        print("burst: 10,000 connections in \(time), \(before) KiB before, \(after) KiB after")
        #expect(after < before + 16 << 10)
    }

    @Test func `who does not read waits alone, and costs little`() throws {
        let cluster = try TestCluster()
        let shell = try Shell(cluster)
        let made = try shell.run(
            "fluvio-admin -q topic create t; seq 4000000 | fluvio-cat produce -q --batch-size 1M t")
        try #require(made.status == 0, "\(made.errors)")
        let before = try cluster.memory("VmRSS")
        var readers: [TestClient] = []
        for _ in 0..<20 {
            let client = try TestClient(port: cluster.spuPort)
            try client.ask(StreamFetchRequest(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 8 << 20))
            // Asks for everything again and again, and reads nothing.
            let fetch = FetchRequest(
                maxBytes: 8 << 20, isolation: .readUncommitted,
                topics: [FetchTopic(name: "t", partitions: [FetchPartition(partition: 0, fetchOffset: 0)])])
            for _ in 0..<50 { try client.ask(fetch) }
            readers.append(client)
        }
        // Lists are made in memory.
        let lists = try TestClient(port: cluster.port)
        for _ in 0..<2_000 { try lists.ask(ListRequest<PartitionSpec>(), version: LocalVersions.controller) }
        let ran = try shell.run("fluvio-cat consume -e --raw t | tail -n 1; fluvio-admin topic list -O name")
        #expect(ran.lines == ["4000000", "t"], "\(ran.errors)")
        let after = try cluster.memory("VmRSS")
        print("slow readers: 20 of 27 MB, \(before) KiB before, \(after) KiB after")
        #expect(after < before + 32 << 10)
        // What they asked for, they still get.
        #expect(try !readers[0].receive().isEmpty)
        withExtendedLifetime((readers, lists)) {}
    }
}
