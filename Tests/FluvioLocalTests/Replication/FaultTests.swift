import FluvioProtocol
import FluvioTransport
import Synchronization
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("Faults on demand", .timeLimit(.minutes(10)))
struct FaultTests {
    let faults = FaultBoard()

    /// A cluster of two servers with a topic of two replicas; its leader.
    private func cluster() async throws -> (cluster: ReplicaCluster, leader: Int32) {
        let faults = faults
        let cluster = try await ReplicaCluster(spus: 2) { $0.faults = faults }
        #expect(try await cluster.client.create("t", replicas: 2).error == .success)
        return (cluster, try await cluster.leader("t-0"))
    }

    @Test("An answer is lost after the records were stored")
    func answerLost() async throws {
        let (cluster, leader) = try await cluster()
        faults.begin(.answerLost(spu: leader), times: 1)
        let client = try cluster.connect(leader)
        let id = try client.send(Batches.make(3), to: "t", .readCommitted)
        #expect(throws: (any Error).self) { try client.produced(id) }
        #expect(faults.count(of: .answerLost(spu: leader)) == 1)
        let second = try cluster.connect(leader)
        #expect(Batches.headers(Array(try second.fetch("t", from: 0, .readUncommitted).records.bytes)).count == 1)
        #expect(try second.produced(try second.send(Batches.make(1), to: "t", .readCommitted)).baseOffset == 3)
    }

    @Test("An answer ends in the middle, and so does a response of a stream")
    func answerCut() async throws {
        let (cluster, leader) = try await cluster()
        let client = try cluster.connect(leader)
        #expect(try client.produced(try client.send(Batches.make(3), to: "t", .readCommitted)).error == .success)
        faults.begin(.answerCut(spu: leader), times: 2)
        _ = try client.send(Batches.make(3), to: "t", .readCommitted)
        #expect(throws: TestClient.Failure.self) { try client.receive() }
        let reader = try cluster.connect(leader)
        try reader.ask(StreamFetchRequest(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 1 << 20))
        #expect(throws: TestClient.Failure.self) { try reader.receive() }
        #expect(faults.count(of: .answerCut(spu: leader)) == 2)
        #expect(try cluster.connect(leader).fetch("t", from: 0, .readUncommitted).highWatermark == 6)
    }

    @Test("A server is slow, but answers")
    func slow() async throws {
        let (cluster, leader) = try await cluster()
        let fault = Fault.slow(spu: leader, .milliseconds(300))
        let client = try cluster.connect(leader)
        faults.begin(fault)
        let begin = ContinuousClock.now
        #expect(try client.produced(try client.send(Batches.make(3), to: "t", .readUncommitted)).error == .success)
        // No less than it is told to take; how much more depends on the machine.
        #expect(ContinuousClock.now - begin >= .milliseconds(300))
        faults.end(fault)
        #expect(faults.count(of: fault) == 1)
        #expect(try client.fetch("t", from: 0, .readUncommitted).error == .success)
        #expect(faults.count(of: fault) == 1)
    }

    @Test("A leader says that it leads nothing")
    func wrongLeader() async throws {
        let (cluster, leader) = try await cluster()
        faults.begin(.wrongLeader(spu: leader), times: 3)
        let client = try cluster.connect(leader)
        #expect(
            try client.produced(try client.send(Batches.make(3), to: "t", .readCommitted)).error
                == .notLeaderForPartition)
        #expect(try client.fetch("t", from: 0, .readUncommitted).error == .notLeaderForPartition)
        let request = FetchOffsetsRequest(topics: [FetchOffsetTopic(name: "t", partitions: [0])])
        #expect(try client.call(request).topics.first?.partitions.first?.error == .partitionNotLeader)
        #expect(try client.produced(try client.send(Batches.make(3), to: "t", .readCommitted)).baseOffset == 0)
    }

    @Test("The controller names a wrong port")
    func wrongPort() async throws {
        let (cluster, leader) = try await cluster()
        let watch = try cluster.client.watch(SpuSpec.self)
        _ = try await watch.next()
        faults.begin(.wrongPort(spu: leader, 1))
        func named() async throws -> UInt16? {
            for change in try await watch.next().changes {
                if case .update(let spu) = change, spu.spec.id == leader { return spu.spec.publicEndpoint.port }
            }
            return nil
        }
        #expect(try await named() == 1)
        faults.end(.wrongPort(spu: leader, 1))
        #expect(try await named() == cluster.cluster.spus[leader]?.port)
    }

    @Test("A watch is stale for a while")
    func staleWatch() async throws {
        let (cluster, leader) = try await cluster()
        let watch = try cluster.client.watch(PartitionSpec.self)
        _ = try await watch.next()
        let client = try cluster.connect(leader)
        _ = try await eventually("the leader's report") { () async throws -> Bool? in
            try await cluster.partition("t-0").status.replicas.allSatisfy { $0.leo == 0 } ? true : nil
        }
        faults.begin(.staleWatch)
        // What was on its way before has come when this answer has, on the same connection.
        _ = try await cluster.client.topics()
        while !watch.isSilent { _ = try await watch.next() }
        #expect(try client.produced(try client.send(Batches.make(3), to: "t", .readCommitted)).error == .success)
        try cluster.tell(.kill, leader)
        #expect(try await cluster.leader("t-0") != leader)
        #expect(faults.count(of: .staleWatch) >= 1 && watch.isSilent)
        faults.end(.staleWatch)
        let changes = try await watch.changes { !$0.isEmpty }
        guard
            case .update(let partition)? = changes.first(where: { change in
                if case .update(let partition) = change { partition.name == "t-0" } else { false }
            })
        else { throw Unexpected(changes) }
        #expect(partition.spec.leader != leader)
    }

    @Test("Pushes come twice")
    func doubled() async throws {
        let (cluster, _) = try await cluster()
        let watch = try cluster.client.watch(TopicSpec.self)
        _ = try await watch.next()
        faults.begin(.doubledPushes)
        _ = try await cluster.client.create("u")
        let (first, second) = try await (watch.next(), watch.next())
        #expect(first.epoch == second.epoch && first.changes == second.changes && !first.changes.isEmpty)
    }

    @Test("Pushes come in the wrong order")
    func swapped() async throws {
        let (cluster, _) = try await cluster()
        let client = try await ClusterClient(cluster.cluster.endpoint)
        let watch = try client.watch(TopicSpec.self)
        _ = try await watch.next()
        faults.begin(.swappedPushes)
        _ = try await cluster.client.create("u")
        _ = try await cluster.client.create("v")
        let (first, second) = try await (watch.next(), watch.next())
        #expect(first.epoch > second.epoch)
        // One that has no partner comes when it is over.
        _ = try await cluster.client.create("w")
        #expect(watch.isSilent)
        faults.end(.swappedPushes)
        #expect(try await watch.next().epoch > first.epoch)
    }
}
