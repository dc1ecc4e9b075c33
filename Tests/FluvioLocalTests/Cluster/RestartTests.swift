import FluvioProtocol
import FluvioTransport
import Foundation
import Testing
import Unix

@testable import FluvioLocal

@Suite("A cluster that starts on a directory")
struct RestartTests {
    let directory: TemporaryDirectory
    let lines = Lines()
    init() throws { directory = try TemporaryDirectory() }

    /// All that can be listed, as on the wire.
    private func everything(_ cluster: LocalCluster) async throws -> [String: [UInt8]] {
        let client = try await ClusterClient(cluster.endpoint)
        func list<Spec: WireSpec>(_: Spec.Type, system: Bool = false) async throws -> [UInt8] {
            let response = try await client.call(ListRequest<Spec>(system: system))
            #expect(!response.objects.isEmpty, "\(Spec.kind)")
            return try response.responseFrame(version: 19, correlationID: 0)
        }
        var spus = try await client.call(ListRequest<SpuSpec>())
        for index in spus.objects.indices where spus.objects[index].spec.id == 5001 {
            // They are others every time.
            spus.objects[index].spec.publicEndpoint.port = 0
            spus.objects[index].spec.privateEndpoint.port = 0
        }
        return [
            "topics": try await list(TopicSpec.self), "system": try await list(TopicSpec.self, system: true),
            "partitions": try await list(PartitionSpec.self),
            "system partitions": try await list(PartitionSpec.self, system: true),
            "spus": try spus.responseFrame(version: 19, correlationID: 0), "groups": try await list(SpuGroupSpec.self),
            "modules": try await list(SmartModuleSpec.self), "formats": try await list(TableFormatSpec.self),
            "mirrors": try await list(MirrorSpec.self),
        ]
    }

