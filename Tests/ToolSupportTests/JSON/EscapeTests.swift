import CJSONText
import Documents
import Glibc
import Testing
import ToolSupport

/// The C code at each of its widths against a plain version, on inputs that end where readable memory ends.
@Suite("JSON string escape")
struct EscapeTests {
    /// The rules, byte by byte. Nil: not UTF-8.
    static func plain(_ bytes: [UInt8]) -> [UInt8]? {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        return bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "\""): return Array("\\\"".utf8)
            case UInt8(ascii: "\\"): return Array("\\\\".utf8)
            case 8: return Array("\\b".utf8)
            case 9: return Array("\\t".utf8)
            case 10: return Array("\\n".utf8)
            case 12: return Array("\\f".utf8)
            case 13: return Array("\\r".utf8)
            case 0..<0x20, 0x7f:
                let digits = Array("0123456789abcdef".utf8)
                return Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: return [byte]
            }
        }
    }

    /// Memory where neither the byte after an input can be read nor the one after the output's room be written.
    @safe
    final class Guarded {
        private let area = 65_536
        private let page = 4096
        private let memory: UnsafeMutableRawPointer

        init() throws {
            let all = unsafe mmap(nil, 2 * (area + page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            unsafe memory = try #require(unsafe all)
            for index in 0..<2 { unsafe mprotect(memory + index * (area + page) + area, page, PROT_NONE) }
        }

        deinit { unsafe munmap(memory, 2 * (area + page)) }

        /// A pointer from which `count` bytes can be used.
        private func pointer(_ index: Int, count: Int) -> UnsafeMutablePointer<UInt8> {
            unsafe (memory + index * (area + page) + area - count).assumingMemoryBound(to: UInt8.self)
        }

        private func put(_ bytes: [UInt8]) -> UnsafeMutablePointer<UInt8> {
            let input = unsafe pointer(0, count: bytes.count)
            for index in bytes.indices { unsafe input[index] = bytes[index] }
            return unsafe input
        }

        func escape(_ bytes: [UInt8], level: CInt) -> [UInt8]? {
            let output = unsafe pointer(1, count: JSONString.room(bytes.count))
            let count = unsafe cjsontext_escape_at(level, put(bytes), bytes.count, output)
            return count < 0 ? nil : unsafe Array(UnsafeBufferPointer(start: output, count: count))
        }

        func isUTF8(_ bytes: [UInt8], level: CInt) -> Bool {
            unsafe cjsontext_is_utf8_at(level, put(bytes), bytes.count) != 0
        }
    }

    static let levels: [CInt] = Array(0...cjsontext_best_level())

    @Test(arguments: levels)
    func `every byte is escaped as the rules say, at every place of a block`(level: CInt) throws {
        let guarded = try Guarded()
        var wrong: [UInt8] = []
        for byte in 0..<UInt8(0x80) {
            for count in [1, 7, 8, 9, 16, 17, 32, 33, 65, 100] {
                for place in Set([count / 2, count - 1]) {
                    var bytes = [UInt8](repeating: 0x61, count: count)
                    bytes[place] = byte
                    if guarded.escape(bytes, level: level) != Self.plain(bytes) { wrong.append(byte) }
                }
            }
        }
        #expect(wrong == [])
        #expect(guarded.escape([], level: level) == [])
    }

    @Test(arguments: levels)
    func `random texts are escaped as by the plain version`(level: CInt) throws {
        let guarded = try Guarded()
        var random = SplitMix(seed: 11)
        for round in 0..<1500 {
            let count = Int.random(in: 0...(round % 10 == 0 ? 700 : 80), using: &random)
            let mode = Int.random(in: 0..<4, using: &random)
            var bytes: [UInt8] = []
            while bytes.count < count {
                switch (mode, Int.random(in: 0..<10, using: &random)) {
                case (0, _): bytes.append(.random(in: 0x20...0x7e, using: &random))
                case (1, _): bytes.append(.random(in: 0...0x7f, using: &random))
                case (_, 0..<4): bytes.append(.random(in: 0...0x7f, using: &random))
                default:
                    let value = UInt32.random(in: 0x80...0x10ffff, using: &random)
                    let scalar = Unicode.Scalar(mode == 2 ? value % 0xd780 + 0x80 : value)
                    if let scalar { bytes += Array(String(scalar).utf8) }
                }
            }
            // Every other text of mode 3 is damaged somewhere.
            if mode == 3, round % 2 == 0, !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0x80...0xff, using: &random)
            }
            if mode == 3, round % 3 == 0, !bytes.isEmpty { bytes.removeLast() }
            if guarded.escape(bytes, level: level) != Self.plain(bytes) {
                Issue.record("\(bytes)")
                return
            }
        }
    }

    @Test(arguments: levels)
    func `what is UTF-8 is decided at every border of its rules`(level: CInt) throws {
        let guarded = try Guarded()
        let leads: [UInt8] = [
            0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4,
            0xf5, 0xff,
        ]
        let seconds: [UInt8] = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe1]
        let others: [UInt8] = [0x41, 0x80, 0xbf, 0xc2, 0xf0]
        // At the end of the input, and across the borders of 16 and 32.
        var wrong = 0
        for lead in leads {
            for second in seconds {
                for third in others {
                    for fourth in others {
                        let four = [lead, second, third, fourth]
                        let expected = String(validating: four, as: UTF8.self) != nil
                        for bytes in [four, [UInt8](repeating: 0x61, count: 14 + Int(second & 16)) + four]
                        where guarded.isUTF8(bytes, level: level) != expected { wrong += 1 }
                    }
                }
            }
        }
        #expect(wrong == 0)
    }

    @Test func `with all but ASCII escaped, another parser reads the same text`() throws {
        let text = "a\"\\\u{1}\u{7f}é€😀\u{10ffff}"
        let bytes = Array(text.utf8)
        var output = [UInt8](repeating: 0, count: JSONString.room(bytes.count))
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe output.baseAddress.flatMap { unsafe JSONString.escape(bytes, to: $0, escapesNonASCII: true) }
            }
        }
        let escaped = String(decoding: output.prefix(try #require(count)), as: UTF8.self)
        #expect(escaped == #"a\"\\\u0001\u007f\u00e9\u20ac\ud83d\ude00\udbff\udfff"#)
    }
}
