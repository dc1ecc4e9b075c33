import FluvioProtocol
import TestSupport
import Testing
import Unix

@testable import FluvioLocal

@Suite("A log that is a copy")
struct LogReplicaTests {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    /// Twelve batches of two records, in segments of two batches, or in one.
    private func log(_ name: String, segmentBytes: Int) throws -> Log {
        let log = try directory.log(name, segmentBytes: segmentBytes)
        log.begin(turn: 7)
        for tag in 0..<12 { try log.append(Batches.make(2, size: 3_000, tag: Int32(tag))) }
        return log
    }

    private func files(_ name: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for file in try directory.names(in: name) where file != "replication.chk" {
            files[file] = try directory.bytes("\(name)/\(file)")
        }
        return files
    }

    @Test("Cut anywhere, it is as if it had never been longer", arguments: [1 << 30, 13_000], 0..<25)
    func cut(segmentBytes: Int, offset: Int64) throws {
        let log = try log("cut", segmentBytes: segmentBytes)
        log.advanceHighWatermark(to: 24)
        #expect(try log.cut(to: offset, turn: 7))
        // The batch that the offset is in goes whole.
        let kept = Int(offset / 2)
        let other = try directory.log("fresh", segmentBytes: segmentBytes)
        for tag in 0..<kept { try other.append(Batches.make(2, size: 3_000, tag: Int32(tag))) }
        #expect(log.end == Int64(kept * 2) && log.highWatermark == log.end)
        for log in [log, other] { try log.append(Batches.make(1, size: 5_000, tag: 99)) }
        #expect(try log.all(from: 0) == other.all(from: 0))
        if segmentBytes > 1 << 20 { #expect(try files("cut") == files("fresh")) }
        // The next start finds nothing to mend.
        let lines = Lines()
        let reopened = try directory.log("cut", segmentBytes: segmentBytes, lines: lines)
        #expect(reopened.end == log.end && lines.all == [])
        #expect(try reopened.all(from: 0) == other.all(from: 0))
    }

    @Test("It takes batches that follow on its end, byte for byte, and no others")
    func copies() throws {
        let source = try log("source", segmentBytes: 13_000)
        let copy = try directory.log("copy", segmentBytes: 13_000)
        copy.begin(turn: 3)
        var offset: Int64 = 0
        while let slice = try source.read(from: offset, maximumBytes: 20_000, committed: false) {
            var bytes = try slice.contents()
            if offset > 0 {
                let early = Array(bytes.dropFirst(Batches.headers(bytes)[0].wholeSize))
                if !early.isEmpty {
                    #expect(throws: AppendError.self) {
                        var early = early
                        _ = try copy.append(copies: &early, turn: 3)
                    }
                }
            }
            #expect(throws: AppendError.deposed) {
                var bytes = bytes
                _ = try copy.append(copies: &bytes, turn: 2)
            }
            _ = try copy.append(copies: &bytes, turn: 3)
            offset = slice.next
        }
        #expect(try files("copy") == files("source"))
    }

    @Test("Emptied, it goes on at another offset")
    func startOver() throws {
        let log = try log("log", segmentBytes: 13_000)
        #expect(try log.startOver(at: 500, turn: 7))
        #expect(log.status.start == 500 && log.end == 500 && log.highWatermark == 500)
        try log.append(Batches.make(3))
        let reopened = try directory.log("log", segmentBytes: 13_000)
        #expect(reopened.status.start == 500 && reopened.end == 503)
    }

    @Test("Who began when another server led changes nothing")
    func turns() throws {
        let log = try log("log", segmentBytes: 13_000)
        log.begin(turn: 8)
        #expect(try !log.cut(to: 3, turn: 7))
        #expect(try !log.startOver(at: 3, turn: 7))
        #expect(try !log.skip(to: 100, turn: 7))
        #expect(throws: AppendError.deposed) {
            var batch = Batches.make(1)
            _ = try log.append(&batch, 0..<batch.count, turn: 7)
        }
        #expect(log.end == 24)
        var batch = Batches.make(1)
        let appended = try log.append(&batch, 0..<batch.count, turn: 8)
        #expect(appended?.end == 25)
    }

    @Test("Where the other one has a hole, it gets one, and the high watermark waits before it")
    func skip() throws {
        let log = try log("log", segmentBytes: 13_000)
        log.advanceHighWatermark(to: 10)
        #expect(try log.skip(to: 100, turn: 7))
        #expect(log.end == 100 && log.highWatermark == 10)
        #expect(throws: ReadError.evicted(50, next: 100)) { try log.bytes(from: 50) }
    }
}
