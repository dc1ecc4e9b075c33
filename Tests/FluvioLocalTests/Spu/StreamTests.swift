import FluvioProtocol
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("Streams of a server")
struct StreamTests {
    private typealias Request = StreamFetchRequest

    private func produce(_ client: TestClient, _ topic: String, _ batches: [UInt8]...) throws {
        let entries = batches.map { PartitionProduceData(partition: 0, records: RecordSet(bytes: $0[...])) }
        let request = ProduceRequest(
            isolation: .readUncommitted, timeout: 0, topics: [TopicProduceData(name: topic, partitions: entries)])
        let answer = try client.call(request)
        #expect(answer.topics[0].partitions.allSatisfy { $0.error == .success })
    }

    private func next(_ client: TestClient, _ id: Int32) throws -> StreamFetchResponse<RecordSet> {
        try client.answer(to: id, of: Request.self)
    }

    private func acknowledge(_ client: TestClient, _ offset: Int64, _ session: UInt32 = 1) throws {
        let answer = try client.call(UpdateOffsetsRequest(offsets: [OffsetUpdate(offset: offset, sessionID: session)]))
        #expect(answer.statuses == [OffsetUpdateStatus(sessionID: session)])
    }

    /// Nothing has come on the connection when a later request is answered first: requests are served in order.
    private func isSilent(_ client: TestClient) throws -> Bool {
        let id = try client.ask(FetchOffsetsRequest())
        let frame = try client.receive()
        return TestClient.correlationID(frame) == id
    }

    @Test(
        "All that is there comes in one response, from the batch on that holds the offset",
        arguments: [18, 23, 25] as [Int16])
    func first(version: Int16) throws {
        let server = try TestServer("t")
        let client = try server.client()
        try produce(client, "t", Batches.make(5), Batches.make(5), Batches.make(2))
        let id = try client.ask(Request(topic: "t", partition: 0, fetchOffset: 7, maxBytes: 1 << 20), version: version)
        let response = try client.answer(to: id, of: Request.self, version: version)
        #expect(response.topic == "t" && response.streamID == 1)
        #expect(response.partition.partition == 0 && response.partition.error == .success)
        #expect(response.partition.highWatermark == 12 && response.partition.logStartOffset == 0)
        #expect(response.partition.nextFilterOffset == 0 && response.partition.aborted == nil)
        #expect(Batches.headers(Array(response.partition.records.bytes)).map(\.baseOffset) == [5, 10])
        #expect(try isSilent(client))
    }

