import FluvioProtocol
import FluvioTransport
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("The loss of a server", .timeLimit(.minutes(10)))
struct FailoverTests {
    @Test("Another replica leads, all watchers are told as a real cluster tells them, and nothing committed is lost")
    func kill() async throws {
        let cluster = try await ReplicaCluster()
        _ = try await cluster.client.create("t", replicas: 2)
        let old = try await cluster.partition("t-0").spec
        let follower = try #require(old.replicas.first { $0 != old.leader })
        let producer = try cluster.connect(old.leader)
        #expect(try producer.produced(try producer.send(Batches.make(7), to: "t", .readCommitted)).error == .success)
        // Its last status is what an election goes by.
        _ = try await eventually("the leader's report") { () async throws -> Bool? in
            let status = try await cluster.partition("t-0").status
            return status.leader == ReplicaStatus(spu: old.leader, hw: 7, leo: 7) && status.lsr == 1
                && status.replicas == [ReplicaStatus(spu: follower, hw: 7, leo: 7)] ? true : nil
        }
        let servers = try cluster.client.watch(SpuSpec.self)
        let partitions = try cluster.client.watch(PartitionSpec.self)
        _ = try await (servers.next(), partitions.next())

        try cluster.tell(.kill, old.leader)
        #expect(throws: (any Error).self) { _ = try producer.receive() }
        #expect(throws: TestClient.Failure.self) { try cluster.connect(old.leader) }
        let away = try await servers.next().changes
        guard case .update(let server)? = away.first, away.count == 1 else { throw Unexpected(away) }
        #expect(server.spec.id == old.leader && server.status.resolution == .offline)
        // The first push has the new leader, and still the status of the old one.
        let moved = try await partitions.next().changes
        guard case .update(let partition)? = moved.first, moved.count == 1 else { throw Unexpected(moved) }
        #expect(partition.spec.leader == follower && partition.spec.replicas == old.replicas)
        #expect(partition.status.resolution == .online && partition.status.leader.spu == old.leader)
        _ = try await partitions.changes { changes in
            changes.contains {
                if case .update(let partition) = $0 { partition.status.leader.spu == follower } else { false }
            }
        }

        let client = try cluster.connect(follower)
        #expect(try client.fetch("t", from: 0, .readUncommitted).records.bytes.count > 0)
        let more = try client.produced(try client.send(Batches.make(2), to: "t", .readUncommitted))
        #expect(more.error == .success && more.baseOffset == 7)
        try cluster.tell(.start, old.leader)
        try await cluster.settled("t-0")
        #expect(try await cluster.leader("t-0") == follower)
        let refused = try cluster.connect(old.leader)
        #expect(
            try refused.produced(try refused.send(Batches.make(1), to: "t", .readUncommitted)).error
                == .notLeaderForPartition)
    }

    @Test("Where the follower is too far behind, the partition waits for its leader")
    func wait() async throws {
        let cluster = try await ReplicaCluster { $0.spuTimeout = .seconds(600) }
        _ = try await cluster.client.create("t", replicas: 2)
        let spec = try await cluster.partition("t-0").spec
        let follower = try #require(spec.replicas.first { $0 != spec.leader })
        try cluster.tell(.freeze, follower)
        let client = try cluster.connect(spec.leader)
        #expect(try client.produced(try client.send(Batches.make(9), to: "t", .readUncommitted)).error == .success)
        _ = try await eventually("the leader's report") { () async throws -> Bool? in
            try await cluster.partition("t-0").status.leader.leo == 9 ? true : nil
        }
        try cluster.tell(.kill, spec.leader)
        try cluster.tell(.start, follower)
        let waiting = try await cluster.partition("t-0")
        #expect(waiting.spec.leader == spec.leader && waiting.status.resolution == .leaderOffline)
        #expect(cluster.cluster.status?.offlinePartitions ?? 0 >= 1)
        let refused = try cluster.connect(follower)
        #expect(
            try refused.produced(try refused.send(Batches.make(1), to: "t", .readUncommitted)).error
                == .notLeaderForPartition)
        try cluster.tell(.start, spec.leader)
        try await cluster.settled("t-0")
        #expect(try await cluster.partition("t-0").status.resolution == .online)
        #expect(try cluster.log(spec.leader, "t-0").end == 9)
    }

    @Test("A frozen leader is taken for online until its time is over; it comes back with another tail, which is cut")
    func thaw() async throws {
        let cluster = try await ReplicaCluster { $0.spuTimeout = .seconds(2) }
        _ = try await cluster.client.create("t", replicas: 3)
        let spec = try await cluster.partition("t-0").spec
        let client = try cluster.connect(spec.leader)
        #expect(
            try client.produced(try client.send(Batches.make(5, tag: 1), to: "t", .readCommitted)).error == .success)
        _ = try await eventually("the leader's report") { () async throws -> Bool? in
            try await cluster.partition("t-0").status.lsr == 2 ? true : nil
        }
        try cluster.tell(.freeze, spec.leader)
        // The socket takes it, and the server will when it goes on.
        let late = try client.send(Batches.make(4, tag: 2), to: "t", .readUncommitted)
        let mute = try cluster.connect(spec.leader)
        _ = try mute.ask(FetchOffsetsRequest())
        #expect(cluster.cluster.status?.spus.first { $0.id == spec.leader }?.condition == .frozen)
        let next = try await eventually("a new leader") { () async throws -> Int32? in
            let leader = try await cluster.leader("t-0")
            return leader == spec.leader ? nil : leader
        }
        let other = try cluster.connect(next)
        // As many records as the old leader is about to take, and others.
        let answer = try await eventually("the new leader to serve") { () throws -> PartitionProduceResponse? in
            let answer = try other.produced(try other.send(Batches.make(4, tag: 3), to: "t", .readUncommitted))
            return answer.error == .success ? answer : nil
        }
        #expect(answer.baseOffset == 5)
        try cluster.tell(.start, spec.leader)
        // It answers what it held, then learns that it leads no more.
        _ = try? client.produced(late)
        var ends = false
        while !ends { do { _ = try client.receive() } catch TestClient.Failure.silence { break } catch { ends = true } }
        #expect(ends)
        _ = try await eventually("all replicas to have the new leader's records") { () async throws -> Bool? in
            try spec.replicas.allSatisfy { try cluster.log($0, "t-0").end == 9 } ? true : nil
        }
        try await cluster.settled("t-0")
        #expect(Batches.headers(try cluster.records(spec.leader, "t-0")).map(\.firstSequence) == [1, 3])
    }

    @Test("The controller is restarted while the servers go on: watches begin anew, a loss meanwhile is noticed")
    func controller() async throws {
        let cluster = try await ReplicaCluster()
        _ = try await cluster.client.create("t", replicas: 2)
        let spec = try await cluster.partition("t-0").spec
        let client = try cluster.connect(spec.leader)
        #expect(try client.produced(try client.send(Batches.make(5), to: "t", .readCommitted)).error == .success)
        try cluster.cluster.restartController {
            #expect(throws: (any Error).self) { try TestClient(port: cluster.cluster.endpoint.port) }
            #expect(
                (try? client.produced(try client.send(Batches.make(1), to: "t", .readCommitted)))?.error == .success)
        }
        await #expect(throws: (any Error).self) { try await cluster.client.topics() }
        let second = try await ClusterClient(cluster.cluster.endpoint)
        #expect(try await second.topics() == ["t"])
        #expect(try client.produced(try client.send(Batches.make(1), to: "t", .readCommitted)).error == .success)
        let watch = try second.watch(PartitionSpec.self)
        #expect(try await watch.next().all.contains { $0.name == "t-0" && $0.spec.leader == spec.leader })
        try cluster.cluster.restartController { cluster.cluster.fleet.kill(spec.leader) }
        let third = try await ClusterClient(cluster.cluster.endpoint)
        let partition = try #require(try await third.partitions().first { $0.name == "t-0" })
        #expect(partition.spec.leader != spec.leader)
    }
}
