import Documents
import FluvioProtocol
import Testing

@testable import FluvioLocal

@Suite("Metadata files")
struct MetadataFileTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try directory.unpackRealData()
    }

    /// Reads every file of a kind and checks that it is written back byte for byte.
    private func check<Spec: WireSpec>(
        _: Spec.Type, count: Int
    ) throws -> [String: MetadataFile<Spec>] where Spec: YAMLCodable, Spec.Status: YAMLCodable {
        let kind = "metadata/\(Spec.kind.rawValue)"
        var files: [String: MetadataFile<Spec>] = [:]
        for name in try directory.names(in: kind) {
            let bytes = try directory.bytes("\(kind)/\(name)")
            let file = try MetadataFile<Spec>(bytes)
            #expect(try String(decoding: file.bytes(), as: UTF8.self) == String(decoding: bytes, as: UTF8.self))
            files[file.object.name] = file
        }
        #expect(files.count == count)
        return files
    }

    @Test("Topics of a real cluster are read, and written back byte for byte")
    func topics() throws {
        let files = try check(TopicSpec.self, count: 6)
        let t3 = try #require(files["t3"])
        #expect(
            t3.object.spec
                == TopicSpec(
                    replicas: .computed(TopicReplicaParameters(partitions: 3, replicationFactor: 1)),
                    cleanupPolicy: .segment(seconds: 3_600),
                    storage: TopicStorageConfig(segmentSize: 16_000_000, maxPartitionSize: 1_000_000_000),
                    compression: .gzip))
        #expect(
            t3.object.status
                == TopicStatus(
                    resolution: .provisioned, replicaMap: [0: [5001], 1: [5001], 2: [5001]], reason: ""))
        #expect(t3.history.revision == 8)
        #expect(t3.history.children.first?.objects.map(\.id) == ["t3-0", "t3-1", "t3-2"])
        #expect(files["consumer-offset"]?.object.spec == SystemTopic.spec)
    }

    @Test("Partitions of a real cluster are read, and written back byte for byte")
    func partitions() throws {
        let files = try check(PartitionSpec.self, count: 6)
        let r3 = try #require(files["r3-0"])
        #expect(r3.object.spec == PartitionSpec(leader: 5003, replicas: [5003, 5002]))
        #expect(
            r3.object.status
                == PartitionSpec.Status(
                    resolution: .online, leader: ReplicaStatus(spu: 5003, hw: 467, leo: 467), lsr: 1,
                    replicas: [ReplicaStatus(spu: 5002, hw: 467, leo: 467)], size: 33_275))
        #expect(r3.history.parent.first?.children.first?.objects == [ObjectHistory(id: "r3-0")])
    }

    @Test("Servers of a real cluster are read, and written back byte for byte")
    func spus() throws {
        let files = try check(SpuSpec.self, count: 3)
        #expect(files["custom-spu-5002"]?.object.spec.publicEndpoint.port == 9_020)
    }

    /// Objects that the real directory has none of.
    @Test(
        "Objects with everything set come back",
        arguments: [
            TopicSpec(
                replicas: .assigned([
                    PartitionMap(id: 0, replicas: [5001, 5002]), PartitionMap(id: 1, replicas: [5002, 5003]),
                ]), compression: .uncompressed, system: true),
            TopicSpec(
                replicas: .computed(
                    TopicReplicaParameters(partitions: 1, replicationFactor: 2, ignoreRackAssignment: true)),
                storage: TopicStorageConfig(segmentSize: nil, maxPartitionSize: .max), compression: .zstd),
        ])
    func topicComesBack(spec: TopicSpec) throws {
        var status = TopicStatus(resolution: .pending, replicaMap: [10: [1], 2: []], reason: "waiting for live spus")
        for resolution in TopicResolution.allCases {
            status.resolution = resolution
            let file = MetadataFile(Metadata(name: "123", spec: spec, status: status))
            #expect(try MetadataFile<TopicSpec>(file.bytes()) == file)
        }
    }

    @Test("An assigned topic looks as the official one writes it")
    func assigned() throws {
        let node = ReplicaSpec.assigned([PartitionMap(id: 0, replicas: [5001, 5002])]).yaml
        #expect(
            try String(decoding: YAMLEmitter.text(of: YAMLNode(["replicas": node])), as: UTF8.self) == """
                replicas: !assigned
                - id: 0
                  replicas:
                  - 5001
                  - 5002

                """)
    }

    @Test("A server with everything set comes back")
    func spuComesBack() throws {
        let spec = SpuSpec(
            id: 7,
            publicEndpoint: IngressPort(
                port: 1, ingress: [IngressAddress(hostname: nil, ip: "::1"), IngressAddress(hostname: "null")],
                encryption: .ssl),
            privateEndpoint: SpuEndpoint(port: 2, host: ""), rack: "r: 1",
            publicEndpointLocal: SpuEndpoint(port: 3, host: "h", encryption: .ssl))
        for resolution in SpuResolution.allCases {
            let file = MetadataFile(Metadata(name: "s p/u", spec: spec, status: SpuStatus(resolution: resolution)))
            #expect(try MetadataFile<SpuSpec>(file.bytes()) == file)
        }
    }

    @Test("Every case of an enum has a word of its own")
    func words() {
        func check<T: YAMLWord & CaseIterable>(_: T.Type) {
            #expect(T.words.count == T.allCases.count)
            for value in T.allCases { #expect(T.words.count { $0.value == value } == 1) }
            #expect(Set(T.words.map(\.key)).count == T.words.count)
        }
        check(TopicResolution.self)
        check(PartitionResolution.self)
        check(SpuResolution.self)
        check(SpuType.self)
        check(EncryptionType.self)
        check(CompressionAlgorithm.self)
    }

    @Test(
        "What this cluster cannot serve is refused, not left out",
        arguments: [
            ("  replicas: !computed", "  replicas: !mirror", "spec.replicas"),
            ("  system: false", "  deduplication:\n    bounds: 3\n  system: false", "spec.deduplication"),
            ("  mirrorMap: {}", "  mirrorMap:\n    0: x", "status.mirrorMap"),
            ("!1.0.0", "!2.0.0", ""),
            ("key: seg", "key: ges", ""),
            ("partitions: 1", "partitions: -1", "spec.replicas.partitions"),
            ("    0:\n", "    x:\n", "status.replicaMap"),
            ("  resolution: Provisioned", "  resolution: Great", "status.resolution"),
        ])
    func refused(old: String, new: String, path: String) throws {
        let text = String(decoding: try directory.bytes("metadata/Topic/seg.yaml"), as: UTF8.self)
        let changed = text.replacing(old, with: new)
        try #require(changed != text)
        let error = #expect(throws: YAMLError.self) { try MetadataFile<TopicSpec>(Array(changed.utf8)) }
        #expect(error?.path == path)
    }

    @Test("A file that ends anywhere is an error or the whole object, never a crash")
    func cut() throws {
        let bytes = try directory.bytes("metadata/Partition/r3-0.yaml")
        let whole = try MetadataFile<PartitionSpec>(bytes)
        for count in 0..<bytes.count {
            if let file = try? MetadataFile<PartitionSpec>(Array(bytes[..<count])) {
                #expect(file == whole, "\(count)")
            }
        }
    }
}
