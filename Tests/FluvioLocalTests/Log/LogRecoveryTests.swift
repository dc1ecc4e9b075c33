import FluvioProtocol
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("Opening a log after a crash or damage")
struct LogRecoveryTests {
    let directory: TemporaryDirectory
    let lines = Lines()

    init() throws { directory = try TemporaryDirectory() }

    private static let log = "t-0/00000000000000000000.log"
    private static let index = "t-0/00000000000000000000.index"

    /// 20 batches of 2 records and 1,000 bytes each, in one segment: index entries at the batches 5, 11 and 17.
    private func fill(segmentBytes: Int = 1 << 30) throws {
        let log = try directory.log(segmentBytes: segmentBytes)
        for tag in 0..<20 { try log.append(Batches.noise(size: 1_000, count: 2, tag: Int32(tag))) }
    }

    private func reopen(segmentBytes: Int = 1 << 30) throws -> Log {
        try directory.log(segmentBytes: segmentBytes, lines: lines)
    }

    @Test("A log that was not damaged opens without a word, wherever the process ended")
    func intact() throws {
        try fill(segmentBytes: 5_000)
        let log = try reopen(segmentBytes: 5_000)
        #expect(lines.all.isEmpty)
        #expect(log.end == 40 && log.status.start == 0)
        #expect(try Batches.headers(log.all(from: 0)).map(\.baseOffset) == Array(stride(from: 0, to: 40, by: 2)))
    }

