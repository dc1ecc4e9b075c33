import FluvioProtocol
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("Isolation", .timeLimit(.minutes(10)))
struct IsolationTests {
    /// A topic of two replicas; its leader and the other.
    private func topic(
        _ cluster: ReplicaCluster
    ) async throws -> (leader: Int32, follower: Int32, client: TestClient) {
        #expect(try await cluster.client.create("t", replicas: 2).error == .success)
        let spec = try await cluster.partition("t-0").spec
        let follower = try #require(spec.replicas.first { $0 != spec.leader })
        return (spec.leader, follower, try cluster.connect(spec.leader))
    }

    @Test("What is produced is on all replicas, byte for byte, and committed")
    func copies() async throws {
        let cluster = try await ReplicaCluster()
        let (_, _, client) = try await topic(cluster)
        for tag in 0..<50 {
            let id = try client.send(Batches.make(3, tag: Int32(tag)), to: "t", .readCommitted)
            #expect(try client.produced(id).error == .success)
            // The answer came when all replicas had it.
            #expect(try client.fetch("t", from: 0, .readCommitted).highWatermark == Int64(tag + 1) * 3)
        }
        try await cluster.settled("t-0")
    }

    @Test("With a follower frozen, a COMMITTED reader and producer wait for it, an UNCOMMITTED one does not")
    func frozenFollower() async throws {
        let cluster = try await ReplicaCluster { $0.spuTimeout = .seconds(600) }
        let (_, follower, client) = try await topic(cluster)
        #expect(try client.produced(try client.send(Batches.make(2), to: "t", .readCommitted)).baseOffset == 0)
        try cluster.tell(.freeze, follower)

        let quick = try client.produced(try client.send(Batches.make(3), to: "t", .readUncommitted))
        #expect(quick.error == .success && quick.baseOffset == 2)
        #expect(Batches.headers(Array(try client.fetch("t", from: 2, .readUncommitted).records.bytes)).count == 1)
        let committed = try client.fetch("t", from: 2, .readCommitted)
        #expect(committed.records.bytes.isEmpty && committed.highWatermark == 2)
        let offsets = try client.call(FetchOffsetsRequest(topics: [FetchOffsetTopic(name: "t", partitions: [0])]))
        #expect(offsets.topics.first?.partitions.first?.lastStableOffset == 2)

        // Stored, but not everywhere: the producer is told when its time is over.
        let late = try client.produced(try client.send(Batches.make(1), to: "t", .readCommitted, timeout: 50))
        #expect(late.error == .requestTimedOut(milliseconds: 50, kind: .produce))
        let reader = try cluster.connect(try await cluster.leader("t-0"))
        try reader.ask(
            StreamFetchRequest(topic: "t", partition: 0, fetchOffset: 2, maxBytes: 1 << 20, isolation: .readCommitted))
        let producer = try cluster.connect(try await cluster.leader("t-0"))
        let waiting = try producer.send(Batches.make(4), to: "t", .readCommitted)
        #expect(throws: TestClient.Failure.self) { _ = try producer.receive(within: 1) }

        try cluster.tell(.start, follower)
        let answer = try producer.produced(waiting)
        #expect(answer.error == .success && answer.baseOffset == 6)
        _ = try reader.receive()
        try await cluster.settled("t-0")
        #expect(try client.fetch("t", from: 2, .readCommitted).highWatermark == 10)
    }

    @Test("A follower that is away holds back the high watermark until it is there again", arguments: [true, false])
    func stoppedFollower(killed: Bool) async throws {
        let cluster = try await ReplicaCluster()
        let (leader, follower, client) = try await topic(cluster)
        try cluster.tell(killed ? .kill : .stop, follower)
        for _ in 0..<20 {
            #expect(try client.produced(try client.send(Batches.make(5), to: "t", .readUncommitted)).error == .success)
        }
        #expect(try client.fetch("t", from: 0, .readCommitted).highWatermark == 0)
        #expect(try await cluster.leader("t-0") == leader)
        try cluster.tell(.start, follower)
        try await cluster.settled("t-0")
        #expect(try client.fetch("t", from: 0, .readCommitted).highWatermark == 100)
    }

    @Test("A topic of more replicas than servers waits, and is there when servers join")
    func moreServers() async throws {
        let directory = try TemporaryDirectory()
        do {
            let cluster = try await ReplicaCluster(spus: 1, directory: directory)
            #expect(try await cluster.client.create("t", replicas: 3).error == .topicNotProvisioned)
            let topic = try await cluster.client.call(ListRequest<TopicSpec>()).objects.first
            #expect(topic?.status.resolution == .insufficientResources)
            cluster.cluster.stop()
        }
        do {
            let cluster = try await ReplicaCluster(spus: 3, directory: directory)
            let topic = try await cluster.client.call(ListRequest<TopicSpec>()).objects.first
            #expect(topic?.status.resolution == .provisioned)
            #expect(try await cluster.partition("t-0").spec.replicas.sorted() == [5001, 5002, 5003])
            cluster.cluster.stop()
        }
        // The number is remembered; fewer would leave records out.
        #expect(throws: LocalClusterError.self) {
            var options = ClusterOptions.onFreePorts(directory: "\(directory.path)/data")
            options.spus = 2
            _ = try LocalCluster.start(options)
        }
        let cluster = try await ReplicaCluster(directory: directory) { $0.spus = nil }
        #expect(cluster.cluster.spus.keys.sorted() == [5001, 5002, 5003])
    }
}
