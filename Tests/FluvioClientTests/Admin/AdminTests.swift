import FluvioLocal
import FluvioProtocol
import Testing

@testable import FluvioClient

@Suite struct AdminTests {
    private func code(_ body: () async throws(FluvioError) -> Void) async -> FluvioError.Code? {
        do throws(FluvioError) {
            try await body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `A topic is as it was ordered, and ready when the call returns`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        var settings = TopicSettings(partitions: 3)
        settings.retention = .seconds(3600)
        settings.segmentSize = 100_000
        settings.maximumPartitionSize = 1_000_000
        settings.compression = .gzip
        try await client.admin.createTopic("orders", settings: settings)
        #expect(client.cluster.topology.current.isProvisioned("orders"))
        let topic = try await client.admin.topic("orders")
        #expect(topic.partitions == 3)
        #expect(topic.replication == 1)
        #expect(topic.state == .provisioned)
        #expect(topic.retention == .seconds(3600))
        #expect(topic.compression == .gzip)
        #expect(!topic.isSystem)
        #expect(try await client.admin.topicObject("orders").spec == settings.spec())
        let partitions = try await client.admin.partitions(of: "orders")
        #expect(partitions.map(\.partition) == [0, 1, 2])
        #expect(partitions.allSatisfy { $0.leader == ClusterOptions.firstSpu && $0.state == .online })
    }

    @Test func `What cannot be created says why`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let admin = try await cluster.connect().admin
        try await admin.createTopic("there")
        #expect(await code { () throws(FluvioError) in try await admin.createTopic("there") } == .objectExists)
        #expect(await code { () throws(FluvioError) in try await admin.createTopic("Not Good") } == .objectInvalid)
        #expect(await code { () throws(FluvioError) in try await admin.createTopic("") } == .invalidArgument)
        var settings = TopicSettings()
        settings.retention = .seconds(1)
        let error = await #expect(throws: FluvioError.self) {
            try await admin.createTopic("short", settings: settings)
        }
        #expect(error?.code == .objectInvalid)
        #expect(error?.message.hasPrefix("cannot create topic 'short': ") == true)
        #expect(try await admin.topics().map(\.name) == ["there"])
    }

    @Test func `A check creates nothing`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let admin = try await cluster.connect().admin
        try await admin.validateTopic("maybe", settings: TopicSettings())
        #expect(
            await code { () throws(FluvioError) in
                try await admin.validateTopic("No", settings: TopicSettings())
            } == .objectInvalid)
        #expect(try await admin.topics().isEmpty)
    }

    @Test func `Names are exact, though the wire looks for parts of them`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let admin = try await cluster.connect().admin
        for name in ["a", "aa", "b-a"] { try await admin.createTopic(name) }
        #expect(try await admin.topic("a").name == "a")
        #expect(try await admin.list(.topic, names: ["a", "b-a", "c"]).map(\.name).sorted() == ["a", "b-a"])
        #expect(try await admin.list(.partition, names: ["aa-0"]).map(\.name) == ["aa-0"])
        #expect(try await admin.list(.topic, names: []).isEmpty)
        let error = await #expect(throws: FluvioError.self) { try await admin.topic("b") }
        #expect(error?.code == .topicNotFound)
        #expect(error?.code.category == .failed)
    }

    @Test func `System topics are shown when asked for, and by name`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let admin = try await cluster.connect().admin
        try await admin.createTopic("mine")
        #expect(try await admin.topics().map(\.name) == ["mine"])
        #expect(try await admin.topics(includingSystem: true).map(\.name) == ["consumer-offset", "mine"])
        #expect(try await admin.topic("consumer-offset").isSystem)
    }

    @Test func `A deleted topic is gone when the call returns, and can be made again`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        for _ in 0..<3 {
            try await client.admin.createTopic("phoenix")
            try await client.admin.deleteTopic("phoenix")
            #expect(client.cluster.topology.current.topics["phoenix"] == nil)
        }
        let admin = client.admin
        #expect(await code { () throws(FluvioError) in try await admin.deleteTopic("phoenix") } == .topicNotFound)
        #expect(
            await code { () throws(FluvioError) in try await admin.deleteTopic("consumer-offset") } == .objectInvalid)
    }

    @Test func `Partitions are added, and ready when the call returns`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        let admin = client.admin
        try await admin.createTopic("grows")
        try await admin.addPartitions(2, to: "grows")
        #expect(try await client.cluster.leader(of: ReplicaKey(topic: "grows", partition: 2)) > 0)
        #expect(try await admin.partitions(of: "grows").count == 3)
        #expect(await code { () throws(FluvioError) in try await admin.addPartitions(1, to: "none") } == .topicNotFound)
        #expect(
            await code { () throws(FluvioError) in try await admin.addPartitions(0, to: "grows") } == .invalidArgument)
    }

    @Test func `Partitions of one topic are not those of another, and none are an error`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let admin = try await cluster.connect().admin
        try await admin.createTopic("x")
        try await admin.createTopic("x-0")
        #expect(try await admin.partitions(of: "x").map(\.topic) == ["x"])
        #expect(Set(try await admin.partitions().map(\.topic)).isSuperset(of: ["x", "x-0"]))
        #expect(
            await code { () throws(FluvioError) in _ = try await admin.partitions(of: "y") } == .topicNotFound)
    }

    @Test func `SPUs are shown with their addresses`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let spus = try await cluster.connect().admin.spus()
        #expect(spus.map(\.id) == [ClusterOptions.firstSpu])
        #expect(spus.first?.isOnline == true)
        #expect(spus.first?.address?.hasPrefix("localhost:") == true)
    }

    @Test func `Offsets are those of the records`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        try await client.admin.createTopic("counted", settings: TopicSettings(partitions: 2))
        #expect(
            try await client.admin.offsets(of: "counted").map { [Int64($0.partition), $0.start, $0.end] }
                == [[0, 0, 0], [1, 0, 0]])
        let producer = try await client.producer(for: "counted")
        for number in 0..<5 { try await producer.send(value: [UInt8(number)], partition: 1) }
        try await producer.finish()
        #expect(
            try await client.admin.offsets(of: "counted").map { [Int64($0.partition), $0.start, $0.end] }
                == [[0, 0, 0], [1, 0, 5]])
        #expect(await code { () throws(FluvioError) in _ = try await client.admin.offsets(of: "no") } == .topicNotFound)
    }

    @Test func `Stored offsets of consumers are listed, and an absent one is deleted in silence`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let admin = try await cluster.connect().admin
        #expect(try await admin.consumerOffsets().isEmpty)
        try await admin.deleteConsumerOffset("nobody", of: ReplicaKey(topic: "consumer-offset", partition: 0))
    }

    @Test func `Records go out and come in through one client`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        try await client.admin.createTopic("loop")
        let producer = try await client.producer(for: "loop")
        for number in 0..<100 { try await producer.send(value: Array("record \(number)".utf8)) }
        try await producer.finish()
        var settings = ConsumerSettings()
        settings.stopsAtEnd = true
        let consumer = try await client.consumer(of: "loop", settings: settings)
        var values: [String] = []
        for try await batch in consumer.batches {
            values += batch.map { String(decoding: $0.value, as: UTF8.self) }
        }
        #expect(values == (0..<100).map { "record \($0)" })
    }
}
