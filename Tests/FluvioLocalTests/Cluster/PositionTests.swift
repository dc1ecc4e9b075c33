import FluvioProtocol
import FluvioTransport
import Testing

@testable import FluvioLocal

@Suite("Positions of partitions as watchers see them")
struct PositionTests {
    @Test("What is produced is told, and then there is silence")
    func positions() async throws {
        let directory = try TemporaryDirectory()
        let cluster = try directory.cluster()
        let client = try await ClusterClient(cluster.endpoint)
        _ = try await client.create("t")
        let watch = try client.watch(PartitionSpec.self)
        #expect(try await watch.next().all.map(\.name).contains("t-0"))
        let port = try #require(cluster.spus[5001]?.port)
        var told = 0
        for round in 1...3 {
            for _ in 0..<20 { _ = try await produce(to: "t", port: port, records: 5) }
            let end = Int64(round * 100)
            let changes = try await watch.changes { $0.last?.object.status.leader.leo == end }
            let status = try #require(changes.last?.object.status)
            #expect(status.resolution == .online && status.leader == ReplicaStatus(spu: 5001, hw: end, leo: end))
            #expect(status.size > 0 && status.baseOffset == 0)
            told += changes.count
        }
        // Far fewer than the sixty appends.
        #expect(told <= 15)
        // A report of something else ends the silence, if there was any.
        _ = try await client.create("u")
        #expect(try await watch.next().changes.map(\.text) == ["+ u-0"])
    }

    @Test("A topic that is made again does not inherit the positions of the one before")
    func recreated() async throws {
        let directory = try TemporaryDirectory()
        let cluster = try directory.cluster()
        let client = try await ClusterClient(cluster.endpoint)
        let port = try #require(cluster.spus[5001]?.port)
        for _ in 0..<20 {
            #expect(try await client.create("t").error == .success)
            #expect(try await produce(to: "t", port: port, records: 5) == 0)
            #expect(try await client.delete("t").error == .success)
        }
        #expect(try await client.create("t").error == .success)
        #expect(try await client.partitions().map(\.status.leader.leo) == [0])
    }
}
