import FluvioProtocol
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("Producing to a server")
struct ProduceTests {
    private typealias Request = ProduceRequest<RecordSet>

    private static func request(
        _ entries: [(String, UInt32, [UInt8])], isolation: Isolation = .readUncommitted, timeout: Int32 = 1_500,
        smartModules: [SmartModuleInvocation] = []
    ) -> ProduceRequest<RecordSet> {
        var topics: [TopicProduceData<RecordSet>] = []
        for (name, partition, bytes) in entries {
            if topics.last?.name != name { topics.append(TopicProduceData(name: name)) }
            topics[topics.count - 1].partitions.append(
                PartitionProduceData(partition: partition, records: RecordSet(bytes: bytes[...])))
        }
        return Request(isolation: isolation, timeout: timeout, topics: topics, smartModules: smartModules)
    }

    private static func flat(_ response: ProduceResponse) -> [(String, UInt32, ErrorCode, Int64)] {
        response.topics.flatMap { topic in
            topic.partitions.map { (topic.name, $0.partition, $0.error, $0.baseOffset) }
        }
    }

    @Test("Each entry gets its answer, in order, also the same partition twice", arguments: [8, 23, 24, 25] as [Int16])
    func order(version: Int16) throws {
        let server = try TestServer("a", "b")
        let client = try server.client()
        let request = Self.request([
            ("b", 0, Batches.make(2)), ("a", 0, Batches.make(3)), ("a", 0, Batches.make(1) + Batches.make(4)),
            ("a", 7, Batches.make()), ("b", 0, Batches.make(1)), ("a", 0, []),
        ])
        let answer = Self.flat(try client.call(request, version: version))
        #expect(answer.map(\.0) == ["b", "a", "a", "a", "b", "a"])
        #expect(answer.map(\.1) == [0, 0, 0, 7, 0, 0])
        #expect(answer.map(\.2) == [.success, .success, .success, .notLeaderForPartition, .success, .success])
        #expect(answer.map(\.3) == [0, 0, 3, 0, 2, 0])
        #expect(Batches.headers(try server.log("a")).map(\.baseOffset) == [0, 3, 4])
        #expect(Batches.headers(try server.log("b")).map(\.baseOffset) == [0, 2])
        // The flush of the official client, and nothing at all.
        let flush = Request(isolation: .readUncommitted, timeout: 0, topics: [TopicProduceData(name: "a")])
        #expect(try client.call(flush, version: version).topics == [TopicProduceResponse(name: "a")])
        #expect(
            try client.call(Request(isolation: .readUncommitted, timeout: 0), version: version) == ProduceResponse())
    }

    @Test("What is wrong with one entry is its own error, and the others are stored")
    func errors() throws {
        let server = try TestServer("plain", "zstd", "small") { configuration in
            configuration.log.segmentBytes = 2_000
        }
        try server.add("zstd") { $0.codec = .zstd }
        try server.spu.add(
            ReplicaKey(topic: "follower", partition: 0),
            PartitionConfiguration(leader: 5_002, replicas: [5_001, 5_002]))
        let client = try server.client()
        var wrong = Batches.make(2)
        wrong[wrong.count - 1] ^= 1
        let answer = Self.flat(
            try client.call(
                Self.request([
                    ("nope", 0, Batches.make()), ("follower", 0, Batches.make()), ("zstd", 0, wrong),
                    ("plain", 0, Batches.noise(size: 2_001)), ("plain", 0, wrong), ("plain", 0, Batches.make(3)),
                    ("zstd", 0, Batches.noise(size: 100)),
                ])))
        #expect(
            answer.map(\.2) == [
                .notLeaderForPartition, .notLeaderForPartition, .compressionError, .messageTooLarge,
                .other("batch 0 has a wrong CRC"), .success, .success,
            ])
        #expect(answer.map(\.3) == [0, 0, 0, 0, 0, 0, 0])
        #expect(server.spu.status(of: ReplicaKey(topic: "plain", partition: 0))?.end == 3)
        // The connection lives on.
        #expect(Self.flat(try client.call(Self.request([("plain", 0, Batches.make())]))).first?.3 == 3)
    }

    @Test("SmartModules are refused, and nothing is stored")
    func smartModules() throws {
        let server = try TestServer("t")
        let client = try server.client()
        let byName = SmartModuleInvocation(wasm: .predefined("my-filter"))
        let answer = try client.call(Self.request([("t", 0, Batches.make()), ("x", 0, [])], smartModules: [byName]))
        #expect(Self.flat(answer).map(\.2) == [.smartModuleNotFound(name: "my-filter"), .notLeaderForPartition])
        let adHoc = SmartModuleInvocation(wasm: .adHoc([1, 2, 3]))
        let second = try client.call(Self.request([("t", 0, Batches.make())], smartModules: [adHoc]))
        #expect(
            Self.flat(second).map(\.2) == [
                .smartModuleInvalid(error: "this server runs no SmartModules", name: nil)
            ])
        #expect(try server.log("t").isEmpty)
    }

    @Test("A COMMITTED produce with one replica is answered at once")
    func committed() throws {
        let server = try TestServer("t")
        let client = try server.client()
        let request = Self.request([("t", 0, Batches.make(4))], isolation: .readCommitted, timeout: 0)
        #expect(Self.flat(try client.call(request)).map(\.2) == [.success])
        #expect(server.spu.status(of: ReplicaKey(topic: "t", partition: 0))?.highWatermark == 4)
    }

    @Test("A COMMITTED produce that waits holds up no other request, and keeps the order of the answers")
    func waiting() throws {
        let server = try TestServer("alone")
        try server.add("pair") { $0.replicas = [5_001, 5_002] }
        let client = try server.client()
        // The other replica never comes.
        let first = try client.ask(
            Self.request([("pair", 0, Batches.make(2))], isolation: .readCommitted, timeout: 300))
        let second = try client.ask(Self.request([("alone", 0, Batches.make())]))
        let offsets = try client.ask(
            FetchOffsetsRequest(topics: [FetchOffsetTopic(name: "pair", partitions: [0])]))
        let frames = try (0..<3).map { _ in TestClient.correlationID(try client.receive()) }
        #expect(frames == [offsets, first, second])
    }

    @Test("When the time of a COMMITTED produce is over, the records stay")
    func timeout() throws {
        let server = try TestServer()
        try server.add("pair") { $0.replicas = [5_001, 5_002] }
        let client = try server.client()
        let request = Self.request([("pair", 0, Batches.make(2))], isolation: .readCommitted, timeout: 20)
        #expect(
            Self.flat(try client.call(request)).map(\.2) == [.requestTimedOut(milliseconds: 20, kind: .produce)])
        let status = server.spu.status(of: ReplicaKey(topic: "pair", partition: 0))
        #expect(status?.end == 2 && status?.highWatermark == 0)
    }

    @Test(
        "Records of many connections and durable ones are all stored once",
        arguments: [
            Durability.os, .batch, .interval(.milliseconds(5)),
        ])
    func durability(durability: Durability) async throws {
        let server = try TestServer("t", durability: durability)
        let port = server.port
        let offsets = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for tag in 0..<4 {
                group.addTask {
                    let client = try TestClient(port: port)
                    let ids = try (0..<25).map { _ in
                        try client.ask(
                            Self.request([("t", 0, Batches.make(3, tag: Int32(tag)))], isolation: .readCommitted))
                    }
                    return try ids.map { id in
                        let answer = try client.answer(to: id, of: Request.self)
                        #expect(answer.topics[0].partitions[0].error == .success)
                        return answer.topics[0].partitions[0].baseOffset
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for connection in offsets { #expect(connection == connection.sorted()) }
        #expect(offsets.flatMap { $0 }.sorted() == Array(stride(from: 0, to: 300, by: 3)))
        let status = server.spu.status(of: ReplicaKey(topic: "t", partition: 0))
        #expect(status?.end == 300 && status?.highWatermark == 300)
        let log = server.directory.path + "/spu-logs-5001/t-0"
        server.spu.stop()
        #expect(try Log(directory: log, name: "t-0", configuration: .init(), say: { _ in }).highWatermark == 300)
    }

    @Test("Who sends no more gets the answers that are owed, then the end", arguments: [Durability.os, .batch])
    func halfClosed(durability: Durability) throws {
        let server = try TestServer("t", durability: durability)
        let client = try server.client()
        let ids = try (0..<3).map { _ in try client.ask(Self.request([("t", 0, Batches.make())])) }
        client.finish()
        for id in ids { #expect(try client.answer(to: id, of: Request.self).topics[0].partitions[0].error == .success) }
        #expect(try client.sawEnd())
    }

    @Test("Nonsense is not answered: the connection ends")
    func nonsense() throws {
        let server = try TestServer("t")
        let frames: [[UInt8]] = [
            // An unknown key, a torn body, an uncountable vector.
            [0, 0, 0, 11, 0x1e, 0x61, 0, 0, 0, 0, 0, 1, 0, 1, 0x78],
            Array(try Self.request([("t", 0, Batches.make())]).frame(version: 25, clientID: "x").dropLast(30)),
            [0, 0, 0, 19, 0, 0, 0, 25, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0x7f, 0xff],
        ]
        for frame in frames {
            var frame = frame
            frame.replaceSubrange(0..<4, with: Batches.bigEndian(Int32(frame.count - 4)))
            let client = try server.client()
            try client.send(frame)
            #expect(try client.sawEnd())
        }
        #expect(try server.log("t").isEmpty)
    }

    @Test("The status is reported after an append")
    func report() throws {
        let server = try TestServer("t")
        _ = try server.client().call(Self.request([("t", 0, Batches.make(5))]))
        #expect(eventually { server.reported("t")?.end == 5 && server.reported("t")?.highWatermark == 5 })
    }
}

@Suite("Producing to a full disk", .enabled(if: canMount, "not root: no file system of a small size can be mounted"))
struct ProduceToFullDiskTests {
    @Test("Error 72 names the partition; readers go on; with room, producing goes on")
    func full() throws {
        let directory = try TemporaryDirectory()
        let disk = try #require(SmallDisk(bytes: 128 * 1_024, in: directory))
        let server = try TestServer("t", directory: directory, path: disk.path)
        let client = try server.client()
        func produce(_ size: Int) throws -> PartitionProduceResponse {
            let data = PartitionProduceData(partition: 0, records: RecordSet(bytes: Batches.noise(size: size)[...]))
            let request = ProduceRequest(
                isolation: .readUncommitted, timeout: 0, topics: [TopicProduceData(name: "t", partitions: [data])])
            return try client.call(request).topics[0].partitions[0]
        }
        let key = ReplicaKey(topic: "t", partition: 0)
        #expect(try produce(40_000).error == .success)
        #expect(try produce(120_000).error == .partitionFull(key))
        #expect(eventually { server.reported("t")?.isFull == true })
        let fetch = FetchRequest(
            maxBytes: -1, topics: [FetchTopic(name: "t", partitions: [FetchPartition(partition: 0, fetchOffset: 0)])])
        #expect(try client.call(fetch).topics[0].partitions[0].records.bytes.count == 40_000)
        #expect(try produce(20_000).baseOffset == 1)
        #expect(eventually { server.reported("t")?.isFull == false })
    }
}