    @Test("Responses hold whole batches, at least one, and eight go ahead of the acknowledgements")
    func ahead() throws {
        let server = try TestServer("t")
        let client = try server.client()
        for _ in 0..<20 { try produce(client, "t", Batches.noise(size: 1_000)) }
        let id = try client.ask(Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 2_500))
        for start in stride(from: 0, to: 16, by: 2) {
            let batches = Batches.headers(Array(try next(client, id).partition.records.bytes))
            #expect(batches.map(\.baseOffset) == [Int64(start), Int64(start + 1)])
        }
        #expect(try isSilent(client))
        try acknowledge(client, 2)
        #expect(Batches.headers(Array(try next(client, id).partition.records.bytes)).map(\.baseOffset) == [16, 17])
        #expect(try isSilent(client))
        try acknowledge(client, 6)
        #expect(Batches.headers(Array(try next(client, id).partition.records.bytes)).map(\.baseOffset) == [18, 19])
        #expect(try isSilent(client))
        // Less than a batch: still one.
        let small = try client.ask(Request(topic: "t", partition: 0, fetchOffset: 19, maxBytes: 10))
        #expect(try next(client, small).partition.records.bytes.count == 1_000)
    }

    @Test("No further response goes out with 4 MiB unacknowledged")
    func bytesAhead() throws {
        let server = try TestServer("t")
        let client = try server.client()
        for _ in 0..<7 { try produce(client, "t", Batches.noise(size: 1 << 20)) }
        let id = try client.ask(Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 1 << 20))
        for _ in 0..<4 { #expect(try next(client, id).partition.records.bytes.count == 1 << 20) }
        #expect(try isSilent(client))
        try acknowledge(client, 1)
        _ = try next(client, id)
        #expect(try isSilent(client))
        // All at once, alone: the limit is the client's.
        let all = try client.ask(Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: -1))
        #expect(try next(client, all).partition.records.bytes.count == 7 << 20)
    }

    @Test(
        "A stream at the end is silent, and wakes with the next record",
        arguments: [Isolation.readCommitted, .readUncommitted])
    func wakes(isolation: Isolation) throws {
        let server = try TestServer("t")
        let client = try server.client()
        let id = try client.ask(
            Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 1 << 20, isolation: isolation))
        #expect(try isSilent(client))
        let producer = try server.client()
        for number in 0..<50 as Range<Int64> {
            try produce(producer, "t", Batches.make(1))
            let response = try next(client, id)
            #expect(Batches.headers(Array(response.partition.records.bytes)).map(\.baseOffset) == [number])
            #expect(response.partition.highWatermark == number + 1)
            try acknowledge(client, number + 1)
        }
        #expect(try isSilent(client))
    }

    @Test("A COMMITTED stream sees nothing above the high watermark, an UNCOMMITTED one does")
    func isolation() throws {
        let server = try TestServer()
        try server.add("pair") { $0.replicas = [5_001, 5_002] }
        let client = try server.client()
        let committed = try client.ask(
            Request(topic: "pair", partition: 0, fetchOffset: 0, maxBytes: 1 << 20, isolation: .readCommitted))
        let uncommitted = try client.ask(Request(topic: "pair", partition: 0, fetchOffset: 0, maxBytes: 1 << 20))
        try produce(client, "pair", Batches.make(3))
        let response = try next(client, uncommitted)
        #expect(response.streamID == 2 && response.partition.highWatermark == 0)
        #expect(try isSilent(client))
        // Now the other replica is gone for good.
        try server.add("pair")
        let late = try next(client, committed)
        #expect(late.streamID == 1 && late.partition.highWatermark == 3)
    }

    @Test("The client goes back, or ahead, to any offset")
    func rewind() throws {
        let server = try TestServer("t")
        let client = try server.client()
        try produce(client, "t", Batches.make(5), Batches.make(5), Batches.make(5))
        let id = try client.ask(Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 1 << 20))
        _ = try next(client, id)
        for (offset, base) in [(7, 5), (0, 0), (12, 10), (3, 0)] as [(Int64, Int64)] {
            try acknowledge(client, offset)
            let found = Batches.headers(Array(try next(client, id).partition.records.bytes))
            #expect(found.first?.baseOffset == base && found.last?.nextOffset == 15)
        }
        try acknowledge(client, 15)
        #expect(try isSilent(client))
        try acknowledge(client, -1)
        #expect(try isSilent(client))
        try acknowledge(client, 14)
        #expect(Batches.headers(Array(try next(client, id).partition.records.bytes)).map(\.baseOffset) == [10])
        // Beyond the end: an error, and the end of the stream.
        try acknowledge(client, 100)
        #expect(try next(client, id).partition.error == .other("start offset: 100 is greater than leo: 15"))
        try acknowledge(client, 0)
        #expect(try isSilent(client))
    }

    @Test("An acknowledgement for a stream that is not there is error 3002")
    func unknownSession() throws {
        let server = try TestServer("t")
        let client = try server.client()
        try produce(client, "t", Batches.make())
        let id = try client.ask(Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 1 << 20))
        _ = try next(client, id)
        let request = UpdateOffsetsRequest(offsets: [
            OffsetUpdate(offset: 1, sessionID: 2), OffsetUpdate(offset: 1, sessionID: 1),
        ])
        #expect(
            try client.call(request).statuses == [
                OffsetUpdateStatus(sessionID: 2, error: .fetchSessionNotFound), OffsetUpdateStatus(sessionID: 1),
            ])
        // Another connection has its own.
        let other = try server.client()
        #expect(
            try other.call(request).statuses.map(\.error) == [.fetchSessionNotFound, .fetchSessionNotFound])
    }

    @Test("A stream that cannot be is one error, and the connection lives on")
    func errors() throws {
        let server = try TestServer("t")
        try server.spu.add(
            ReplicaKey(topic: "follower", partition: 0),
            PartitionConfiguration(leader: 5_002, replicas: [5_001, 5_002]))
        let client = try server.client()
        try produce(client, "t", Batches.make(3))
        let byName = SmartModuleInvocation(wasm: .predefined("nope"))
        let adHoc = SmartModuleInvocation(wasm: .adHoc([1]), name: "mine")
        let cases: [(Request, UInt32, ErrorCode)] = [
            (Request(topic: "x", partition: 0, fetchOffset: 0, maxBytes: 1), 0, .notLeaderForPartition),
            (Request(topic: "t", partition: 9, fetchOffset: 0, maxBytes: 1), 0, .notLeaderForPartition),
            (Request(topic: "follower", partition: 0, fetchOffset: 0, maxBytes: 1), 0, .notLeaderForPartition),
            (
                Request(topic: "t", partition: 0, fetchOffset: -5, maxBytes: 1), 1,
                .offsetEvicted(offset: -5, nextAvailable: 0)
            ),
            (
                Request(topic: "t", partition: 0, fetchOffset: 4, maxBytes: 1), 2,
                .other("start offset: 4 is greater than leo: 3")
            ),
            (
                Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 1, smartModules: [byName, adHoc]), 3,
                .smartModuleNotFound(name: "nope")
            ),
            (
                Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 1, smartModules: [adHoc]), 4,
                .smartModuleInvalid(error: "this server runs no SmartModules", name: "mine")
            ),
        ]
        for (request, stream, error) in cases {
            let response = try next(client, client.ask(request))
            #expect(response.streamID == stream && response.topic == request.topic)
            #expect(response.partition == FetchablePartition(partition: request.partition, error: error))
        }
        let id = try client.ask(Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 1))
        #expect(try next(client, id).streamID == 5)
    }

    @Test("With a limit of 0 bytes nothing comes, ever")
    func zero() throws {
        let server = try TestServer("t")
        let client = try server.client()
        try produce(client, "t", Batches.make())
        try client.ask(Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 0))
        #expect(try isSilent(client))
        try produce(client, "t", Batches.make())
        #expect(try isSilent(client))
    }

    @Test("A response ends with its segment, and the stream goes on in the next")
    func segments() throws {
        let server = try TestServer("t") { $0.log.segmentBytes = 3_000 }
        let client = try server.client()
        for _ in 0..<10 { try produce(client, "t", Batches.noise(size: 1_000)) }
        let id = try client.ask(Request(topic: "t", partition: 0, fetchOffset: 1, maxBytes: 1 << 20))
        let counts = try (0..<4).map { _ in try next(client, id).partition.records.bytes.count }
        #expect(counts == [2_000, 3_000, 3_000, 1_000])
        #expect(try isSilent(client))
    }

    @Test("When the topic is deleted its streams end with error 2007; made again, it is another")
    func deleted() throws {
        let server = try TestServer("t", "other")
        let client = try server.client()
        try produce(client, "t", Batches.make(3))
        let id = try client.ask(Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 1 << 20))
        _ = try next(client, id)
        let idle = try client.ask(Request(topic: "t", partition: 0, fetchOffset: 3, maxBytes: 1 << 20))
        #expect(try isSilent(client))
        let key = ReplicaKey(topic: "t", partition: 0)
        try server.spu.remove(key)
        #expect(try next(client, idle).partition.error == .topicDeleted)
        #expect(server.spu.status(of: key) == nil)
        #expect(try next(client, id).partition.error == .topicDeleted)
        try server.add("t")
        #expect(try isSilent(client))
        try produce(client, "t", Batches.make(1))
        #expect(try isSilent(client))
        let again = try client.ask(Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 1 << 20))
        #expect(try next(client, again).partition.highWatermark == 1)
        // Nothing of it is left on the disk.
        #expect(try eventually { try server.directory.names(in: "spu-logs-5001") == ["other-0", "t-0"] })
    }

    @Test("When another server becomes the leader, the connections end")
    func deposed() throws {
        let server = try TestServer("t")
        let client = try server.client()
        let id = try client.ask(Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 1 << 20))
        #expect(try isSilent(client))
        try server.add("t") { $0.leader = 5_002 }
        do {
            // If there is time for it, the stream is told why.
            #expect(try next(client, id).partition.error == .notLeaderForPartition)
            #expect(try client.sawEnd())
        } catch TestClient.Failure.ended {
        }
    }

    @Test("A client that takes nothing holds up no other, and gets everything in the end")
    func slow() throws {
        let server = try TestServer("t")
        let slow = try server.client()
        let producer = try server.client()
        var ids: [Int32] = []
        for _ in 0..<20 { try produce(producer, "t", Batches.noise(size: 1 << 20)) }
        // 400 MiB of answers.
        for _ in 0..<20 {
            ids.append(try slow.ask(Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: -1)))
        }
        try produce(producer, "t", Batches.make())
        let other = try server.client()
        #expect(
            try next(other, other.ask(Request(topic: "t", partition: 0, fetchOffset: 20, maxBytes: 1))).streamID == 1)
        for id in ids {
            let frame = try slow.receive(answerTo: id)
            #expect(frame.count > 20 << 20)
        }
    }

    @Test("Clients that are gone are forgotten by the partitions they waited for")
    func forgotten() throws {
        let server = try TestServer("t")
        try server.add("pair") { $0.replicas = [5_001, 5_002] }
        let partitions = try ["t", "pair"].map { topic in
            try #require(server.spu.partition(ReplicaKey(topic: topic, partition: 0)))
        }
        let stays = try server.client()
        let data = PartitionProduceData(partition: 0, records: RecordSet(bytes: Batches.make()[...]))
        let produce = ProduceRequest(
            isolation: .readCommitted, timeout: 10, topics: [TopicProduceData(name: "pair", partitions: [data])])
        #expect(try stays.call(produce).topics[0].partitions[0].error.number == 7)
        for _ in 0..<5 {
            let client = try server.client()
            try client.ask(Request(topic: "t", partition: 0, fetchOffset: 0, maxBytes: 1))
            var request = produce
            request.timeout = 1_000_000
            try client.ask(request)
            #expect(try isSilent(client))
            // Who merely sends no more is still owed its answer.
            client.reset()
        }
        #expect(eventually { partitions.allSatisfy { $0.audience == 0 } })
    }
}
