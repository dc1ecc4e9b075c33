import Testing
import Unix

@testable import FluvioClient

@Suite(.timeLimit(.minutes(5))) struct ManyPartitionsTests {
    @Test func `a topic of a thousand partitions is written to and read`() async throws {
        Unix.raiseDescriptorLimit()
        let cluster = try TestCluster()
        let client = try await cluster.connect()
        try await client.admin.createTopic("t", TopicSpec(partitions: 1000))
        let producer = try await client.producer(for: "t")
        // Without keys records go round: five to each partition.
        try await producer.send((0..<5000).map { "\($0)" })
        try await producer.finish()
        producer.close()
        var settings = ConsumerSettings()
        settings.stopsAtEnd = true
        let consumer = try await client.consumer(of: "t", settings: settings)
        #expect(consumer.ranges.count == 1000)
        var read: [UInt32: [Int]] = [:]
        for try await record in consumer.records {
            #expect(record.offset == Int64(read[record.partition]?.count ?? 0))
            read[record.partition, default: []].append(Int(try record.value(as: String.self)) ?? -1)
        }
        #expect(read.count == 1000)
        for (partition, numbers) in read {
            #expect(numbers == (0..<5).map { $0 * 1000 + Int(partition) })
        }
        #expect(try await client.admin.offsets(of: "t").map(\.end) == Array(repeating: 5, count: 1000))
    }
}
