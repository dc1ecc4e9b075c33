import FluvioProtocol
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("Positions of consumers")
struct ConsumerOffsetTests {
    private typealias Request = StreamFetchRequest

    private static let topic = ReplicaKey.consumerOffsets.topic

    private func stream(_ client: TestClient, _ topic: String, _ consumer: String?) throws {
        try client.ask(Request(topic: topic, partition: 0, fetchOffset: 0, maxBytes: 0, consumerID: consumer))
    }

    private func store(_ client: TestClient, _ offset: Int64, _ session: UInt32 = 1) throws -> ErrorCode {
        let answer = try client.call(UpdateConsumerOffsetRequest(offset: offset, sessionID: session))
        #expect(answer.offset == offset)
        return answer.error
    }

    private func list(_ client: TestClient, _ filter: ConsumerOffsetFilter? = nil) throws -> [String] {
        let answer = try client.call(FetchConsumerOffsetsRequest(filter: filter))
        #expect(answer.error == .success)
        #expect(answer.consumers.allSatisfy { $0.modifiedTime > 1_600_000_000 })
        return answer.consumers.map { "\($0.consumerID) \($0.replica) \($0.offset)" }
    }

    @Test("What is stored is listed, filtered and deleted", arguments: [Durability.os, .batch])
    func life(durability: Durability) throws {
        let server = try TestServer("a", "b", Self.topic, durability: durability)
        let client = try server.client()
        try stream(client, "a", "one")
        try stream(client, "b", "one")
        try stream(client, "a", "two")
        try stream(client, "a", nil)
        #expect(try store(client, 5, 1) == .success)
        #expect(try store(client, 6, 2) == .success)
        #expect(try store(client, 7, 3) == .success)
        #expect(try store(client, 9, 1) == .success)
        #expect(try store(client, 1, 4) == .other("stream without consumer id"))
        #expect(try store(client, 1, 5) == .fetchSessionNotFound)
        let a = ReplicaKey(topic: "a", partition: 0)
        #expect(try list(client) == ["one a-0 9", "one b-0 6", "two a-0 7"])
        #expect(try list(client, ConsumerOffsetFilter(replica: a)) == ["one a-0 9", "two a-0 7"])
        #expect(try list(client, ConsumerOffsetFilter(consumerID: "one")) == ["one a-0 9", "one b-0 6"])
        #expect(try list(client, ConsumerOffsetFilter(replica: a, consumerID: "two")) == ["two a-0 7"])
        #expect(try client.call(DeleteConsumerOffsetRequest(replica: a, consumerID: "one")).error == .success)
        #expect(try client.call(DeleteConsumerOffsetRequest(replica: a, consumerID: "one")).error == .success)
        #expect(try list(client) == ["one b-0 6", "two a-0 7"])
        // Version 23 knows no filter here, and asks for offsets under the consumer's name.
        let old = try client.call(FetchConsumerOffsetsRequest(), version: 23)
        #expect(old.consumers.count == 2)
        func start(_ consumer: String?) throws -> Int64 {
            let request = FetchOffsetsRequest(
                topics: [FetchOffsetTopic(name: "b", partitions: [0])], consumerID: consumer)
            return try client.call(request, version: 23).topics[0].partitions[0].startOffset
        }
        #expect(try start("one") == 7)
        #expect(try start("two") == 0)
        #expect(try start(nil) == 0)
    }

