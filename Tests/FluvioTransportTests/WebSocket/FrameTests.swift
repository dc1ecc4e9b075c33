import TestSupport
import Testing

@testable import FluvioTransport

/// Bytes and events that came out of a reader.
private struct Read: Equatable {
    var bytes: [UInt8] = []
    var events: [WebSocketReader.Event] = []
}

/// Reads `bytes`, which come in pieces of so many.
private func read(_ bytes: [UInt8], as role: WebSocketRole = .client, pieces: Int = .max) -> Read {
    var reader = WebSocketReader(role)
    var result = Read()
    var rest = bytes[...]
    while !rest.isEmpty {
        var piece = Array(rest.prefix(pieces))
        rest = rest.dropFirst(pieces)
        let count = unsafe piece.withUnsafeMutableBytes { buffer in
            unsafe reader.unpack(buffer) { result.events.append($0) }
        }
        result.bytes += piece[..<count]
    }
    return result
}

/// A frame, written by hand.
private func frame(_ opcode: UInt8, _ body: [UInt8] = [], final: Bool = true, mask: [UInt8]? = nil) -> [UInt8] {
    let size: [UInt8] =
        switch body.count {
        case ..<126: [UInt8(body.count)]
        case ...65_535: [126 as UInt8, UInt8(body.count >> 8), UInt8(body.count & 255)]
        default:
            [127] + (0..<8).map { (index: Int) -> UInt8 in UInt8(truncatingIfNeeded: body.count >> (56 - 8 * index)) }
        }
    let first = opcode | (final ? 0x80 : 0)
    guard let mask else { return [first] + size + body }
    let masked = body.enumerated().map { $1 ^ mask[$0 % 4] }
    return [first, size[0] | 0x80] + size.dropFirst() + mask + masked
}

private func noise(_ count: Int) -> [UInt8] {
    (0..<count).map { (index: Int) -> UInt8 in UInt8(truncatingIfNeeded: index &* 31 &+ index >> 8) }
}

