import FluvioProtocol
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("What a real cluster answered, answered again")
struct ReplayTests {
    /// What a real server's answers hold that no other can repeat.
    private enum Mask {
        static func apply(_ frame: [UInt8], _ request: CapturedFrame) -> [UInt8]? {
            switch request.apiKey.flatMap({ StreamingAPI(rawValue: $0) }) {
            // It offers more versions.
            case .apiVersions: nil
            // When a position was stored: the last eight bytes of the only entry.
            case .fetchConsumerOffsets where frame.count > 20:
                Array(frame.dropLast(8)) + [UInt8](repeating: 0, count: 8)
            default: frame
            }
        }
    }

    /// Sends the requests of a capture as they were sent, and compares each answer with the captured one when that is
    /// due. How many were compared.
    private func replay(
        _ name: String, from port: Int, _ connections: Set<Int>? = nil, to server: TestServer
    ) throws -> Int {
        var clients: [Int: TestClient] = [:]
        var open: [Int: [CapturedFrame]] = [:]
        var compared = 0
        for frame in try Captures.load(name) where frame.port == port {
            guard connections?.contains(frame.connection) ?? true else { continue }
            if frame.event != nil {
                clients[frame.connection] = nil
                continue
            }
            let client = try clients[frame.connection] ?? server.client()
            clients[frame.connection] = client
            switch frame.direction {
            case .toServer:
                try #require(!frame.isCut)
                open[frame.connection, default: []].append(frame)
                try client.send(frame.bytes)
            case .fromServer:
                let id = try #require(frame.correlationID)
                let request = try #require(open[frame.connection]?.last { $0.correlationID == id })
                let answer = try client.receive(answerTo: id)
                guard let expected = Mask.apply(frame.bytes, request), let found = Mask.apply(answer, request) else {
                    continue
                }
                #expect(found == expected, "\(frame.place)")
                compared += 1
            }
        }
        return compared
    }

    @Test("Producing with every codec, consuming, and positions of consumers")
    func currentClient() throws {
        let server = try TestServer("p1", "consumer-offset")
        for index in 0..<3 as Range<UInt32> {
            try server.spu.add(
                ReplicaKey(topic: "p3", partition: index), PartitionConfiguration(leader: 5_001, replicas: [5_001]))
        }
        #expect(try replay("03-produce", from: 9_010, to: server) == 34)
        #expect(try replay("04-consume", from: 9_010, to: server) == 17)
        #expect(try replay("05-consumer-offsets", from: 9_010, to: server) == 21)
        #expect(server.lines.all.isEmpty)
    }

    @Test("The older client")
    func olderClient() throws {
        let server = try TestServer("py3")
        #expect(try replay("08-python-0.21", from: 9_030, to: server) == 5)
    }

    @Test("Small segments, one response after the other")
    func segments() throws {
        let server = try TestServer("ret") { $0.log.segmentBytes = 4_096 }
        let producer = try server.client()
        // The responses of one stream are the topic.
        let responses = try Captures.load("13-evicted").filter {
            $0.connection == 3 && $0.direction == .fromServer && $0.correlationID == 2
        }
        for response in responses {
            let item = try StreamFetchResponse<RecordSet>(
                decoding: response.bytes, range: Frame.responseBodyPosition..<response.bytes.count, version: 25)
            let data = PartitionProduceData(partition: 0, records: item.partition.records)
            _ = try producer.call(
                ProduceRequest(
                    isolation: .readUncommitted, timeout: 0, topics: [TopicProduceData(name: "ret", partitions: [data])]
                ))
        }
        #expect(try replay("13-evicted", from: 9_020, [1, 3, 5], to: server) == 19)
    }

    @Test("Errors")
    func errors() throws {
        let server = try TestServer("p1")
        let data = PartitionProduceData(
            partition: 0, records: RecordSet(bytes: Batches.noise(size: 100, count: 1_222)[...]))
        _ = try server.client().call(
            ProduceRequest(
                isolation: .readUncommitted, timeout: 0, topics: [TopicProduceData(name: "p1", partitions: [data])]))
        // Unknown topic and partition, nothing to store, beyond the end, before the start, unknown SmartModule.
        let known: Set = [1, 2, 4, 5, 13, 15, 16, 21, 22, 31]
        #expect(try replay("09-errors", from: 9_010, known, to: server) == known.count)
        // A server that does not lead the partition.
        #expect(try replay("09-errors", from: 9_020, [3, 14, 23], to: TestServer()) == 3)
    }
}
