import Glibc
import Testing
import Unix

@testable import FluvioTransport

@Suite struct FrameReaderTests {
    private func feed(_ reader: inout FrameReader, _ bytes: some Collection<UInt8>) {
        unsafe Array(bytes).withUnsafeBytes { unsafe reader.take($0) }
    }

    /// All whole frames, and the failure behind them.
    private func drain(_ reader: inout FrameReader) -> ([[UInt8]], TransportError.Reason?) {
        var frames: [[UInt8]] = []
        while true {
            switch reader.next() {
            case .frame(let frame): frames.append(frame.bytes)
            case .failure(let reason): return (frames, reason)
            case .none: return (frames, nil)
            }
        }
    }

    @Test(arguments: 1...64) func `However the bytes are cut, the same frames come out`(size: Int) {
        let frames = [0, 1, 20, 5, 0, 100].map { response(Int32($0), body: Array(repeating: UInt8($0), count: $0)) }
        var rest = frames.joined()[...]
        var reader = FrameReader(minimum: 4, maximum: 1000)
        var found: [[UInt8]] = []
        while !rest.isEmpty {
            feed(&reader, rest.prefix(size))
            rest = rest.dropFirst(size)
            let (some, failure) = drain(&reader)
            #expect(failure == nil)
            found += some
        }
        #expect(found == frames)
        #expect(!reader.isInsideFrame)
    }

    @Test(arguments: [
        (be(-1), TransportError.Reason.negativeLength(-1)), (be(.min), .negativeLength(Int(Int32.min))),
        (be(0), .frameTooShort(0)), (be(3), .frameTooShort(3)),
        (be(1001), .frameTooLong(1001, limit: 1000)), (be(.max), .frameTooLong(Int(Int32.max), limit: 1000)),
    ]) func `A bad length is told after the frames before it, and again`(length: [UInt8], reason: TransportError.Reason)
    {
        var reader = FrameReader(minimum: 4, maximum: 1000)
        feed(&reader, response(7) + response(8) + length + response(9))
        let (frames, failure) = drain(&reader)
        #expect(frames == [response(7), response(8)])
        #expect(failure == reason)
        feed(&reader, response(10))
        #expect(drain(&reader) == ([], reason))
        #expect(reader.direct == 0)
    }

    @Test func `The shortest and the longest frame are taken`() {
        var reader = FrameReader(minimum: 4, maximum: 1000)
        let frames = [response(1), response(2, body: Array(repeating: 1, count: 996))]
        feed(&reader, frames.joined())
        #expect(drain(&reader) == (frames, nil))
    }

    @Test func `It knows at every byte whether it is inside a frame`() {
        var reader = FrameReader(minimum: 4, maximum: 1000)
        let frame = response(1, body: [1, 2, 3])
        #expect(!reader.isInsideFrame)
        for byte in frame.dropLast() {
            feed(&reader, [byte])
            #expect(reader.isInsideFrame)
        }
        feed(&reader, frame.suffix(1))
        #expect(!reader.isInsideFrame)
    }

    @Test func `A long frame is read straight into its array`() {
        let frame = response(1, body: (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 9) })
        var reader = FrameReader(minimum: 4, maximum: 1 << 26)
        feed(&reader, frame.prefix(1000))
        var position = 1000
        while reader.direct > 0 {
            unsafe reader.fill { room in
                let count = min(room.count, 70_000, frame.count - position)
                unsafe frame.withUnsafeBytes { all in
                    unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[position..<(position + count)]))
                }
                position += count
                return count
            }
        }
        #expect(frame.count - position < FrameReader.directThreshold)
        feed(&reader, frame[position...] + response(2))
        #expect(drain(&reader) == ([frame, response(2)], nil))
    }

    @Test func `What is allocated grows with what has come, not with what was announced`() {
        var reader = FrameReader(minimum: 4, maximum: 1 << 26)
        feed(&reader, be(1 << 26) + be(1))
        var room = 0
        unsafe reader.fill { buffer in
            room = buffer.count
            return 0
        }
        #expect(room <= FrameReader.firstAllocation + 4096)
        #expect(reader.direct == (1 << 26) - 4)
    }

    @Test func `A frame that is handed on belongs to the receiver alone`() throws {
        var reader = FrameReader(minimum: 4, maximum: 1000)
        feed(&reader, response(1) + response(2))
        guard case .frame(var frame) = reader.next() else { throw CancellationError() }
        let before = unsafe frame.bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        frame.bytes[4] = 9
        let after = unsafe frame.bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        #expect(before == after)
    }
}

@Suite struct OutputQueueTests {
    /// What a queue still holds, byte by byte, taking `step` at a time.
    private func contents(_ queue: inout OutputQueue, step: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while !queue.isEmpty {
            let part = unsafe queue.withVectors { vectors, _ in
                unsafe vectors.flatMap { unsafe [UInt8](UnsafeRawBufferPointer(start: $0.iov_base, count: $0.iov_len)) }
            }
            let count = min(step, part.count)
            bytes += part.prefix(count)
            queue.consume(count)
        }
        return bytes
    }

    @Test(arguments: [1, 2, 3, 7, 16, 1000]) func `Bytes come out in order, however few are taken`(step: Int) {
        var queue = OutputQueue()
        var expected: [UInt8] = []
        for number in 0..<100 {
            let bytes = (0..<(number % 11 + 2)).map { UInt8(truncatingIfNeeded: number &+ $0) }
            queue.append(.bytes(bytes, 1..<bytes.count))
            expected += bytes[1...]
        }
        #expect(queue.byteCount == expected.count)
        #expect(contents(&queue, step: step) == expected)
        #expect(queue.byteCount == 0 && queue.count == 0)
    }

    @Test func `Nothing is not queued`() {
        var queue = OutputQueue()
        queue.append(.bytes([1, 2], 1..<1))
        #expect(queue.isEmpty)
    }

    @Test func `Vectors stop at a file, and say that it follows`() throws {
        let file = SharedFile(try .open("/dev/null", 0))
        var queue = OutputQueue()
        queue.append(.bytes([1, 2], 0..<2))
        queue.append(.bytes([3], 0..<1))
        queue.append(.file(file, offset: 10, count: 5))
        queue.append(.bytes([4], 0..<1))
        #expect(queue.byteCount == 9)
        let (count, follows) = unsafe queue.withVectors { ($0.count, $1) }
        #expect(count == 2 && follows)
        queue.consume(3)
        queue.consume(2)
        guard case .file(_, let offset, let left) = queue[0] else { throw CancellationError() }
        #expect(offset == 12 && left == 3)
        queue.consume(3)
        let last = unsafe queue.withVectors { ($0.count, $1) }
        #expect(last == (1, false))
    }

    @Test func `Spent pieces let go of their file`() throws {
        weak var file: SharedFile?
        var queue = OutputQueue()
        do {
            let opened = SharedFile(try .open("/dev/null", 0))
            file = opened
            queue.append(.file(opened, offset: 0, count: 1))
        }
        queue.append(.bytes([1], 0..<1))
        #expect(file != nil)
        queue.consume(1)
        #expect(file == nil)
    }
}
