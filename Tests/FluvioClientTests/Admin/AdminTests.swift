import FluvioLocal
import FluvioProtocol
import Synchronization
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
        var spec = TopicSpec(partitions: 3)
        spec.cleanupPolicy = .segment(seconds: 3600)
        spec.storage = TopicStorageConfig(segmentSize: 100_000, maxPartitionSize: 1_000_000)
        spec.compression = .gzip
        try await client.admin.createTopic("orders", spec)
        #expect(client.cluster.topology.current.isProvisioned("orders"))
        let topic = try await client.admin.topic("orders")
        #expect(topic.spec == spec)
        #expect(topic.status.resolution == .provisioned)
        #expect(topic.owner == nil && !TopicSpec.isSystem(topic))
        let partitions = try await client.admin.partitions(of: "orders")
        #expect(partitions.map(\.key?.partition) == [0, 1, 2])
        #expect(
            partitions.allSatisfy {
                $0.spec.leader == ClusterOptions.firstSpu && $0.status.resolution == .online
                    && $0.owner?.kind == .topic && $0.owner?.name == "orders"
            })
    }

    @Test func `What cannot be created says why`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let admin = try await cluster.connect().admin
        try await admin.createTopic("there")
        #expect(await code { () throws(FluvioError) in try await admin.createTopic("there") } == .objectExists)
        #expect(await code { () throws(FluvioError) in try await admin.createTopic("Not Good") } == .objectInvalid)
        #expect(await code { () throws(FluvioError) in try await admin.createTopic("") } == .invalidArgument)
        var spec = TopicSpec(partitions: 1)
        spec.cleanupPolicy = .segment(seconds: 1)
        let error = await #expect(throws: FluvioError.self) {
            try await admin.createTopic("short", spec)
        }
        #expect(error?.code == .objectInvalid)
        #expect(error?.message.hasPrefix("cannot create topic 'short': ") == true)
        #expect(try await admin.list(.topic).map(\.name) == ["there"])
    }

    @Test func `A check creates nothing`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let admin = try await cluster.connect().admin
        try await admin.validateTopic("maybe", TopicSpec(partitions: 1))
        #expect(
            await code { () throws(FluvioError) in
                try await admin.validateTopic("No", TopicSpec(partitions: 1))
            } == .objectInvalid)
        #expect(try await admin.list(.topic).isEmpty)
    }

    @Test func `Names are exact, though the wire looks for parts of them`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let admin = try await cluster.connect().admin
        for name in ["a", "aa", "b-a"] { try await admin.createTopic(name) }
        #expect(try await admin.topic("a").name == "a")
        #expect(try await admin.list(.topic, named: ["a", "b-a", "c"]).map(\.name).sorted() == ["a", "b-a"])
        #expect(try await admin.list(.partition, named: ["aa-0"]).map(\.name) == ["aa-0"])
        #expect(try await admin.list(.topic, named: []).isEmpty)
        let error = await #expect(throws: FluvioError.self) { try await admin.topic("b") }
        #expect(error?.code == .topicNotFound)
        #expect(error?.code.category == .failed)
    }

    @Test func `System topics are shown when asked for, and by name`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let admin = try await cluster.connect().admin
        try await admin.createTopic("mine")
        #expect(try await admin.list(.topic).map(\.name) == ["mine"])
        #expect(try await admin.list(.topic, includingSystem: true).map(\.name) == ["consumer-offset", "mine"])
        #expect(try await admin.topic("consumer-offset").spec.system)
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
        #expect(try await admin.partitions(of: "x").map(\.key?.topic) == ["x"])
        #expect(Set(try await admin.list(.partition).map(\.key?.topic)).isSuperset(of: ["x", "x-0"]))
        #expect(
            await code { () throws(FluvioError) in _ = try await admin.partitions(of: "y") } == .topicNotFound)
    }

    @Test func `SPUs are shown with their addresses`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let spus = try await cluster.connect().admin.list(.spu)
        #expect(spus.map(\.spec.id) == [ClusterOptions.firstSpu])
        #expect(spus.first?.status.resolution == .online)
        #expect(spus.first?.spec.publicEndpoint.host == "localhost")
    }

    @Test func `Offsets are those of the records`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        try await client.admin.createTopic("counted", TopicSpec(partitions: 2))
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

    @Test func `A leader that is away is asked again for as long as a cluster is tried, and that is told`() async throws
    {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        var settings = ClientSettings()
        settings.requestTimeout = .milliseconds(100)
        settings.retry = .duration(.seconds(60))
        let lost = Mutex<[String]>([])
        let client = try await Fluvio.connect(to: cluster.target, settings: settings) { event in
            if case .lost(let error) = event { lost.withLock { $0.append("\(error)") } }
        }
        try await client.admin.createTopic("away")
        _ = try await client.admin.offsets(of: "away")
        cluster.stop()
        async let offsets = client.admin.offsets(of: "away")
        async let stored = client.admin.consumerOffsets()
        try await eventually("it is told") {
            lost.withLock {
                $0.contains { $0.hasPrefix("topic away") } && $0.contains { $0.hasPrefix("topic consumer-offset") }
            }
        }
        try cluster.start()
        #expect(try await offsets.map(\.end) == [0])
        #expect(try await stored.isEmpty)
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
