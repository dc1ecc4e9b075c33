import FluvioProtocol
import Testing

@testable import FluvioClient

@Suite struct TopicSettingsTests {
    @Test func `The defaults leave everything to the server`() throws {
        let spec = try TopicSettings().spec()
        #expect(
            spec
                == TopicSpec(
                    replicas: .computed(TopicReplicaParameters(partitions: 1, replicationFactor: 1))))
    }

    @Test func `Every setting has its place on the wire`() throws {
        var settings = TopicSettings()
        settings.replicas = .computed(partitions: 3, replication: 2, ignoringRacks: true)
        settings.retention = .seconds(3600)
        settings.segmentSize = 1_000_000
        settings.maximumPartitionSize = 5_000_000_000
        settings.compression = .zstd
        settings.deduplication = .init(
            smartModule: "g/dedup@1.0.0", count: 5, age: .seconds(7), parameters: ["key": "value"])
        settings.isSystem = true
        let spec = try settings.spec()
        #expect(
            spec
                == TopicSpec(
                    replicas: .computed(
                        TopicReplicaParameters(partitions: 3, replicationFactor: 2, ignoreRackAssignment: true)),
                    cleanupPolicy: .segment(seconds: 3600),
                    storage: TopicStorageConfig(segmentSize: 1_000_000, maxPartitionSize: 5_000_000_000),
                    compression: .zstd,
                    deduplication: Deduplication(
                        count: 5, age: .seconds(7), uses: "g/dedup@1.0.0", with: ["key": "value"]),
                    system: true))
    }

    @Test func `Assigned partitions are numbered in order`() throws {
        var settings = TopicSettings()
        settings.replicas = .assigned([[1, 2], [2, 1]])
        #expect(
            try settings.spec().replicas
                == .assigned([PartitionMap(id: 0, replicas: [1, 2]), PartitionMap(id: 1, replicas: [2, 1])]))
    }

    @Test(arguments: [0, -1, 1 << 32])
    func `Numbers that the wire cannot carry are errors`(number: Int) {
        for change: (inout TopicSettings) -> Void in [
            { $0.replicas = .computed(partitions: number) },
            { $0.replicas = .computed(partitions: 1, replication: number) },
            { $0.segmentSize = number },
            { $0.retention = .seconds(number) },
        ] {
            var settings = TopicSettings()
            change(&settings)
            let error = #expect(throws: FluvioError.self) { try settings.spec() }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test func `Topic codecs and ours are each other's`() {
        for codec in FluvioClient::Compression.allCases { #expect(FluvioClient::Compression(codec.algorithm) == codec) }
        #expect(FluvioClient::Compression(CompressionAlgorithm.any) == nil)
    }
}
