import FluvioProtocol
import Foundation
import TestSupport
import Testing
import Unix

@testable import FluvioLocal

@Suite("kill -9 of a server")
struct SpuKillTests {
    /// Produces until killed; writes down what was acknowledged: base offset and tag.
    private static func produce(to port: UInt16, tag: Int32, notes: CInt) {
        do {
            let client = try TestClient(port: port)
            var number = tag
            while true {
                let batches = (0..<3).map { Batches.noise(size: 200 + Int(number) % 900, tag: number + $0) }
                let data = PartitionProduceData(partition: 0, records: RecordSet(bytes: batches.flatMap { $0 }[...]))
                let request = ProduceRequest(
                    isolation: .readUncommitted, timeout: 0, topics: [TopicProduceData(name: "t", partitions: [data])])
                let answer = try client.call(request).topics[0].partitions[0]
                guard answer.error == .success else { return }
                let note = Array("\(answer.baseOffset) \(number)\n".utf8)
                try unsafe note.withUnsafeBytes { try unsafe Unix.writeAll(notes, $0) }
                number += 10
            }
        } catch {}
    }

    @Test("loses nothing that was acknowledged, at whatever moment", arguments: [3, 40, 150, 400])
    func killed(after: Int) async throws {
        let directory = try TemporaryDirectory()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = directory.path as String, after = after as Int] in
            let spu = try Spu(id: 5_001, directory: path, say: { _ in })
            var configuration = PartitionConfiguration(leader: 5_001, replicas: [5_001])
            configuration.log.segmentBytes = 20_000
            try spu.add(ReplicaKey(topic: "t", partition: 0), configuration)
            let port = try spu.start(host: "127.0.0.1", port: 0)
            let notes = try FileDescriptor.open("\(path)/notes", O_WRONLY | O_CREAT | O_APPEND)
            let raw = notes.raw
            for tag in 1...3 as ClosedRange<Int32> {
                Thread.detachNewThread { Self.produce(to: port, tag: tag * 1_000_000, notes: raw) }
            }
            while true {
                if (try? Unix.contents(of: "\(path)/notes").count { $0 == 10 }) ?? 0 >= after {
                    kill(getpid(), SIGKILL)
                }
                usleep(50)
            }
        }
        let lines = Lines()
        let log = try directory.log("spu-logs-5001/t-0", segmentBytes: 20_000, lines: lines)
        let headers = Batches.headers(try log.all(from: 0))
        let stored = Dictionary(uniqueKeysWithValues: headers.map { ($0.baseOffset, $0.firstSequence) })
        let notes = String(decoding: try directory.bytes("notes"), as: UTF8.self).split(separator: "\n")
        #expect(notes.count >= after)
        for note in notes {
            let numbers = note.split(separator: " ").compactMap { Int64($0) }
            // The last note may be cut too.
            guard numbers.count == 2, note != notes.last else { continue }
            for step in 0..<3 as Range<Int64> {
                #expect(stored[numbers[0] + step] == Int32(numbers[1] + step))
            }
        }
        // Nothing but what a write in the middle leaves.
        #expect(lines.all.filter { !$0.contains("left by a crash") && !$0.hasSuffix("made again") } == [])
        #expect(try log.append(Batches.make())?.base == log.end - 1)
    }
}
