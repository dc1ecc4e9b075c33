import Glibc
import Testing
import ToolSupport
import Unix

@Suite("Output writer")
struct OutputWriterTests {
    init() { #expect(Plumbing.ignoresBrokenPipe) }

    private func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

    @Test func `bytes wait until they are flushed, and are counted when they are written`() throws {
        let (reading, writing) = try Plumbing.pipe()
        defer { close(reading) }
        var output = OutputWriter(descriptor: writing)
        try output.append("héllo")
        try output.append(byte: 10)
        #expect(output.pending == 7 && output.written == 0)
        #expect(try Unix.poll(reading, CInt(POLLIN), timeoutMilliseconds: 0) == 0)
        try output.flush()
        #expect(output.pending == 0 && output.written == 7)
        try output.close()
        #expect(try Plumbing.readAll(reading) == Array("héllo\n".utf8))
    }

    @Test func `a pipe is made larger`() throws {
        let (reading, writing) = try Plumbing.pipe()
        defer { for fd in [reading, writing] { close(fd) } }
        _ = OutputWriter(descriptor: writing)
        let getPipeSize: CInt = 1024 + 8
        #expect(fcntl(reading, getPipeSize) == 1 << 20)
    }

    @Test(arguments: [false, true])
    func `more than pipe and buffer hold is written whole, blocking or not`(isNonBlocking: Bool) async throws {
        let (reading, writing) = try Plumbing.pipe()
        if isNonBlocking { _ = fcntl(writing, F_SETFL, O_NONBLOCK) }
        let all = pattern(5_000_000)
        let writer = Plumbing.thread {
            var output = OutputWriter(descriptor: writing, capacity: 1000)
            var position = 0
            var size = 1
            while position < all.count {
                let end = min(position + size, all.count)
                try unsafe all[position..<end].withUnsafeBytes { bytes in try unsafe output.append(bytes) }
                position = end
                size = size % 200_000 * 3 + 1
            }
            let written = output.written + output.pending
            try output.close()
            return written
        }
        let received = try await Plumbing.thread { try Plumbing.readAll(reading) }.value
        #expect(try await writer.value == all.count)
        #expect(received == all)
        close(reading)
    }

    @Test func `room is given for as much as is asked, and only what is kept counts`() throws {
        try Plumbing.withFile([]) { path in
            var output = OutputWriter(owning: try FileDescriptor.open(path, O_WRONLY), capacity: 64)
            try output.append("abc")
            let room = try unsafe output.reserve(1000)
            for index in 0..<1000 { unsafe room[index] = 0x78 }
            output.commit(500)
            #expect(output.pending == 500 && output.written == 3)
            try output.close()
            #expect(try Unix.contents(of: path) == Array("abc".utf8) + [UInt8](repeating: 0x78, count: 500))
        }
    }

    @Test(arguments: [1, 10_000_000])
    func `a full disk is an error at the latest when the output is closed`(size: Int) throws {
        let error = #expect(throws: OutputError.self) {
            var output = OutputWriter(owning: try FileDescriptor.open("/dev/full", O_WRONLY))
            let bytes = [UInt8](repeating: 0x78, count: size)
            try unsafe bytes.withUnsafeBytes { bytes in try unsafe output.append(bytes) }
            try output.close()
        }
        #expect(error == .failed(SystemError(code: ENOSPC, call: "write")))
        #expect(error?.description == "No space left on device")
    }

    @Test func `a reader that is gone is told apart, and seen without writing`() throws {
        let (reading, writing) = try Plumbing.pipe()
        var output = OutputWriter(owning: FileDescriptor(owning: writing))
        let before = output.readerIsGone
        try output.append("lost\n")
        close(reading)
        let after = output.readerIsGone
        #expect(!before && after)
        #expect(throws: OutputError.readerGone) { try output.flush() }
        #expect(output.pending == 5 && output.written == 0)
    }

    @Test func `close reports what close says`() throws {
        let error = #expect(throws: OutputError.self) {
            // Beyond what a process may have: no other test's descriptor is closed.
            let output = OutputWriter(descriptor: .max)
            try output.close()
        }
        #expect(error == .failed(SystemError(code: EBADF, call: "close")))
    }
}