    @Test("A server that does not lead the system topic says so")
    func notLeader() throws {
        let server = try TestServer("a")
        let client = try server.client()
        #expect(try client.call(FetchConsumerOffsetsRequest()).error == .partitionNotLeader)
        let key = ReplicaKey(topic: "a", partition: 0)
        #expect(
            try client.call(DeleteConsumerOffsetRequest(replica: key, consumerID: "x")).error == .partitionNotLeader)
        try stream(client, "a", "x")
        #expect(try store(client, 1) == .other("no server leads consumer-offset-0"))
    }

    @Test("They survive the server, and go with their topic")
    func restart() throws {
        let directory = try TemporaryDirectory()
        do {
            let server = try TestServer("a", "b", Self.topic, directory: directory)
            let client = try server.client()
            try stream(client, "a", "one")
            try stream(client, "b", "one")
            _ = try store(client, 5, 1)
            _ = try store(client, 6, 2)
            server.spu.stop()
        }
        do {
            let server = try TestServer("a", "b", Self.topic, directory: directory)
            let client = try server.client()
            #expect(try list(client) == ["one a-0 5", "one b-0 6"])
            try server.spu.remove(ReplicaKey(topic: "a", partition: 0))
            #expect(try list(client) == ["one b-0 6"])
            server.spu.stop()
        }
        let server = try TestServer(Self.topic, "b", "a", directory: directory)
        #expect(server.lines.all.isEmpty)
        #expect(try list(try server.client()) == ["one b-0 6"])
    }

    @Test("Two servers of a cluster share them, whichever leads the system topic")
    func shared() throws {
        let directory = try TemporaryDirectory()
        let offsets = ConsumerOffsets()
        func spu(_ id: Int32, _ topic: String) throws -> (Spu, UInt16) {
            let spu = try Spu(id: id, directory: directory.path, durability: .batch, offsets: offsets, say: { _ in })
            try spu.add(ReplicaKey(topic: topic, partition: 0), PartitionConfiguration(leader: id, replicas: [id]))
            return (spu, try spu.start(host: "127.0.0.1", port: 0))
        }
        let (first, firstPort) = try spu(5_001, Self.topic)
        let (second, secondPort) = try spu(5_002, "a")
        defer {
            first.stop()
            second.stop()
        }
        let consumer = try TestClient(port: secondPort)
        try stream(consumer, "a", "one")
        #expect(try store(consumer, 3) == .success)
        #expect(try list(try TestClient(port: firstPort)) == ["one a-0 3"])
        #expect(try consumer.call(FetchConsumerOffsetsRequest()).error == .partitionNotLeader)
    }

    @Test("Records are those of a real server, byte for byte")
    func realRecords() throws {
        let directory = try TemporaryDirectory()
        try directory.unpackRealData()
        let path = "spu-logs-5001/consumer-offset-0/00000000000000000000.log"
        let key = OffsetKey("grp1", in: ReplicaKey(topic: "p1", partition: 0))
        func updated(_ offset: Int64) -> OffsetChange {
            .updated(key, StoredOffset(offset: offset, time: 0x6b03_06f8))
        }
        let changes = [updated(0), updated(1_215), updated(1_216), updated(1_220), .deleted(key)]
        let log = try directory.log("mine")
        for change in changes { try log.append(OffsetTopic.batch(of: [change])) }
        #expect(try directory.bytes("mine/00000000000000000000.log") == directory.bytes(path))
        var read: [OffsetChange] = []
        #expect(try OffsetTopic.read(directory.log("spu-logs-5001/consumer-offset-0")) { read.append($0) } == 0)
        #expect(read == changes)
    }

    @Test("A checkpoint makes void what was said before it")
    func checkpoint() throws {
        let server = try TestServer("a")
        let log = try server.directory.log("spu-logs-5001/consumer-offset-0")
        func updated(_ consumer: String, _ offset: Int64) -> OffsetChange {
            .updated(
                OffsetKey(consumer, in: ReplicaKey(topic: "a", partition: 0)),
                StoredOffset(offset: offset, time: 1_700_000_000))
        }
        try log.append(OffsetTopic.batch(of: [updated("gone", 1), updated("kept", 1)]))
        try log.append(OffsetTopic.batch(of: [.checkpoint, updated("kept", 2)]))
        try log.append(OffsetTopic.batch(of: [updated("new", 3)]))
        try log.append(Batches.make(2))
        try server.add(Self.topic)
        #expect(try list(try server.client()) == ["kept a-0 2", "new a-0 3"])
        #expect(server.lines.all == ["consumer-offset-0: 2 records are no positions of consumers; left out"])
    }

    @Test("All is said again when a segment is full, so that old ones may go")
    func compaction() throws {
        let directory = try TemporaryDirectory()
        let names = try {
            let server = try TestServer("a", directory: directory)
            try server.add(Self.topic) { $0.log.segmentBytes = 1_500 }
            let client = try server.client()
            for number in 1...3 { try stream(client, "a", "consumer-\(number)") }
            for number in 0..<40 { #expect(try store(client, Int64(number), number % 20 == 7 ? 1 : 2) == .success) }
            #expect(try store(client, 50, 3) == .success)
            server.spu.stop()
            return try directory.names(in: "spu-logs-5001/consumer-offset-0").filter { $0.hasSuffix("log") }
        }()
        #expect(names.count > 3)
        // As retention does.
        for name in names.dropLast() {
            try directory.remove("spu-logs-5001/consumer-offset-0/\(name)")
            try directory.remove("spu-logs-5001/consumer-offset-0/\(name.dropLast(3))index")
        }
        let server = try TestServer("a", Self.topic, directory: directory)
        #expect(try list(try server.client()) == ["consumer-1 a-0 27", "consumer-2 a-0 39", "consumer-3 a-0 50"])
    }
}
