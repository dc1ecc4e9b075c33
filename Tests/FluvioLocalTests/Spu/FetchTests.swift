import FluvioProtocol
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("Reading once, and asking for offsets")
struct FetchTests {
    private func server() throws -> TestServer {
        let server = try TestServer("a", "b")
        try server.add("pair") { $0.replicas = [5_001, 5_002] }
        let client = try server.client()
        for topic in ["a", "b", "pair"] {
            for count in [5, 3] {
                let data = PartitionProduceData(partition: 0, records: RecordSet(bytes: Batches.make(count)[...]))
                _ = try client.call(
                    ProduceRequest(
                        isolation: .readUncommitted, timeout: 0,
                        topics: [TopicProduceData(name: topic, partitions: [data])]))
            }
        }
        return server
    }

    @Test(
        "Several partitions in one request are answered in order, each with its batches or its error",
        arguments: [11, 25] as [Int16])
    func several(version: Int16) throws {
        let client = try server().client()
        func wanted(_ offset: Int64, _ partition: UInt32 = 0) -> FetchPartition {
            FetchPartition(partition: partition, fetchOffset: offset)
        }
        let request = FetchRequest(
            maxBytes: 1 << 20,
            topics: [
                FetchTopic(
                    name: "a", partitions: [wanted(0), wanted(6), wanted(8), wanted(9), wanted(-1), wanted(0, 5)]),
                FetchTopic(name: "none", partitions: []),
                FetchTopic(name: "b", partitions: [wanted(5)]),
            ])
        let answer = try client.call(request, version: version)
        #expect(answer.error == .success && answer.topics.map(\.name) == ["a", "none", "b"])
        let partitions = answer.topics.flatMap(\.partitions)
        #expect(
            partitions.map { Batches.headers(Array($0.records.bytes)).map(\.baseOffset) }
                == [[0, 5], [5], [], [], [], [], [5]])
        #expect(
            partitions.map(\.error) == [
                .success, .success, .success, .other("start offset: 9 is greater than leo: 8"),
                .offsetEvicted(offset: -1, nextAvailable: 0), .notLeaderForPartition, .success,
            ])
        #expect(partitions.map(\.highWatermark) == [8, 8, 8, 0, 0, 0, 8])
        // The connection's next answer begins where this one ended.
        #expect(try client.call(FetchOffsetsRequest()).topics.isEmpty)
    }

    @Test("Limits and isolation are those of the request")
    func limits() throws {
        let client = try server().client()
        func fetch(_ topic: String, _ limit: Int32, _ isolation: Isolation) throws -> FetchablePartition<RecordSet> {
            let partition = FetchPartition(partition: 0, fetchOffset: 0)
            return try client.call(
                FetchRequest(
                    maxBytes: limit, isolation: isolation, topics: [FetchTopic(name: topic, partitions: [partition])]
                )
            ).topics[0].partitions[0]
        }
        let one = Batches.make(5).count
        #expect(try fetch("a", 10, .readUncommitted).records.bytes.count == one)
        #expect(try fetch("a", 0, .readUncommitted).records.bytes.isEmpty)
        #expect(try fetch("a", -1, .readCommitted).records.bytes.count == one + Batches.make(3).count)
        #expect(try fetch("pair", -1, .readCommitted).records.bytes.isEmpty)
        let uncommitted = try fetch("pair", -1, .readUncommitted)
        #expect(uncommitted.records.bytes.count > one && uncommitted.highWatermark == 0)
    }

    @Test(
        "Offsets are the log's start and the high watermark; who does not lead says 3001",
        arguments: [23, 24, 25] as [Int16])
    func offsets(version: Int16) throws {
        let client = try server().client()
        let request = FetchOffsetsRequest(topics: [
            FetchOffsetTopic(name: "a", partitions: [0, 3]), FetchOffsetTopic(name: "pair", partitions: [0]),
            FetchOffsetTopic(name: "x", partitions: [0]),
        ])
        let answer = try client.call(request, version: version).topics
        #expect(answer.map(\.name) == ["a", "pair", "x"])
        #expect(
            answer.flatMap(\.partitions) == [
                FetchOffsetPartitionResponse(partition: 0, startOffset: 0, lastStableOffset: 8),
                FetchOffsetPartitionResponse(error: .partitionNotLeader, partition: 3),
                FetchOffsetPartitionResponse(partition: 0, startOffset: 0, lastStableOffset: 0),
                FetchOffsetPartitionResponse(error: .partitionNotLeader, partition: 0),
            ])
    }

    @Test("The versions offered serve every client; one too old to name its version gets old streams")
    func versions() throws {
        let client = try server().client()
        let answer = try client.call(
            ApiVersionsRequest(clientVersion: "0.50.2", clientOS: "linux", clientArchitecture: "x86_64"), version: 2)
        #expect(answer.platformVersion == "0.0.0" && answer.ranges == LocalVersions.streamingRanges)
        let old = try client.call(ApiVersionsRequest(), version: 0)
        #expect(old.ranges.first { $0.key == StreamingAPI.streamFetch.rawValue }?.maximum == 15)
    }
}