@Suite struct WebSocketFrameTests {
    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 1 << 31, Int(UInt32.max) + 1])
    func `A header reads as it was written, as short as it can be`(length: Int) {
        for mask in [nil, MaskingKey(bits: 0x0403_0201)] {
            let header = FrameHeader(isFinal: false, opcode: .binary, length: length, mask: mask)
            let bytes = header.bytes ?? []
            let wanted = 2 + (length < 126 ? 0 : length < 65_536 ? 2 : 8) + (mask == nil ? 0 : 4)
            #expect(bytes.count == wanted)
            var reader = FrameHeaderReader()
            var output = FrameHeaderReader.Output.none
            for byte in bytes + (length == 0 ? [] : [7 ^ 1]) { output = reader.take(byte) }
            #expect(output == .header(header, first: length == 0 ? nil : mask == nil ? 6 : 7))
        }
    }

    @Test func `Masking wide is masking byte by byte, wherever it begins`() {
        let key = MaskingKey(bits: 0xd4c3_b2a1)
        let bytes = noise(200)
        let keys: [UInt8] = [0xa1, 0xb2, 0xc3, 0xd4]
        for phase in 0..<8 {
            for start in 0..<5 {
                for count in [0, 1, 3, 31, 32, 33, 64, 100, 150] {
                    let wanted = (0..<count).map { (index: Int) -> UInt8 in
                        bytes[start + index] ^ keys[(phase + index) & 3]
                    }
                    // In place, and to the front.
                    for target in Set([0, start]) {
                        var copy = bytes
                        unsafe copy.withUnsafeMutableBytes { buffer in
                            guard let base = buffer.baseAddress else { return }
                            let source = unsafe UnsafeRawBufferPointer(start: base + start, count: count)
                            unsafe Masking.copy(source, to: base + target, key: key, phase: phase)
                        }
                        #expect(Array(copy[target..<(target + count)]) == wanted)
                    }
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3, 5, 7, 13, 64, 1_000, .max])
    func `The stream is the same however it comes, with control frames in between`(pieces: Int) {
        let body = noise(700)
        for mask in [nil, [1, 2, 3, 4] as [UInt8]] {
            var bytes = frame(2, Array(body[..<1]), mask: mask)
            bytes += frame(2, Array(body[1..<200]), final: false, mask: mask)
            bytes += frame(9, Array("life".utf8), mask: mask)
            bytes += frame(0, [], final: false, mask: mask)
            bytes += frame(10, noise(125), mask: mask)
            bytes += frame(0, Array(body[200...]), mask: mask)
            bytes += frame(9, mask: mask)
            let result = read(bytes, as: mask == nil ? .client : .server, pieces: pieces)
            #expect(result == Read(bytes: body, events: [.ping(Array("life".utf8)), .ping([])]))
        }
    }

    @Test func `A message without a byte is the end, and only a whole one`() {
        #expect(read(frame(2, [1]) + frame(2) + frame(2) + frame(2, [9])) == Read(bytes: [1], events: [.endOfStream]))
        #expect(read(frame(2, final: false) + frame(0, [3])) == Read(bytes: [3], events: []))
        #expect(read(frame(2, final: false) + frame(0)) == Read(bytes: [], events: [.endOfStream]))
        #expect(read(frame(2, [4], final: false) + frame(0)) == Read(bytes: [4], events: []))
    }

    @Test func `A close says why, and nothing is read behind it`() {
        let close = { (code: UInt16, text: String) -> [UInt8] in
            let status: [UInt8] = [UInt8(code >> 8), UInt8(code & 255)]
            return frame(8, status + Array(text.utf8)) + frame(2, [1])
        }
        #expect(read(close(1000, "")).events == [.close(code: 1000, reason: "")])
        #expect(read(close(1011, "a\nb\u{7f}ü")).events == [.close(code: 1011, reason: "abü")])
        #expect(read(close(4321, "x")) == Read(bytes: [], events: [.close(code: 4321, reason: "x")]))
        #expect(read(frame(8)).events == [.close(code: 1005, reason: "")])
    }

    struct Wrong: Sendable {
        let bytes: [UInt8]
        let violation: FrameViolation
        var code: UInt16 = 1002

        init(_ bytes: [UInt8], _ violation: FrameViolation, _ code: UInt16 = 1002) {
            (self.bytes, self.violation, self.code) = (bytes, violation, code)
        }
    }

    private static let wrong: [Wrong] = [
        Wrong(frame(1, [65]), .text, 1003),
        Wrong(frame(3, [65]), .unknownOpcode(3)),
        Wrong(frame(11), .unknownOpcode(11)),
        Wrong([0xc2, 1, 65], .reservedBits),
        Wrong([0x92, 1, 65], .reservedBits),
        Wrong(frame(0, [65]), .order),
        Wrong(frame(2, [65], final: false) + frame(2, [65]), .order),
        Wrong(frame(2, [65], mask: [1, 2, 3, 4]), .masking),
        Wrong(frame(9, [65], final: false), .malformed),
        Wrong([0x89, 126, 0, 126], .malformed),
        Wrong([0x82, 126, 0, 125], .malformed),
        Wrong([0x82, 127, 0, 0, 0, 0, 0, 0, 255, 255], .malformed),
        Wrong([0x82, 127, 0xff, 0, 0, 0, 0, 0, 0, 0], .malformed),
        Wrong(frame(8, [3]), .closeCode),
        Wrong(frame(8, [3, 237]), .closeCode),
        Wrong(frame(8, [0, 0]), .closeCode),
        Wrong(frame(8, [3, 232, 0xff]), .closeReason, 1007),
    ]

    @Test(arguments: Self.wrong)
    func `What must not be sent is told from what may`(wrong: Wrong) {
        #expect(read(wrong.bytes).events == [.failure(wrong.violation)])
        #expect(read(wrong.bytes, pieces: 1).events == [.failure(wrong.violation)])
        #expect(wrong.violation.code == wrong.code)
    }

    @Test func `A server takes masked frames only`() {
        #expect(read(frame(2, [65]), as: .server).events == [.failure(.masking)])
        #expect(read(frame(9, []), as: .server).events == [.failure(.masking)])
    }
}

@Suite struct WebSocketWriterTests {
    /// What a peer reads of all that a writer has to send.
    private func taken(_ writer: WebSocketWriter, by role: WebSocketRole) -> Read { read(writer.outgoing, as: role) }

    private func pack(_ parts: [[UInt8]], into writer: inout WebSocketWriter) -> Int {
        var queue = OutputQueue()
        for part in parts { queue.append(.bytes(part, 0..<part.count)) }
        return unsafe queue.withVectors { vectors, _ in unsafe writer.pack(vectors) }
    }

    @Test(arguments: [[1], [65_536], [65_537], [3, 65_530, 9, 70_000], [100, 100, 100]])
    func `Messages hold up to 65536 bytes, and together the stream`(sizes: [Int]) {
        let parts = sizes.map(noise)
        for (role, peer) in [(WebSocketRole.client, WebSocketRole.server), (.server, .client)] {
            var writer = WebSocketWriter(role)
            let total = sizes.reduce(0, +)
            #expect(pack(parts, into: &writer) == total)
            #expect(taken(writer, by: peer) == Read(bytes: parts.flatMap { $0 }, events: []))
            let headers = (total + 65_535) / 65_536
            #expect(writer.outgoing.count <= total + headers * FrameHeader.maximumSize)
            #expect(writer.outgoing[0] == 0x82, "final and binary")
        }
    }

    @Test func `Keys differ from frame to frame`() {
        var writer = WebSocketWriter(.client)
        var keys: Set<[UInt8]> = []
        for _ in 0..<200 {
            writer.advance(writer.outgoing.count)
            _ = pack([[1]], into: &writer)
            keys.insert(Array(writer.outgoing[2..<6]))
        }
        #expect(keys.count > 190)
    }

    @Test func `The last ping alone is answered, between frames, and none after the end`() {
        var writer = WebSocketWriter(.client)
        _ = pack([[5]], into: &writer)
        writer.note(ping: [1])
        writer.note(ping: [2])
        let before = writer.outgoing.count
        writer.answerPing()
        #expect(writer.outgoing.count == before, "a frame is under way")
        writer.advance(before)
        #expect(writer.hasOutput)
        writer.answerPing()
        #expect(writer.outgoing[0] == 0x8a && writer.outgoing[1] == 0x81)
        #expect(writer.outgoing[6] ^ writer.outgoing[2] == 2)
        writer.advance(writer.outgoing.count)
        writer.close(code: 1000)
        writer.advance(writer.outgoing.count)
        writer.note(ping: [3])
        writer.answerPing()
        #expect(!writer.hasOutput)
    }

    @Test func `The end of writing is a message without a byte, and of it all a close`() {
        var writer = WebSocketWriter(.server)
        writer.finish()
        writer.close(code: 1003, reason: "text")
        writer.close(code: 1000)
        writer.finish()
        let wanted: [UInt8] = [0x82, 0, 0x88, 6, 0x03, 0xeb] + Array("text".utf8)
        #expect(writer.outgoing == wanted)
    }
}
