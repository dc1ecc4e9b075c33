import FluvioProtocol
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("Appending to a log")
struct LogAppendTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("Batches get consecutive base offsets in place, and keep all else")
    func baseOffsets() throws {
        let log = try directory.log()
        let first = Batches.make(3, tag: 7)
        #expect(try log.append(first) == Appended(base: 0, end: 3))
        var two = Batches.make(2) + Batches.make(5)
        let frame = [UInt8](repeating: 9, count: 11)
        two = frame + two + frame
        #expect(try log.append(&two, 11..<two.count - 11) == Appended(base: 3, end: 10))
        #expect(two.prefix(11) == frame[...] && two.suffix(11) == frame[...])
        let stored = try directory.bytes("t-0/00000000000000000000.log")
        #expect(Batches.headers(stored).map(\.baseOffset) == [0, 3, 5])
        #expect(stored[8..<first.count] == first[8...])
        #expect(stored[first.count...] == two[11..<two.count - 11])
        #expect(log.status.end == 10)
        #expect(log.highWatermark == 0)
    }

    @Test("An empty RecordSet stores nothing and is no error")
    func empty() throws {
        let log = try directory.log()
        #expect(try log.append([]) == nil)
        #expect(log.end == 0)
    }

    /// What can be wrong with a batch, and a part of what is said then.
    enum Damage: String, CaseIterable, Sendable {
        case header = "cut in its header"
        case end = "cut: "
        case checksum = "wrong CRC"
        case format = "unknown format"
        case short = "impossible length 44"
        case negative = "impossible length -1"
        case empty = "no records"
        case codec = "unknown codec"

        func apply(to batch: inout [UInt8]) {
            switch self {
            case .header: batch.removeLast(batch.count - 30)
            case .end: batch.removeLast(1)
            case .checksum: batch[batch.count - 1] ^= 1
            case .format: batch[16] = 1
            case .short: batch.replaceSubrange(8..<12, with: Batches.bigEndian(Int32(44)))
            case .negative: batch.replaceSubrange(8..<12, with: Batches.bigEndian(Int32(-1)))
            case .empty: batch.replaceSubrange(23..<27, with: Batches.bigEndian(Int32(-1)))
            case .codec: batch[22] = 5
            }
        }
    }

    @Test(
        "What no reader could use is refused, and nothing of its RecordSet is stored", arguments: Damage.allCases)
    func damaged(damage: Damage) throws {
        let log = try directory.log()
        var batch = Batches.make(4)
        damage.apply(to: &batch)
        let error = #expect(throws: AppendError.self) { try log.append(Batches.make(2), batch) }
        guard case .invalid(let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("batch 1") && text.contains(damage.rawValue))
        #expect(try directory.bytes("t-0/00000000000000000000.log").isEmpty)
        #expect(try log.append(Batches.make(1)) == Appended(base: 0, end: 1))
    }

    @Test("A batch with more records than offsets, or without any, is refused; one with fewer is not", arguments: 0...4)
    func count(records: Int32) throws {
        let log = try directory.log()
        let batch = Batches.make(payload: Batches.bigEndian(records) + [0, 0], lastOffsetDelta: 2)
        if 1...3 ~= records {
            #expect(try log.append(batch)?.end == 3)
        } else {
            #expect(throws: AppendError.invalid("batch 0 does not hold the records that it takes up offsets for")) {
                try log.append(batch)
            }
        }
    }

    @Test("A batch longer than a segment is too large")
    func longerThanSegment() throws {
        let log = try directory.log(segmentBytes: 4_096)
        try log.append(Batches.noise(size: 4_096))
        #expect(throws: AppendError.tooLarge(4_097, limit: 4_096)) { try log.append(Batches.noise(size: 4_097)) }
    }

    @Test("A batch of 33,554,432 bytes is stored, one byte more is too large")
    func largestBatch() throws {
        let log = try directory.log()
        try log.append(Batches.noise(size: 33_554_432))
        #expect(throws: AppendError.tooLarge(33_554_433, limit: 33_554_432)) {
            try log.append(Batches.noise(size: 33_554_433))
        }
        #expect(log.status.size == 33_554_432)
    }

    @Test("Where the topic allows one codec, another is refused")
    func codec() throws {
        let log = try directory.log()
        var plain = Batches.make()
        var zstd = Batches.noise(size: 100)
        #expect(throws: AppendError.codec) { try log.append(&plain, 0..<plain.count, codec: .zstd) }
        #expect(throws: AppendError.codec) { try log.append(&zstd, 0..<zstd.count, codec: Compression.none) }
        #expect(try log.append(&zstd, 0..<zstd.count, codec: .zstd) != nil)
    }

    @Test("A segment is closed when the next batch would pass its length, also within one append")
    func roll() throws {
        let log = try directory.log(segmentBytes: 1_000)
        try log.append(Batches.noise(size: 600, count: 10), Batches.noise(size: 400, count: 5))
        #expect(try directory.names(in: "t-0").count == 2)
        try log.append(
            Batches.noise(size: 100), Batches.noise(size: 950), Batches.noise(size: 60), Batches.noise(size: 58))
        #expect(
            try directory.names(in: "t-0").filter { $0.hasSuffix(".log") } == [
                "00000000000000000000.log", "00000000000000000015.log", "00000000000000000016.log",
                "00000000000000000017.log",
            ])
        #expect(try directory.bytes("t-0/00000000000000000015.log").count == 100)
        #expect(try directory.bytes("t-0/00000000000000000016.log").count == 950)
        #expect(try directory.bytes("t-0/00000000000000000017.log").count == 118)
        #expect(Batches.headers(try log.all(from: 0)).map(\.baseOffset) == [0, 10, 15, 16, 17, 18])
        #expect(try directory.bytes("t-0/00000000000000000016.index") == [UInt8](repeating: 0, count: 8))
        #expect(log.status.size == 1_000 + 100 + 950 + 118 + 3 * 8)
        // The same as found on the disk.
        let lines = Lines()
        #expect(try directory.log(segmentBytes: 1_000, lines: lines).status.size == log.status.size)
        #expect(lines.all.isEmpty)
    }

    @Test("Appends from many threads are stored whole, one after the other")
    func concurrent() async throws {
        let log = try directory.log(segmentBytes: 50_000)
        await withTaskGroup(of: Void.self) { group in
            for tag in 0..<8 {
                group.addTask {
                    for number in 0..<50 {
                        _ = try? log.append(Batches.make(number % 7 + 1, size: 50, tag: Int32(tag)))
                    }
                }
            }
        }
        let headers = Batches.headers(try log.all(from: 0))
        #expect(headers.count == 400)
        var next: Int64 = 0
        for header in headers {
            #expect(header.baseOffset == next)
            next = header.nextOffset ?? -1
        }
        #expect(next == log.end)
    }
}
