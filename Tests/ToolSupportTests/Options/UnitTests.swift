import Testing
import ToolSupport

@testable import tool_probe

@Suite("Units")
struct UnitTests {
    @Test(arguments: [
        ("5", Duration.milliseconds(5)), ("5ms", .milliseconds(5)), ("1.5s", .milliseconds(1500)),
        ("0", .zero), ("2m", .seconds(120)), ("1h", .seconds(3600)), ("7d", .seconds(604_800)),
        ("0.001", .microseconds(1)), ("00012s", .seconds(12)),
    ])
    func `durations are read exactly`(text: String, value: Duration) {
        #expect(Durations.parse(text, bare: .milliseconds) == value)
    }

    @Test(arguments: [
        "", "s", "-1s", "+1s", "1 s", " 1s", "1S", "1sec", "1.s", ".5s", "1e3", "1..5s", "1.5.5s", "0.0001ms",
        "9223372036854775807d", "99999999999999999999", "1h30m", "٣s", "0x10",
    ])
    func `what is no duration is refused`(text: String) {
        #expect(Durations.parse(text, bare: .seconds) == nil)
    }

    @Test(arguments: [
        (Duration.zero, "0"), (.milliseconds(1500), "1500ms"), (.seconds(90), "90s"), (.seconds(120), "2m"),
        (.seconds(86_400), "1d"), (.milliseconds(250), "250ms"),
    ])
    func `durations are written in the largest whole unit`(value: Duration, text: String) {
        #expect(Durations.text(value) == text)
        #expect(Durations.parse(text, bare: .seconds) == value)
    }

    @Test(arguments: [
        ("0", 0), ("10", 10), ("10B", 10), ("1K", 1024), ("1k", 1024), ("1KB", 1024), ("1KiB", 1024), ("1kib", 1024),
        ("1.5M", 1_572_864), ("2G", 2_147_483_648), ("1T", 1_099_511_627_776), ("8388607T", 8_388_607 << 40),
    ])
    func `sizes are powers of 1024 however they are written`(text: String, value: Int) {
        #expect(Sizes.parse(text) == value)
    }

    @Test(arguments: ["", "K", "-1", "1 K", "1P", "1iB", "1KK", "1Kb i", "0.3", "1.0001K", "8388608T", "1BB", "1KBB"])
    func `what is no size is refused`(text: String) {
        #expect(Sizes.parse(text) == nil)
    }

    @Test(arguments: [(0, "0"), (1, "1"), (1024, "1K"), (1536, "1536"), (1 << 20, "1M"), (3 << 30, "3G")])
    func `sizes are written in the largest whole unit`(value: Int, text: String) {
        #expect(Sizes.text(value) == text)
        #expect(Sizes.parse(text) == value)
    }

    @Test func `bytes with escapes are read and written back`() throws {
        let cases: [(String, [UInt8])] = [
            ("\\n", [10]), ("\\0", [0]), ("\\t,\\r\\\\", [9, 44, 13, 92]), ("\\xff\\xFE", [255, 254]),
            ("é", [0xC3, 0xA9]), ("", []), ("a\\x00b", [97, 0, 98]),
        ]
        for (text, bytes) in cases { #expect(try ByteStrings.parse(text) == bytes) }
        let all = Array(UInt8.min...UInt8.max)
        #expect(try ByteStrings.parse(ByteStrings.text(all)) == all)
    }

    @Test(arguments: ["\\", "a\\", "\\q", "\\x", "\\x1", "\\xg1", "\\x1g"])
    func `unknown escapes are refused`(text: String) {
        #expect(throws: ValueError.self) { try ByteStrings.parse(text) }
    }

    @Test func `integers keep their range and say it`() throws {
        let port = ValueKind<UInt16>.integer(in: 1...65_535)
        #expect(try port.parse("9003") == 9003)
        for text in ["0", "65536", "-1", "+1", "", "1.0", "x", "٣", "--1", "-"] {
            #expect(throws: ValueError("'\(text)' is not a number from 1 to 65535")) { try port.parse(text) }
        }
        #expect(try ValueKind<Int64>.integer().parse("-9223372036854775808") == .min)
        #expect(throws: ValueError("'9223372036854775808' is too large")) {
            try ValueKind<Int64>.integer().parse("9223372036854775808")
        }
        #expect(throws: ValueError("'-1' is not a number of 0 or more")) {
            try ValueKind<Int32>.integer(in: 0...Int32.max).parse("-1")
        }
    }

    @Test func `a choice knows its words`() throws {
        let codec = ValueKind<SampleCodec>.choice("CODEC")
        #expect(try codec.parse("zstd") == .zstd)
        #expect(throws: ValueError("'zsdt' is none of none, gzip, zstd; did you mean 'zstd'?")) {
            try codec.parse("zsdt")
        }
        #expect(throws: ValueError("'' is none of none, gzip, zstd")) { try codec.parse("") }
    }
}
