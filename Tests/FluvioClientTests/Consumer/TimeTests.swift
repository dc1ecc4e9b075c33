import FluvioProtocol
import Testing

@testable import FluvioClient

@Suite("Offsets by time", .timeLimit(.minutes(10)))
struct TimeTests {
    @Test func `are those that a search through all records finds`() async throws {
        let cluster = try TestCluster()
        let client = try await cluster.connect()
        try await client.admin.createTopic("t")
        #expect(try await client.offset(of: "t", partition: 0, at: 0) == 0)
        var settings = ProducerSettings()
        settings.batchSize = 256
        var times: [Int64] = []
        var time: Int64 = 1_000_000
        var random = SystemRandomNumberGenerator()
        for round in 0..<30 {
            settings.compression = Compression.allCases[round % 5]
            let producer = try await client.producer(for: "t", settings: settings)
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                time += Int64.random(in: 0...3, using: &random)
                times.append(time)
                try await producer.send(value: [1, 2, 3, 4, 5, 6], timestamp: time)
            }
            try await producer.finish()
            producer.close()
        }
        for wanted in [0, 1_000_000] + (0..<60).map({ _ in Int64.random(in: 999_990...time + 5, using: &random) }) {
            let expected = times.firstIndex { $0 >= wanted } ?? times.count
            #expect(try await client.offset(of: "t", partition: 0, at: wanted) == Int64(expected), "\(wanted)")
        }
        await #expect(throws: FluvioError.self) { try await client.offset(of: "t", partition: 7, at: 0) }
        client.close()
    }
}
