import FluvioProtocol
import Glibc
import TestSupport
import Testing
import Unix

@testable import FluvioLocal

@Suite("A log on a full disk", .enabled(if: canMount, "not root: no file system of a small size can be mounted"))
struct FullDiskTests {
    let directory: TemporaryDirectory
    let disk: SmallDisk
    let lines = Lines()

    init() throws {
        directory = try TemporaryDirectory()
        disk = try #require(SmallDisk(bytes: 256 * 1_024, in: directory))
    }

    private func log(segmentBytes: Int = 1 << 30) throws -> Log {
        try directory.log("disk/t-0", segmentBytes: segmentBytes, lines: lines)
    }

    /// Takes all the room there is, but for some.
    private func occupy(leaving left: Int) throws {
        let file = try FileDescriptor.open("\(disk.path)/filler", O_WRONLY | O_CREAT)
        var size = 0
        let block = [UInt8](repeating: 1, count: 4_096)
        while (try? Unix.write(block, to: file.raw, at: size)) != nil { size += block.count }
        try Unix.truncate(file.raw, to: size - left)
    }

    @Test("An append that does not fit is refused and leaves no trace; readers go on; with room, appends do")
    func full() throws {
        let log = try log()
        try log.append(Batches.noise(size: 10_000, count: 3))
        try occupy(leaving: 20_480)
        let before = try directory.bytes("disk/t-0/00000000000000000000.log")
        // Part of it fits.
        #expect(throws: AppendError.full) {
            try log.append(Batches.noise(size: 15_000), Batches.noise(size: 15_000))
        }
        #expect(throws: AppendError.full) { try log.append(Batches.noise(size: 100_000)) }
        #expect(try directory.bytes("disk/t-0/00000000000000000000.log") == before)
        #expect(log.status.isFull && log.end == 3)
        #expect(lines.all.count == 1 && lines.all[0].contains("the disk is full"))
        #expect(try log.bytes(from: 0) == before)
        // A smaller one fits still.
        #expect(try log.append(Batches.noise(size: 5_000)) == Appended(base: 3, end: 4))
        #expect(!log.status.isFull)
        #expect(throws: AppendError.full) { try log.append(Batches.noise(size: 100_000)) }
        try directory.remove("disk/filler")
        #expect(try log.append(Batches.noise(size: 100_000)) == Appended(base: 4, end: 5))
        #expect(!log.status.isFull)
        #expect(lines.all.last == "t-0: there is room again".replacing("t-0", with: "disk/t-0"))
        let again = try directory.log("disk/t-0", lines: lines)
        #expect(again.end == 5)
        #expect(try again.all(from: 0) == log.all(from: 0))
    }

    @Test("An append that fills several segments and fails in the last removes them all")
    func rolling() throws {
        let log = try log(segmentBytes: 20_000)
        try log.append(Batches.noise(size: 10_000, count: 3))
        try occupy(leaving: 40_960)
        let names = try directory.names(in: "disk/t-0")
        let batches = (0..<6).map { Batches.noise(size: 9_000, tag: $0) }
        var bytes = batches.flatMap { $0 }
        #expect(throws: AppendError.full) { try log.append(&bytes, 0..<bytes.count) }
        #expect(try directory.names(in: "disk/t-0") == names)
        #expect(try directory.bytes("disk/t-0/00000000000000000000.log").count == 10_000)
        #expect(log.end == 3 && log.status.start == 0)
        try directory.remove("disk/filler")
        #expect(try log.append(&bytes, 0..<bytes.count) == Appended(base: 3, end: 9))
        #expect(try Batches.headers(log.all(from: 0)).map(\.firstSequence) == [0, 0, 1, 2, 3, 4, 5])
        #expect(try directory.names(in: "disk/t-0").count == 8)
        #expect(try directory.log("disk/t-0", segmentBytes: 20_000).end == 9)
    }

    @Test("An index that cannot be written does not keep records from being stored, and catches up")
    func index() throws {
        let log = try log()
        let sizes = [5_000, 3_000, 5_000, 5_000]
        try log.append(Batches.noise(size: sizes[0]))
        try occupy(leaving: 0)
        // It fits into the pages that the log has. The index has none yet.
        try log.append(Batches.noise(size: sizes[1]))
        #expect(try directory.bytes("disk/t-0/00000000000000000000.index").allSatisfy { $0 == 0 })
        try directory.remove("disk/filler")
        for size in sizes[2...] { try log.append(Batches.noise(size: size)) }
        let other = try directory.log("other")
        for size in sizes { try other.append(Batches.noise(size: size)) }
        #expect(
            try directory.bytes("disk/t-0/00000000000000000000.index")
                == directory.bytes("other/00000000000000000000.index"))
        #expect(lines.all.isEmpty)
    }
}
