import Testing

@testable import FluvioClient

/// A producer that goes on as the one of a process before it.
@Suite("Resuming producers", .timeLimit(.minutes(10)))
struct ResumingTests {
    private func send(_ values: Range<Int>, with producer: Producer) async throws {
        for value in values { try await producer.send(value: Array("\(value)".utf8), partition: 0) }
        try await producer.finish()
    }

    @Test func `what the log holds beyond the position is found, counted, and followed`() async throws {
        let cluster = try TestCluster()
        let client = try await cluster.connect()
        try await client.admin.createTopic("t", TopicSpec(partitions: 2))

        let first = try await client.producer(for: "t")
        try await send(0..<5, with: first)
        let positions = try #require(first.checkpoint())
        #expect(positions[0]?.sequence == 5 && positions[0]?.end == 5 && positions[1]?.sequence == 0)
        // Sent, and not written down: the process is killed here.
        try await send(5..<8, with: first)
        first.close()

        var settings = ProducerSettings()
        settings.resume = positions
        let second = try await client.producer(for: "t", settings: settings)
        #expect(second.alreadyStored == [0: 3])
        try await send(8..<10, with: second)
        let after = try #require(second.checkpoint())
        #expect(after[0]?.sequence == 10 && after[0]?.producerID == positions[0]?.producerID)
        second.close()

        let records = try await client.fetch("t", count: 100)
        #expect(records.map { String(decoding: $0.value, as: UTF8.self) } == (0..<10).map(String.init))
        client.close()
    }

    @Test func `numbers that are half used up begin anew in the next epoch`() async throws {
        let cluster = try TestCluster()
        let client = try await cluster.connect()
        try await client.admin.createTopic("t")
        var settings = ProducerSettings()
        settings.resume = [0: ProducerPosition(producerID: 7, epoch: 2, sequence: Int32.max / 2 + 1, end: 0)]
        settings.resumesAtRest = true
        let producer = try await client.producer(for: "t", settings: settings)
        #expect(producer.checkpoint() == [0: ProducerPosition(producerID: 7, epoch: 3, sequence: 0, end: 0)])
        try await producer.send(value: [1])
        try await producer.finish()
        #expect(producer.checkpoint()?[0]?.sequence == 1 && producer.checkpoint()?[0]?.epoch == 3)
        client.close()
    }
}
