import FluvioProtocol
import FluvioTransport
import Testing

@testable import FluvioLocal

@Suite("Topics of a running cluster")
struct TopicTests {
    let directory: TemporaryDirectory
    let cluster: LocalCluster

    init() throws {
        directory = try TemporaryDirectory()
        cluster = try directory.cluster()
    }

    @Test("The system topic is always there, and only for who asks for it")
    func systemTopic() async throws {
        let client = try await ClusterClient(cluster.endpoint)
        #expect(try await client.topics().isEmpty)
        let system = try await client.call(ListRequest<TopicSpec>(system: true)).objects
        #expect(
            system == [
                Metadata(
                    name: "consumer-offset", spec: SystemTopic.spec,
                    status: TopicStatus(resolution: .provisioned, replicaMap: [0: [5001]], reason: ""))
            ])
        #expect(try await client.partitions().isEmpty)
        #expect(
            try await client.call(ListRequest<PartitionSpec>(system: true)).objects.map(\.name) == ["consumer-offset-0"]
        )
    }

    @Test("A topic is there with all its partitions when its creation is answered")
    func create() async throws {
        let client = try await ClusterClient(cluster.endpoint)
        #expect(try await client.create("t3", partitions: 3) == StatusResponse(name: "t3"))
        #expect(try await client.partitions().map(\.name) == ["t3-0", "t3-1", "t3-2"])
        for partition in try await client.partitions() {
            #expect(partition.spec == PartitionSpec(leader: 5001, replicas: [5001]))
            #expect(partition.status.resolution == .online)
        }
        #expect(
            try directory.names(in: "data/metadata/Partition") == [
                "consumer-offset-0.yaml", "t3-0.yaml", "t3-1.yaml", "t3-2.yaml",
            ])
        #expect(try await client.create("t3").error == .topicAlreadyExists)
    }

    @Test("A dry run makes nothing")
    func dryRun() async throws {
        let client = try await ClusterClient(cluster.endpoint)
        let spec = TopicSpec(replicas: .computed(TopicReplicaParameters()))
        #expect(
            try await client.call(CreateRequest(name: "dry", dryRun: true, spec: spec)) == StatusResponse(name: "dry"))
        #expect(try await client.topics().isEmpty)
        #expect(try await client.call(CreateRequest(name: "Dry", dryRun: true, spec: spec)).error == .topicInvalidName)
    }

    @Test("The settings of a topic are those of its partitions")
    func settings() async throws {
        let client = try await ClusterClient(cluster.endpoint)
        let spec = TopicSpec(
            replicas: .assigned([PartitionMap(id: 0, replicas: [5001])]), cleanupPolicy: .segment(seconds: 3_600),
            storage: TopicStorageConfig(segmentSize: 16_000_000, maxPartitionSize: 1_000_000_000), compression: .zstd)
        #expect(try await client.call(CreateRequest(name: "t", spec: spec)).error == .success)
        let partition = try #require(try await client.partitions().first)
        #expect(partition.spec.cleanupPolicy == spec.cleanupPolicy && partition.spec.storage == spec.storage)
        var told = PartitionConfiguration(leader: 5001, replicas: [5001])
        told.log.retention = .seconds(3_600)
        told.log.segmentBytes = 16_000_000
        told.log.maximumBytes = 1_000_000_000
        told.codec = .zstd
        #expect(PartitionConfiguration(partition.spec) == told)
    }

    @Test("A topic of more replicas than servers is kept, waits, and says so at once")
    func insufficient() async throws {
        let client = try await ClusterClient(cluster.endpoint)
        let answer = try await client.create("toomany", replicas: 3)
        #expect(answer.error == .topicNotProvisioned)
        #expect(answer.message?.contains("needs 3 SPUs and 1 is online") == true)
        let topic = try #require(try await client.call(ListRequest<TopicSpec>()).objects.first)
        #expect(topic.status == TopicStatus(resolution: .insufficientResources, reason: ""))
        #expect(try await client.partitions().isEmpty)
        #expect(
            try await client.call(UpdateRequest<TopicSpec>(key: "toomany", action: .addPartition(count: 1))).error
                == .topicNotProvisioned)
        #expect(try await client.delete("toomany").error == .success)
    }

    @Test("Deleting takes partitions and files, and what is not there is named")
    func delete() async throws {
        let client = try await ClusterClient(cluster.endpoint)
        _ = try await client.create("t", partitions: 2)
        #expect(try await client.delete("t") == StatusResponse(name: "t"))
        #expect(try await client.topics().isEmpty)
        #expect(try await client.partitions().isEmpty)
        #expect(try directory.names(in: "data/metadata/Topic") == ["consumer-offset.yaml"])
        #expect(try directory.names(in: "data/metadata/Partition") == ["consumer-offset-0.yaml"])
        #expect(try await client.delete("t") == StatusResponse(name: "t", error: .topicNotFound, message: "not found"))
    }

    @Test("A system topic is deleted by force alone, and then there is a new one")
    func deleteSystem() async throws {
        let client = try await ClusterClient(cluster.endpoint)
        #expect(
            try await client.delete("consumer-offset")
                == StatusResponse(
                    name: "consumer-offset", error: .systemSpecDeletionAttempt(kind: "topic", name: "consumer-offset")))
        #expect(try await client.delete("consumer-offset", force: true).error == .success)
        #expect(try await client.call(ListRequest<TopicSpec>(system: true)).objects.count == 1)
    }

    @Test("Partitions are added")
    func addPartitions() async throws {
        let client = try await ClusterClient(cluster.endpoint)
        _ = try await client.create("t")
        #expect(
            try await client.call(UpdateRequest<TopicSpec>(key: "t", action: .addPartition(count: 2)))
                == StatusResponse(name: "t"))
        let topic = try #require(try await client.call(ListRequest<TopicSpec>()).objects.first)
        #expect(topic.spec.replicas == .computed(TopicReplicaParameters(partitions: 3, replicationFactor: 1)))
        #expect(topic.status.replicaMap == [0: [5001], 1: [5001], 2: [5001]])
        #expect(try await client.partitions().map(\.name) == ["t-0", "t-1", "t-2"])
    }

    @Test("A filter is any part of the name; partitions have none")
    func filters() async throws {
        let client = try await ClusterClient(cluster.endpoint)
        for name in ["logs", "logs2", "t1"] { _ = try await client.create(name) }
        func names(_ filters: [String]) async throws -> [String] {
            try await client.call(ListRequest<TopicSpec>(nameFilters: filters)).objects.map(\.name)
        }
        #expect(try await names(["ogs"]) == ["logs", "logs2"])
        #expect(try await names(["2", "t"]) == ["logs2", "t1"])
        #expect(try await names([""]).count == 3)
        #expect(try await names(["LOGS"]).isEmpty)
        #expect(try await client.call(ListRequest<PartitionSpec>(nameFilters: ["none"])).objects.count == 3)
        #expect(try await client.call(ListRequest<SpuSpec>(nameFilters: ["5001"])).objects.count == 1)
        #expect(try await client.call(ListRequest<SpuSpec>(nameFilters: ["5002"])).objects.isEmpty)
    }

    @Test("Logs that belong to no topic are not read as those of a new one, and not lost")
    func orphans() async throws {
        let lines = Lines()
        let directory = try TemporaryDirectory()
        let cluster = try directory.cluster(lines)
        let file = "00000000000000000000.log"
        for name in ["t-0", "t-1"] {
            try directory.makeDirectory("data/spu-logs-5001/\(name)")
            try directory.write([1, 2, 3], to: "data/spu-logs-5001/\(name)/\(file)")
        }
        let client = try await ClusterClient(cluster.endpoint)
        #expect(try await client.create("t").error == .success)
        #expect(try directory.names(in: "data/set-aside") == ["t-0.1"])
        _ = try await client.call(UpdateRequest<TopicSpec>(key: "t", action: .addPartition(count: 1)))
        #expect(try directory.names(in: "data/set-aside") == ["t-0.1", "t-1.1"])
        #expect(try directory.bytes("data/set-aside/t-1.1/\(file)") == [1, 2, 3])
        #expect(try await client.partitions().map(\.status.leader.leo) == [0, 0])
        #expect(lines.all.contains { $0.contains("belonged to no topic") })
    }
}
