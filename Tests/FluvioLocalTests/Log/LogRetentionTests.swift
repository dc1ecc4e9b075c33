import FluvioProtocol
import Foundation
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("Retention of a log")
struct LogRetentionTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private static let now: Int64 = 2_000_000_000_000_000_000

    private func age(_ base: Int, seconds: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Double(Self.now / 1_000_000_000) - seconds)],
            ofItemAtPath: directory.path + "/t-0/" + String(format: "%020d.log", base))
    }

    private func filled(_ change: (inout LogConfiguration) -> Void) throws -> Log {
        let log = try directory.log(segmentBytes: 1_000, change)
        for _ in 0..<5 { try log.append(Batches.noise(size: 1_000, count: 10)) }
        for base in stride(from: 0, to: 50, by: 10) { try age(base, seconds: 10) }
        return log
    }

    @Test("Closed segments that were not written to for too long go, oldest first; the active one never")
    func byTime() throws {
        let log = try filled { $0.retention = .seconds(60) }
        #expect(!log.enforceRetention(now: Self.now))
        try age(0, seconds: 61)
        try age(20, seconds: 61)
        try age(40, seconds: 61)
        #expect(log.enforceRetention(now: Self.now))
        // 20 is old, but 10 stands before it: a log has no gaps.
        #expect(log.status.start == 10)
        try age(10, seconds: 61)
        #expect(log.enforceRetention(now: Self.now))
        #expect(log.status.start == 30)
        try age(30, seconds: 61)
        #expect(log.enforceRetention(now: Self.now))
        #expect(!log.enforceRetention(now: Self.now))
        #expect(log.status.start == 40 && log.end == 50)
        #expect(try directory.names(in: "t-0") == ["00000000000000000040.index", "00000000000000000040.log"])
    }

    @Test("The oldest closed segments go while the log is too long")
    func bySize() throws {
        let log = try filled { $0.maximumBytes = 3_000 }
        // 5,032 bytes with indexes: three segments' worth too many, as a real server counts.
        #expect(log.enforceRetention(now: Self.now))
        #expect(log.status.start == 30)
        #expect(!log.enforceRetention(now: Self.now))
        var configuration = LogConfiguration()
        configuration.segmentBytes = 1_000
        configuration.maximumBytes = 1
        log.configure(configuration)
        #expect(log.enforceRetention(now: Self.now))
        #expect(log.status.start == 40)
    }

    @Test("Without limits nothing goes")
    func none() throws {
        let log = try filled { $0.retention = nil }
        try age(0, seconds: 1_000_000_000)
        #expect(!log.enforceRetention(now: Self.now))
    }

    @Test("A reader at a deleted segment finishes its slice; the next read says what is there")
    func whileReading() throws {
        let log = try filled { $0.maximumBytes = 3_000 }
        let slice = try #require(try log.read(from: 0, maximumBytes: .max, committed: false))
        #expect(log.enforceRetention(now: Self.now))
        #expect(try slice.bytes.count == 1_000)
        #expect(throws: ReadError.evicted(10, next: 30)) {
            try log.read(from: slice.next, maximumBytes: .max, committed: false, after: slice.mark)
        }
        #expect(try log.read(from: 30, maximumBytes: .max, committed: false) != nil)
    }

    @Test("What is left opens again without a word")
    func reopened() throws {
        let log = try filled { $0.maximumBytes = 3_000 }
        #expect(log.enforceRetention(now: Self.now))
        let lines = Lines()
        let again = try directory.log(lines: lines)
        #expect(again.status.start == 30 && again.end == 50)
        #expect(lines.all.isEmpty)
        #expect(try again.append(Batches.make()) == Appended(base: 50, end: 51))
    }
}
