import FluvioLocal
import FluvioProtocol
import FluvioTransport
import Synchronization
import Testing

@testable import FluvioClient

@Suite struct MetadataTests {
    @Test func `A topic that is not there is said so without waiting`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        let error = await #expect(throws: FluvioError.self) {
            // Well above what an answer takes, and an empty cluster is not waited for.
            try await client.cluster.topic(named: "nothing", within: .seconds(300))
        }
        #expect(error?.code == .topicNotFound)
    }

    @Test func `What another client creates and deletes is heard of`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let (one, other) = (try await cluster.connect(), try await cluster.connect())
        let topology = one.cluster.topology
        try await other.admin.createTopic("news", TopicSpec(partitions: 2))
        try await eventually("the topic comes") { topology.current.isProvisioned("news") }
        #expect(topology.current.partitions["news"]?.keys.sorted() == [0, 1])
        try await other.admin.deleteTopic("news")
        try await eventually("the topic goes") {
            topology.current.topics["news"] == nil && topology.current.partitions["news"] == nil
        }
    }

    @Test func `The leader of a partition is found, and reached`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        try await client.admin.createTopic("t")
        let replica = ReplicaKey(topic: "t", partition: 0)
        let leader = try await client.cluster.leader(of: replica)
        #expect(leader == ClusterOptions.firstSpu)
        let link = try await client.cluster.sharedLink(to: leader)
        let offsets = try await link.offsets(of: replica)
        #expect(offsets == (0, 0))
        let error = await #expect(throws: FluvioError.self) {
            try await client.cluster.leader(of: ReplicaKey(topic: "t", partition: 1))
        }
        #expect(error?.code == .partitionNotFound)
    }

    @Test func `A leader that is still named when the wait for another is over is tried again`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        try await client.admin.createTopic("t")
        let replica = ReplicaKey(topic: "t", partition: 0)
        let leader = try await client.cluster.leader(of: replica)
        #expect(try await client.cluster.leader(of: replica, not: leader, within: .milliseconds(20)) == leader)
    }

    @Test func `An SPU that the SC does not know is unreachable`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        var settings = ClientSettings()
        settings.requestTimeout = .seconds(2)
        let client = try await Fluvio.connect(to: cluster.target, settings: settings)
        let error = await #expect(throws: FluvioError.self) { try await client.cluster.sharedLink(to: 7) }
        #expect(error?.code == .unreachable)
    }

    // MARK: Connections

    @Test func `Everybody shares one connection to an SPU, made once`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        let ids = try await withThrowingTaskGroup(of: ObjectIdentifier.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    ObjectIdentifier(try await client.cluster.sharedLink(to: ClusterOptions.firstSpu).connection)
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
    }

    @Test func `A broken shared connection is replaced`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        let first = try await client.cluster.sharedLink(to: ClusterOptions.firstSpu)
        first.connection.close()
        let second = try await client.cluster.sharedLink(to: ClusterOptions.firstSpu)
        #expect(second.connection !== first.connection)
        #expect(second.connection.isOpen)
    }

    @Test func `A connection of one's own is shared with nobody`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        let own = try await client.cluster.connect(to: ClusterOptions.firstSpu)
        let shared = try await client.cluster.sharedLink(to: ClusterOptions.firstSpu)
        #expect(own.connection !== shared.connection)
        #expect(try await client.cluster.connect(to: ClusterOptions.firstSpu).connection !== own.connection)
        client.close()
        #expect(!own.connection.isOpen)
        #expect(!shared.connection.isOpen)
    }

    @Test func `The one who waits for a connection gets it though the one who makes it is cancelled`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        for _ in 0..<20 {
            let maker = Task { try await client.cluster.sharedLink(to: ClusterOptions.firstSpu) }
            let waiter = Task { try await client.cluster.sharedLink(to: ClusterOptions.firstSpu) }
            await Task.yield()
            maker.cancel()
            let link = try await waiter.value
            #expect(link.connection.isOpen)
            link.connection.close()
            _ = await maker.result
        }
    }

    // MARK: The SC goes and comes

    @Test func `News goes on after the SC was away`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let events = Mutex<[String]>([])
        let client = try await cluster.connect { event in
            switch event {
            case .lost: events.withLock { $0.append("lost") }
            case .unverified: break
            case .recovered: events.withLock { $0.append("recovered") }
            }
        }
        try await client.admin.createTopic("before")
        cluster.stop()
        try await eventually("the loss is told") { events.withLock { $0 } == ["lost"] }
        // What was known is still known.
        #expect(try await client.cluster.topic(named: "before").name == "before")
        try cluster.start()
        try await eventually("the recovery is told") { events.withLock { $0 } == ["lost", "recovered"] }
        let other = try await cluster.connect()
        try await other.admin.createTopic("after")
        try await eventually("news comes") { client.cluster.topology.current.topics["after"] != nil }
        try await other.admin.deleteTopic("before")
        try await eventually("old news goes") { client.cluster.topology.current.topics["before"] == nil }
    }

    @Test func `A question waits for an SC that comes back, and ends when it does not`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        var settings = ClientSettings()
        settings.requestTimeout = .seconds(60)
        let client = try await Fluvio.connect(to: cluster.target, settings: settings)
        cluster.stop()
        async let topics = client.admin.list(.topic)
        try cluster.start()
        #expect(try await topics.isEmpty)
        cluster.stop()
        let error = await #expect(throws: FluvioError.self) {
            try await client.cluster.ask(ListRequest<TopicSpec>(), timeout: .milliseconds(300), isRepeatable: true)
        }
        #expect(error?.code == .unreachable)
    }

    @Test func `Closing a client ends what waits`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let client = try await cluster.connect()
        cluster.stop()
        let question = Task { try await client.admin.list(.topic) }
        let lookup = Task { try await client.cluster.sharedLink(to: 99) }
        await Task.yield()
        client.close()
        for result in [await question.result.map { _ in }, await lookup.result.map { _ in }] {
            let error = #expect(throws: FluvioError.self) { try result.get() }
            #expect(error?.code == .closed)
        }
        let error = await #expect(throws: FluvioError.self) { try await client.admin.list(.topic) }
        #expect(error?.code == .closed)
    }
}
