import FluvioProtocol
import TestSupport
import Testing
import Unix

@testable import FluvioLocal

@Suite("Clients that send anything")
struct HostileClientTests {
    @Test("Changed requests are answered, or their connection ends; others are served, and the log stays whole")
    func changed() throws {
        let server = try TestServer("p1", "py3", "consumer-offset")
        var random = SeededRandom(seed: 7)
        let requests = try Captures.publicFrames().filter {
            $0.direction == .toServer && !$0.isController && !$0.isCut && $0.bytes.count < 20_000
        }
        #expect(requests.count > 100)
        let offsets = FetchOffsetsRequest(topics: [FetchOffsetTopic(name: "p1", partitions: [0])])
        for _ in 0..<400 {
            var frame = try #require(requests.randomElement(using: &random)).bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let position = Int.random(in: 4..<frame.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: frame[position] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
                case 1: frame[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                default: frame.removeSubrange(position..<min(frame.count, position + 3))
                }
                if frame.count < 12 { break }
            }
            frame.replaceSubrange(0..<4, with: Batches.bigEndian(Int32(frame.count - 4)))
            let client = try server.client()
            try client.send(frame)
            do {
                _ = try client.call(offsets)
            } catch TestClient.Failure.ended {
            } catch is SystemError {
                // Closed while the second request was on its way.
            } catch is WireError {
                // The changed request had the second one's id.
            }
        }
        #expect(try server.client().call(offsets).topics.count == 1)
        let end = try #require(server.spu.status(of: ReplicaKey(topic: "p1", partition: 0))).end
        server.spu.stop()
        let lines = Lines()
        let log = try server.directory.log("spu-logs-5001/p1-0", lines: lines)
        #expect(log.end == end && end > 0)
        #expect(lines.all.isEmpty)
        _ = try log.all(from: 0)
    }
}