    private func fill(_ cluster: LocalCluster) async throws {
        let client = try await ClusterClient(cluster.endpoint)
        #expect(try await client.create("a", partitions: 3).error == .success)
        let spec = TopicSpec(
            replicas: .assigned([PartitionMap(id: 0, replicas: [5001])]), cleanupPolicy: .segment(seconds: 60),
            storage: TopicStorageConfig(segmentSize: 4_096, maxPartitionSize: 65_536), compression: .lz4, system: true)
        #expect(try await client.call(CreateRequest(name: "123", spec: spec)).error == .success)
        #expect(try await client.create("waits", replicas: 2).error == .topicNotProvisioned)
        #expect(try await client.create("gone").error == .success)
        #expect(try await client.delete("gone").error == .success)
        let spu = CustomSpuSpec(
            id: 7, publicEndpoint: IngressPort(port: 1), privateEndpoint: SpuEndpoint(port: 2, host: "h"), rack: "r")
        #expect(try await client.call(CreateRequest(name: "other", spec: spu)).error == .success)
        #expect(
            try await client.call(CreateRequest(name: "g", spec: SpuGroupSpec(replicas: 2, minID: 1))).error == .success
        )
        #expect(try await client.call(CreateRequest(name: "m", spec: SmartModuleSpec())).error == .success)
        #expect(try await client.call(CreateRequest(name: "f", spec: TableFormatSpec(name: "f"))).error == .success)
        #expect(
            try await client.call(CreateRequest(name: "r", spec: MirrorSpec.remote(RemoteMirror(id: "r")))).error
                == .success)
    }

    @Test("has all it had when it was stopped")
    func restart() async throws {
        let first = try directory.cluster(lines)
        try await fill(first)
        let before = try await everything(first)
        first.stop()
        let files = try directory.names(in: "data/metadata/Partition")
        for _ in 0..<2 {
            let next = try directory.cluster(lines)
            let after = try await everything(next)
            for (kind, objects) in before { #expect(after[kind] == objects) }
            next.stop()
        }
        #expect(try directory.names(in: "data/metadata/Partition") == files)
        #expect(lines.all.isEmpty)
    }

    @Test("finishes the deletion that a crash cut off")
    func deletion() async throws {
        let first = try directory.cluster(lines)
        let client = try await ClusterClient(first.endpoint)
        _ = try await client.create("t", partitions: 2)
        first.stop()
        var file = try MetadataFile<TopicSpec>(directory.bytes("data/metadata/Topic/t.yaml"))
        file.object.status.resolution = .deleting
        try directory.write(file.bytes(), to: "data/metadata/Topic/t.yaml")
        let next = try directory.cluster(lines)
        #expect(try await ClusterClient(next.endpoint).topics().isEmpty)
        next.stop()
        #expect(try directory.names(in: "data/metadata/Topic") == ["consumer-offset.yaml"])
        #expect(try directory.names(in: "data/metadata/Partition") == ["consumer-offset-0.yaml"])
        #expect(
            try directory.names(in: "data/spu-logs-5001").filter { $0.hasPrefix("t-") && !$0.hasSuffix(".deleted") }
                .isEmpty)
    }

    @Test("makes partitions again whose files are missing or damaged, with the records they had")
    func partitions() async throws {
        let first = try directory.cluster(lines)
        _ = try await ClusterClient(first.endpoint).create("t", partitions: 3)
        let port = try #require(first.spus[5001]?.port)
        #expect(try await produce(to: "t", partition: 1, port: port, records: 5) == 0)
        first.stop()
        try directory.remove("data/metadata/Partition/t-0.yaml")
        try directory.write([], to: "data/metadata/Partition/t-1.yaml")
        let next = try directory.cluster(lines)
        let partitions = try await ClusterClient(next.endpoint).partitions()
        #expect(partitions.map(\.name) == ["t-0", "t-1", "t-2"])
        #expect(partitions.map(\.status.leader.leo) == [0, 5, 0])
        #expect(partitions.allSatisfy { $0.status.resolution == .online })
        #expect(lines.all.count == 1 && lines.all[0].contains("t-1.yaml"))
    }

    @Test("does not serve a topic that it cannot understand")
    func damagedTopic() throws {
        try directory.makeDirectory("data/metadata/Topic")
        try directory.write([0x7b], to: "data/metadata/Topic/x.yaml")
        let error = #expect(throws: LocalClusterError.self) { try directory.cluster() }
        guard case .metadata(let file, _) = error else { throw Unexpected("\(String(describing: error))") }
        #expect(file.hasSuffix("data/metadata/Topic/x.yaml"))
        // The directory is free again.
        #expect(try !DirectoryLock.isHeld("\(directory.path)/data"))
    }

    @Test("of a real cluster has its topics, serves what it has servers for, and names the others")
    func realDirectory() async throws {
        try directory.unpackRealData()
        let topics = try directory.names(in: "metadata/Topic")
        let before = try topics.map { try directory.bytes("metadata/Topic/\($0)") }
        let cluster = try LocalCluster.start(.onFreePorts(directory: directory.path, say: lines.say))
        let client = try await ClusterClient(cluster.endpoint)
        #expect(try await client.topics() == ["r3", "seg", "seg2", "segz", "t3"])
        let partitions = try await client.partitions()
        // Of r3 and t3 the captured directory has only the files of partition 0.
        #expect(
            partitions.map(\.name) == ["r3-0", "r3-1", "r3-2", "seg-0", "seg2-0", "segz-0", "t3-0", "t3-1", "t3-2"])
        for partition in partitions {
            #expect(partition.status.resolution == (partition.spec.leader == 5001 ? .online : .leaderOffline))
        }
        #expect(partitions.first { $0.name == "seg-0" }?.status.leader == ReplicaStatus(spu: 5003, hw: 240, leo: 240))
        let system = try await client.call(ListRequest<PartitionSpec>(system: true)).objects
        #expect(system.map(\.status.leader) == [ReplicaStatus(spu: 5001, hw: 5, leo: 5)])
        let spus = try await client.call(ListRequest<SpuSpec>()).objects
        #expect(spus.map(\.status.resolution) == [.online, .offline, .offline])
        #expect(lines.all.count == 1 && lines.all[0].contains("5002, 5003"))
        cluster.stop()
        for (name, bytes) in zip(topics, before) where name != "r3.yaml" && name != "t3.yaml" {
            #expect(try directory.bytes("metadata/Topic/\(name)") == bytes, "\(name)")
        }
    }

    @Test("that another one has is refused with the process that has it")
    func inUse() throws {
        let first = try directory.cluster()
        #expect(throws: LocalClusterError.inUse(directory: first.options.directory, pid: getpid())) {
            try directory.cluster()
        }
        first.stop()
        try directory.cluster().stop()
    }

    @Test("on a port that is taken is an error with that port, and the directory is free again")
    func portTaken() throws {
        let first = try directory.cluster()
        let other = try TemporaryDirectory()
        for isController in [true, false] {
            var options = ClusterOptions.onFreePorts(directory: "\(other.path)/data")
            let port = try #require(isController ? first.endpoint.port : first.spus[5001]?.port)
            if isController { options.controllerPort = port } else { options.spuPort = port }
            let error = #expect(throws: LocalClusterError.self) { try LocalCluster.start(options) }
            guard case .listen("127.0.0.1", port, let cause) = error else {
                throw Unexpected("\(String(describing: error))")
            }
            #expect(cause.code == EADDRINUSE)
            #expect(try !DirectoryLock.isHeld(options.directory))
        }
    }

    @Test("What the options ask for in vain is refused")
    func options() {
        var options = ClusterOptions.onFreePorts(directory: "\(directory.path)/data")
        for number in [-1, 0, 101] {
            options.spus = number
            #expect(throws: LocalClusterError.self) { try LocalCluster.start(options) }
        }
        #expect(throws: LocalClusterError.self) { try LocalCluster.start(.onFreePorts(directory: "")) }
        #expect(throws: LocalClusterError.self) { try LocalCluster.start(.onFreePorts(directory: "/dev/null/x")) }
    }

    @Test(
        "The advertised host is the machine itself, unless others can connect",
        arguments: [
            ("127.0.0.1", nil, "localhost", false), ("127.1.2.3", nil, "localhost", false),
            ("::1", nil, "localhost", false),
            ("192.0.2.1", nil, "192.0.2.1", true), ("192.0.2.1", "db.example", "db.example", true),
            ("127.0.0.1", "db.example", "db.example", false),
        ] as [(String, String?, String, Bool)])
    func advertised(bind: String, asked: String?, host: String, warns: Bool) {
        var options = ClusterOptions(directory: "x", say: lines.say)
        options.bind = bind
        options.advertised = asked
        #expect(options.advertisedHost == host)
        options.warn()
        #expect(lines.all.count == (warns ? 1 : 0))
    }
}
