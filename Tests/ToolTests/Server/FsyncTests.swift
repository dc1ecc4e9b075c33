import FluvioProtocol
import Foundation
import Synchronization
import TestSupport
import Testing
import Unix

/// How often a cluster calls fsync(2), counted by strace(1).
@Suite("fsync", .onOwnThreads, .timeLimit(.minutes(60)), .enabled(if: canTrace, "processes cannot be traced here"))
struct FsyncTests {
    private static let clients = 8
    private static let requests = 40

    /// What a cluster did while clients produced: calls of fsync(2) on the log of the topic.
    private func count(_ mode: String, clients: Int, requests: Int) throws -> Int {
        let traces = try ScratchDirectory()
        let cluster = try TestCluster(
            options: ["--durability", mode],
            under: ["/usr/bin/strace", "-f", "-qq", "-y", "-o", traces.path("trace"), "-e", "trace=fsync,fdatasync"])
        let shell = try Shell(cluster)
        try #require(shell.run("fluvio-admin -q topic create t").status == 0)
        let group = DispatchGroup()
        let failures = Mutex<[String]>([])
        for number in 0..<clients {
            group.enter()
            Thread.detachNewThread {
                defer { group.leave() }
                do {
                    try Self.produce(requests, tag: Int32(number), to: cluster.spuPort)
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        group.wait()
        #expect(failures.withLock { $0 } == [])
        // Not what the end of the server does: kill -9 would spare it that, but leave strace's file as it is.
        let trace = String(decoding: try traces.read("trace"), as: UTF8.self)
        _ = try shell.run("fluvio-admin -q cluster stop --data-dir '\(cluster.data)'")
        return trace.split(separator: "\n").count { $0.contains("/t-0/") && $0.contains(".log>") }
    }

    /// Sends one request after the other, each when the last is answered.
    private static func produce(_ requests: Int, tag: Int32, to port: UInt16) throws {
        let client = try TestClient(port: port)
        for _ in 0..<requests {
            let data = PartitionProduceData(partition: 0, records: RecordSet(bytes: Batches.make(tag: tag)[...]))
            let answer = try client.call(
                ProduceRequest(
                    isolation: .readUncommitted, timeout: 5_000,
                    topics: [TopicProduceData(name: "t", partitions: [data])]))
            #expect(answer.topics[0].partitions[0].error == .success)
        }
    }

    @Test func `batch: at least one before each acknowledgement, and requests of the same time share one`() throws {
        let alone = try count("batch", clients: 1, requests: Self.requests)
        #expect(alone >= Self.requests)
        let shared = try count("batch", clients: Self.clients, requests: Self.requests)
        print(
            "fsync: batch: \(alone) for \(Self.requests) requests of 1 client, "
                + "\(shared) for \(Self.clients * Self.requests) of \(Self.clients)")
        // Each client waits for its answer, so that a call covers one request of each at most.
        #expect(shared >= Self.requests)
        #expect(shared < Self.clients * Self.requests)
    }

    @Test func `os: none; interval: as time passes, not as requests come`() throws {
        #expect(try count("os", clients: Self.clients, requests: Self.requests) == 0)
        #expect(try count("interval:1h", clients: Self.clients, requests: Self.requests) == 0)
        let often = try count("interval:5", clients: Self.clients, requests: Self.requests)
        print("fsync: os: 0, interval:5: \(often), for \(Self.clients * Self.requests) requests")
        #expect(often > 0)
    }
}

/// Whether strace(1) is there, and may look at a process.
private let canTrace: Bool = {
    guard
        let child = try? ChildProcess("/usr/bin/strace", ["-qq", "-o", "/dev/null", "/bin/true"]),
        let ending = try? child.wait()
    else { return false }
    return ending == .exited(0)
}()