    @Test(
        "A batch cut anywhere at the end is removed, and its offsets are given again", arguments: [1, 56, 57, 500, 999])
    func torn(left: Int) throws {
        try fill()
        try directory.cut(Self.log, to: 19_000 + left)
        let log = try reopen()
        #expect(log.end == 38)
        #expect(try directory.bytes(Self.log).count == 19_000)
        #expect(
            lines.all.count == 1
                && lines.all[0].contains("cut \(left == 1 ? "1 byte" : "\(left) bytes") after offset 37"))
        #expect(try log.append(Batches.make(1)) == Appended(base: 38, end: 39))
        #expect(try log.bytes(from: 36)?.count == 1_000 + Batches.make(1).count)
    }

    @Test("Zeros, noise or a batch with a wrong CRC at the end are removed")
    func nonsenseAtEnd() throws {
        try fill()
        for damage in [[UInt8](repeating: 0, count: 5_000), [UInt8](repeating: 2, count: 5_000)] {
            try directory.patch(Self.log, at: 15_000, with: damage)
            #expect(try reopen().end == 30)
            #expect(try directory.bytes(Self.log).count == 15_000)
        }
        try directory.patch(Self.log, at: 13_800, with: [9])
        try directory.patch(Self.log, at: 14_800, with: [9])
        #expect(try reopen().end == 26)
        #expect(lines.all.last?.contains("cut 2000 bytes after offset 25") == true)
    }

    @Test("A log of nothing but a torn batch is empty")
    func onlyTorn() throws {
        try directory.log().append(Batches.make(3))
        try directory.cut(Self.log, to: 40)
        let log = try reopen()
        #expect(log.end == 0)
        #expect(try directory.bytes(Self.log).isEmpty)
        #expect(try log.append(Batches.make(3)) == Appended(base: 0, end: 3))
    }

    @Test("A wrong CRC with whole batches behind it is no torn end: it is named and kept")
    func checksumInside() throws {
        try fill()
        try directory.patch(Self.log, at: 4_500, with: [77])
        let before = try directory.bytes(Self.log)
        let log = try reopen()
        #expect(lines.all == ["t-0: 00000000000000000000.log: batch at offset 8 has a wrong CRC; kept as it is"])
        #expect(log.end == 40)
        #expect(try log.all(from: 0) == before)
    }

    @Test("A batch that is torn inside but has a right CRC is bytes like any other")
    func tornInside() throws {
        let log = try directory.log()
        try log.append(Batches.make(2))
        var torn = Batches.make(3, size: 100)
        torn.removeLast(50)
        let header = try #require(Batches.headers(torn).first)
        var shorter = header
        shorter.batchLength -= 50
        Batches.seal(&torn, shorter)
        try log.append(torn)
        let again = try reopen()
        #expect(lines.all.isEmpty)
        #expect(again.end == 5)
    }

    @Test("Damaged headers with whole batches behind them lose their own offsets and no more")
    func holeInside() throws {
        try fill()
        try directory.patch(Self.log, at: 4_000, with: [UInt8](repeating: 0xff, count: 1_500))
        let log = try reopen()
        #expect(log.end == 40)
        #expect(
            lines.all.first == """
                t-0: 00000000000000000000.log: offsets 8 to 11 are damaged (2000 bytes at byte 4000) and cannot be \
                read; the rest is kept
                """)
        #expect(try log.all(from: 0, to: 8).count == 4_000)
        for offset in 8...11 as ClosedRange<Int64> {
            #expect(throws: ReadError.evicted(offset, next: 12)) { try log.bytes(from: offset) }
        }
        #expect(try log.all(from: 12).count == 14_000)
        #expect(try log.append(Batches.make(1)) == Appended(base: 40, end: 41))
        #expect(try Batches.headers(log.all(from: 12)).first?.baseOffset == 12)
        // The same the next time.
        let again = try reopen()
        #expect(try again.all(from: 13).count == 14_000 + Batches.make(1).count)
    }

    /// What can happen to an index file.
    enum IndexDamage: CaseIterable, Sendable {
        case missing, empty, zeros, noise, torn, shifted, tooMany
    }

    private func damage(_ file: String, _ damage: IndexDamage) throws {
        switch damage {
        case .missing: try directory.remove(file)
        case .empty: try directory.cut(file, to: 0)
        case .zeros: try directory.patch(file, at: 0, with: [UInt8](repeating: 0, count: 24))
        case .noise: try directory.patch(file, at: 0, with: [UInt8](repeating: 0xa5, count: 24))
        case .torn: try directory.cut(file, to: 13)
        case .shifted: try directory.patch(file, at: 7, with: [3])
        case .tooMany: try directory.patch(file, at: 24, with: [0, 0, 0, 39, 0, 0, 0x4a, 0x40])
        }
    }

    @Test("The index of the last segment is made again from the log", arguments: IndexDamage.allCases)
    func activeIndex(damage kind: IndexDamage) throws {
        try fill()
        let before = try directory.bytes(Self.index)
        #expect(before.count == 10_485_760)
        #expect(
            Array(before[..<32])
                == [10, 5_000, 22, 11_000, 34, 17_000, 0, 0].flatMap { Batches.bigEndian(UInt32($0)) })
        try damage(Self.index, kind)
        let log = try reopen()
        #expect(lines.all == ["t-0: 00000000000000000000.index did not fit its log; made again"])
        #expect(try directory.bytes(Self.index) == before)
        #expect(try log.bytes(from: 25)?.count == 8_000)
    }

    @Test("The index of an older segment is made again from the log", arguments: IndexDamage.allCases)
    func closedIndex(damage kind: IndexDamage) throws {
        try fill(segmentBytes: 19_000)
        let before = try directory.bytes(Self.index)
        #expect(before.count == 24)
        try damage(Self.index, kind)
        let log = try reopen(segmentBytes: 19_000)
        for offset in 0..<38 as Range<Int64> {
            #expect(try log.read(from: offset, maximumBytes: 1, committed: false)?.next == offset / 2 * 2 + 2)
        }
        #expect(try directory.bytes(Self.index) == before)
        #expect(lines.all.contains { $0.contains("00000000000000000000.index was") })
        #expect(log.status.size == 20_000 + 24)
    }

    @Test("Without a checkpoint, or with one of another length, the high watermark is 0; it never passes the end")
    func checkpoint() throws {
        try fill()
        let file = "t-0/replication.chk"
        #expect(try reopen().highWatermark == 0)
        try directory.write(Batches.bigEndian(Int64(17)), to: file)
        #expect(try reopen().highWatermark == 17)
        #expect(lines.all.isEmpty)
        try directory.write(Batches.bigEndian(Int64(1_000)), to: file)
        #expect(try reopen().highWatermark == 40)
        try directory.write([0, 0, 0, 0, 0, 0, 17], to: file)
        #expect(try reopen().highWatermark == 0)
        #expect(lines.all.last == "t-0: replication.chk has 7 bytes instead of 8; taken as 0")
    }

    @Test(
        "Offsets that the checkpoint knows of and the log has lost are named, and not given again",
        arguments: [0, 19_000])
    func lost(left: Int) throws {
        try fill()
        try directory.write(Batches.bigEndian(Int64(40)), to: "t-0/replication.chk")
        try directory.cut(Self.log, to: left)
        let first = Int64(left / 1_000 * 2)
        let log = try reopen()
        #expect(
            lines.all.contains(
                "t-0: offsets \(first) to 39 are lost: replication.chk says that they were stored"))
        try log.skipLost()
        #expect(throws: ReadError.evicted(first, next: 40)) { try log.bytes(from: first) }
        #expect(try log.append(Batches.make(1)) == Appended(base: 40, end: 41))
        #expect(try log.all(from: 0, to: first).count == left)
        let again = try reopen()
        #expect(again.end == 41)
        #expect(throws: ReadError.evicted(first, next: 40)) { try again.bytes(from: first) }
        let end = again.end
        try again.skipLost()
        #expect(again.end == end)
    }

    @Test("The checkpoint is written when the high watermark has moved")
    func writesCheckpoint() throws {
        try fill()
        let log = try reopen()
        log.advanceHighWatermark(to: 12)
        try log.writeCheckpoint()
        #expect(try directory.bytes("t-0/replication.chk") == Batches.bigEndian(Int64(12)))
        #expect(try reopen().highWatermark == 12)
    }

    @Test("An empty last segment goes on where the one before ended")
    func emptySegment() throws {
        try fill()
        try directory.write([], to: "t-0/00000000000000000040.log")
        let log = try reopen()
        #expect(log.end == 40)
        #expect(try log.append(Batches.make(2)) == Appended(base: 40, end: 42))
        #expect(try Batches.headers(log.all(from: 0)).count == 21)
    }

    @Test("Files of other makes are named and left alone")
    func foreign() throws {
        try fill()
        let names = ["notes.txt", "0.log", "00000000000000000077.index", "0000000000000000000x.log", "x.log.5.tmp"]
        for name in names { try directory.write([1, 2, 3], to: "t-0/\(name)") }
        let log = try reopen()
        #expect(log.end == 40)
        for name in names {
            #expect(try directory.bytes("t-0/\(name)") == [1, 2, 3])
            #expect(lines.all.filter { $0.contains(" \(name) ") && $0.contains("left alone") }.count == 1)
        }
        #expect(lines.all.count == names.count)
    }

    @Test("An older segment that lost its end is named; what is left of it and all others are served")
    func shortOlder() throws {
        try fill(segmentBytes: 5_000)
        try directory.cut("t-0/00000000000000000010.log", to: 3_500)
        let log = try reopen(segmentBytes: 5_000)
        #expect(
            lines.all.first == """
                t-0: 00000000000000000010.log: offsets 16 to 19 are damaged (500 bytes at byte 3000) and cannot be \
                read; the rest is kept
                """)
        #expect(try log.all(from: 0, to: 16).count == 8_000)
        #expect(throws: ReadError.evicted(16, next: 20)) { try log.bytes(from: 16) }
        #expect(try log.all(from: 20).count == 10_000)
        // Nothing was cut: who can mend it still can.
        #expect(try directory.bytes("t-0/00000000000000000010.log").count == 3_500)
    }

    @Test("A missing older segment is named, and the others are served")
    func missingOlder() throws {
        try fill(segmentBytes: 5_000)
        try directory.remove("t-0/00000000000000000010.log")
        let log = try reopen(segmentBytes: 5_000)
        #expect(lines.all.contains { $0.contains("offsets 10 to 19 are missing") })
        #expect(throws: ReadError.evicted(15, next: 20)) { try log.bytes(from: 15) }
        #expect(try log.all(from: 20).count == 10_000)
        #expect(try log.all(from: 0, to: 10).count == 5_000)
    }

    @Test("Damage inside an older segment shows when it is read, costs its own offsets, and is named once")
    func damageInsideOlder() throws {
        try fill(segmentBytes: 19_000)
        try directory.patch(Self.log, at: 8_000, with: [UInt8](repeating: 0, count: 60))
        let log = try reopen(segmentBytes: 19_000)
        #expect(lines.all.isEmpty)
        #expect(try log.read(from: 15, maximumBytes: 1, committed: false)?.next == 16)
        #expect(throws: ReadError.evicted(16, next: 18)) { try log.read(from: 16, maximumBytes: 1, committed: false) }
        #expect(try log.all(from: 18).count == 11_000)
        #expect(throws: ReadError.evicted(17, next: 18)) { try log.bytes(from: 17) }
        #expect(lines.all.count == 2)
    }

    @Test("A directory that is no directory is an error that names it")
    func notADirectory() throws {
        try directory.write([], to: "t-0")
        let error = #expect(throws: (any Error).self) { try reopen() }
        #expect("\(String(describing: error))".contains("t-0"))
    }
}
