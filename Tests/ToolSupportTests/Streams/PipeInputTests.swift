import Glibc
import Testing
import ToolSupport
import Unix

@Suite("Record reader on pipes")
struct PipeInputTests {
    @Test func `it is idle when a read would block, and goes on when there is more`() throws {
        let (reading, writing) = try Plumbing.pipe()
        defer { close(reading) }
        var reader = RecordReader(standardInput: reading)
        guard case .idle = try reader.next() else {
            Issue.record("not idle")
            return
        }
        do {
            let readiness = try reader.wait(timeoutMilliseconds: 0)
            #expect(readiness == .timedOut)
        }
        try Plumbing.write(Array("one\ntw".utf8), to: writing)
        do {
            let readiness = try reader.wait()
            #expect(readiness == .readable)
        }
        guard case .record(let one) = try reader.next() else {
            Issue.record("no record")
            return
        }
        #expect(Seen(one) == Seen("one", line: 1, at: 0))
        guard case .idle = try reader.next() else {
            Issue.record("not idle")
            return
        }
        try Plumbing.write(Array("o\nthree".utf8), to: writing)
        close(writing)
        let all = try reader.readAll()
        #expect(all == [Seen("two", line: 2, at: 4), Seen("three", line: 3, at: 8, ended: false)])
    }

    @Test func `a wait is ended by the wake descriptor, which is also seen while input keeps coming`() async throws {
        let (reading, writing) = try Plumbing.pipe()
        let (wake, waker) = try Plumbing.pipe()
        let (idle, isIdle) = try Plumbing.pipe()
        defer { for fd in [reading, writing, wake, waker, idle, isIdle] { close(fd) } }
        let waiting = Plumbing.thread {
            var reader = RecordReader(wake: wake, standardInput: reading)
            guard case .idle = try reader.next() else { return false }
            try Plumbing.write([1], to: isIdle)
            return try reader.wait() == .woken
        }
        _ = try Unix.poll(idle, CInt(POLLIN), timeoutMilliseconds: 10_000)
        try Plumbing.write([1], to: waker)
        #expect(try await waiting.value)
        try Plumbing.write(Array("data\n".utf8), to: writing)
        var reader = RecordReader(wake: wake, standardInput: reading)
        guard case .woken = try reader.next() else {
            Issue.record("not woken")
            return
        }
    }

    @Test func `a descriptor in non-blocking mode is read as any other, and its mode stays`() throws {
        let (reading, writing) = try Plumbing.pipe()
        defer { close(reading) }
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
        var reader = RecordReader(standardInput: reading)
        guard case .idle = try reader.next() else {
            Issue.record("not idle")
            return
        }
        try Plumbing.write(Array("a\nb\n".utf8), to: writing)
        close(writing)
        let all = try reader.readAll().map(\.text)
        #expect(all == [[0x61], [0x62]])
        #expect(reader.source == "-")
        #expect(fcntl(reading, F_GETFL) & O_NONBLOCK != 0)
    }

    @Test func `a FIFO without a writer does not keep from being woken`() throws {
        let name = "/tmp/datapath-fifo-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        try #require(unsafe mkfifo(name, 0o600) == 0)
        defer { unsafe unlink(name) }
        var reader = RecordReader(sources: [name])
        guard case .idle = try reader.next() else {
            Issue.record("not idle")
            return
        }
        do {
            let readiness = try reader.wait(timeoutMilliseconds: 0)
            #expect(readiness == .timedOut)
        }
        let writer = try FileDescriptor.open(name, O_WRONLY)
        try Plumbing.write(Array("late\n".utf8), to: writer.raw)
        do {
            let readiness = try reader.wait()
            #expect(readiness == .readable)
        }
        guard case .record(let record) = try reader.next() else {
            Issue.record("no record")
            return
        }
        #expect(Seen(record) == Seen("late", line: 1, at: 0))
        try writer.close()
        let all = try reader.readAll()
        #expect(all == [])
    }

    @Test func `chunks are all that was read, before the records in them`() throws {
        let (reading, writing) = try Plumbing.pipe()
        defer { close(reading) }
        var reader = RecordReader(announcesChunks: true, standardInput: reading)
        var steps: [String] = []
        let pieces = ["on", "e\ntwo\nth", "ree"]
        for piece in pieces + [nil] {
            if let piece { try Plumbing.write(Array(piece.utf8), to: writing) } else { close(writing) }
            loop: while true {
                switch try reader.next() {
                case .chunk(let bytes): unsafe steps.append("chunk " + String(decoding: bytes, as: UTF8.self))
                case .record(let record): unsafe steps.append(String(decoding: record.bytes, as: UTF8.self))
                case .idle, .end: break loop
                default: steps.append("?")
                }
            }
        }
        #expect(steps == ["chunk on", "chunk e\ntwo\nth", "one", "two", "chunk ree", "three"])
    }

    @Test func `what has come of a record can be taken before its end`() throws {
        let (reading, writing) = try Plumbing.pipe()
        defer { close(reading) }
        var reader = RecordReader(standardInput: reading)
        #expect(reader.takePartial().map { Seen($0) } == nil)
        try Plumbing.write(Array("half".utf8), to: writing)
        guard case .idle = try reader.next() else {
            Issue.record("not idle")
            return
        }
        let partial = reader.takePartial().map { Seen($0) }
        #expect(partial == Seen("half", line: 1, at: 0, ended: false))
        try Plumbing.write(Array(" rest\n".utf8), to: writing)
        close(writing)
        let all = try reader.readAll()
        #expect(all == [Seen(" rest", line: 2, at: 4)])
    }

    @Test func `a record of several megabytes comes whole through a pipe`() async throws {
        let (reading, writing) = try Plumbing.pipe()
        let large = [UInt8](repeating: 0x78, count: 5_000_000)
        let writer = Plumbing.thread {
            try Plumbing.write(large + [10] + Array("after\n".utf8), to: writing)
            close(writing)
        }
        let seen = try await Plumbing.thread {
            var reader = RecordReader(standardInput: reading)
            return try reader.readAll().map(\.text)
        }.value
        try await writer.value
        close(reading)
        #expect(seen == [large, Array("after".utf8)])
    }
}
