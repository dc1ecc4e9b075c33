import FluvioProtocol
import TestSupport
import Testing

/// What a producer has sent twice, as it does after an answer that was lost.
@Suite("sink-pg: twins", .onOwnThreads, .timeLimit(.minutes(60)))
struct TwinTests {
    @Test func `a batch that stands in the log twice is rows once, also for the next run`() throws {
        let cluster = try TestCluster.shared.get()
        let shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        let topic = cluster.topic()
        let first = try shell.run(
            "seq 10 | fluvio-cat produce -q --create $1; fluvio-sink-pg -e --create -t t $1", topic)
        #expect(first.status == 0, "\(first.errors)")
        let client = try TestClient(port: cluster.spuPort)
        let fetch = FetchRequest(
            maxBytes: 1 << 20, isolation: .readUncommitted,
            topics: [FetchTopic(name: topic, partitions: [FetchPartition(partition: 0, fetchOffset: 0)])])
        let batches = Array(try client.call(fetch).topics[0].partitions[0].records.bytes)
        func send() throws {
            let data = PartitionProduceData(partition: 0, records: RecordSet(bytes: batches[...]))
            let answer = try client.call(
                ProduceRequest(
                    isolation: .readUncommitted, timeout: 5_000,
                    topics: [TopicProduceData(name: topic, partitions: [data])]))
            #expect(answer.topics[0].partitions[0].error == .success)
        }
        // The run before has left nothing but what stands in the database.
        try send()
        let second = try shell.run("fluvio-sink-pg -e -t t $1", topic)
        #expect(second.status == 0 && second.errors.contains("10 records stood in the log twice"), "\(second.errors)")
        try send()
        try send()
        _ = try shell.run("seq 11 15 | fluvio-cat produce -q $1", topic)
        let third = try shell.run("fluvio-sink-pg -e -t t $1", topic)
        #expect(third.status == 0, "\(third.errors)")
        #expect(try shell.query("SELECT count(*), count(DISTINCT value), max(value::int) FROM t") == ["15|15|15"])
        #expect(try shell.query("SELECT next_offset FROM fluvio_sink.offsets") == ["45"])
        #expect(try shell.query("SELECT count(*) >= 1 FROM fluvio_sink.producers") == ["t"])
    }
}
