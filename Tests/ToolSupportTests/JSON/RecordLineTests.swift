import Documents
import Testing
import ToolSupport

@Suite("Record line")
struct RecordLineTests {
    @Test func `the members stand in their order, and are always there`() throws {
        #expect(
            try Lines.text(TestRecord("{\"level\":\"error\"}", at: 1_795_334_082_917, offset: 42))
                == #"{"topic":"logs","partition":0,"offset":42,"timestamp":1795334082917,"key":null,"#
                + #""value":"{\"level\":\"error\"}"}"#)
        #expect(
            try Lines.text(TestRecord([0, 0xff, 0x80], key: Array("u7".utf8), at: 1_795_334_082_918, offset: 43))
                == #"{"topic":"logs","partition":0,"offset":43,"timestamp":1795334082918,"key":"u7","#
                + #""value":"AP+A","value_enc":"base64"}"#)
        #expect(
            try Lines.text(TestRecord("", key: "", at: 0))
                == #"{"topic":"logs","partition":0,"offset":0,"timestamp":0,"key":"","value":""}"#)
        #expect(
            try Lines.text(TestRecord([0xc3], key: [0xff]))
                == #"{"topic":"logs","partition":0,"offset":0,"timestamp":null,"key":"/w==","key_enc":"base64","#
                + #""value":"ww==","value_enc":"base64"}"#)
    }

    @Test func `control characters and U+007F are escaped, all else is as it was`() throws {
        #expect(
            try Lines.text(TestRecord("\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}\"\\/é😀", offset: 1))
                .hasSuffix(#""value":"\b\f\n\r\t\u0000\u001f\u007f\"\\/é😀"}"#))
        #expect(
            try Lines.text(TestRecord("~é😀"), style: RecordLineStyle(escapesNonASCII: true))
                .hasSuffix(#""value":"~\u00e9\ud83d\ude00"}"#))
    }

    @Test(arguments: [
        (#"{"level":"error"}"#, true), ("null", true), ("1.0", true), ("-0", true), (#""text""#, true),
        ("[1, 2]", true),
        (#"{"a":1,"a":9223372036854775807}"#, true), ("{\"a\":\t1}", true), ("", false), (" 1", false), ("1 ", false),
        ("[1,\n2]", false), ("[1,\r2]", false), ("1 2", false), ("text", false), ("{\"a\":1", false),
        ("\u{1e}1", false), (#""\ud800""#, false),
    ])
    func `a value is spliced if it is one JSON text without line breaks and outer space`(value: String, isJSON: Bool)
        throws
    {
        let line = try Lines.text(TestRecord(value), style: RecordLineStyle(value: .json))
        let quoted = String(decoding: JSONString.quoted(value), as: UTF8.self)
        #expect(line.hasSuffix(isJSON ? "\"value\":\(value),\"value_enc\":\"json\"}" : "\"value\":\(quoted)}"))
    }

    @Test func `a value is spliced down to a hundred levels`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        let style = RecordLineStyle(value: .json)
        #expect(try Lines.text(TestRecord(nested(100)), style: style).hasSuffix("]],\"value_enc\":\"json\"}"))
        #expect(try Lines.text(TestRecord(nested(101)), style: style).hasSuffix("]]\"}"))
    }

    @Test func `base64 on request is for every value, and not for keys`() throws {
        #expect(
            try Lines.text(TestRecord("foo", key: "k"), style: RecordLineStyle(value: .base64))
                .hasSuffix(#""key":"k","value":"Zm9v","value_enc":"base64"}"#))
    }

    @Test func `any choice of fields is a JSON object in the same order`() throws {
        let names = ["topic", "partition", "offset", "timestamp", "time", "key", "value"]
        let record = TestRecord("v", key: "k", at: 1_790_089_282_917, offset: 7)
        let members = [
            #""topic":"logs""#, #""partition":0"#, #""offset":7"#, #""timestamp":1790089282917"#,
            #""time":"2026-09-22T15:01:22.917Z""#, #""key":"k""#, #""value":"v""#,
        ]
        for bits in 0..<(1 << names.count) {
            let expected = members.indices.filter { bits >> $0 & 1 == 1 }.map { members[$0] }
            let line = try Lines.text(record, style: RecordLineStyle(fields: RecordFields(rawValue: bits)))
            #expect(line == "{" + expected.joined(separator: ",") + "}")
        }
        #expect(
            try Lines.text(TestRecord(""), style: RecordLineStyle(fields: [.time, .key], isSequence: true))
                == "\u{1e}{\"time\":null,\"key\":null}")
    }

    @Test func `offsets and timestamps that step, jump, fall and cross a power of ten are written right`() throws {
        let steps: [(Int64, Int64)] = [
            (0, 0), (1, 0), (9, 5), (10, 5), (11, 999), (99, 1000), (100, -1), (101, -1), (102, 0), (102, 0), (101, 7),
            (999_999, 9_999_999), (1_000_000, 10_000_000), (1_000_001, 9_999_999), (9_999_999_999, -5),
            (10_000_000_000, -4), (10_000_005_000, 1_795_334_082_917), (10_000_005_001, 1_795_334_092_916),
            (10_000_005_002, 1_795_334_102_917), (.max - 1, .max), (.max, .min), (0, 1),
        ]
        let records = steps.map { TestRecord("", at: $0.1, offset: $0.0) }
        let lines = try String(decoding: Lines.write(records, topic: "t", partition: 12), as: UTF8.self)
        #expect(
            lines
                == steps.map { offset, time in
                    "{\"topic\":\"t\",\"partition\":12,\"offset\":\(offset),\"timestamp\":\(time == -1 ? "null" : "\(time)")"
                        + ",\"key\":null,\"value\":\"\"}\n"
                }.joined())
    }

    @Test func `values larger than the buffers are text or base64 as a whole`() throws {
        let text = Array(String(repeating: "né\"\n😀", count: 20_000).utf8)
        let lines = try Lines.write([TestRecord(text), TestRecord(text + [0xff]), TestRecord(text, key: text)])
        var reader = EnvelopeReader()
        let parts = lines.split(separator: 10).map(Array.init)
        #expect(parts.count == 3)
        #expect(try Lines.read(parts[0], &reader).value == text)
        #expect(try Lines.read(parts[1], &reader).value == text + [0xff])
        #expect(parts[1].suffix(22) == Array("\",\"value_enc\":\"base64\"}".utf8).suffix(22))
        let both = try Lines.read(parts[2], &reader)
        #expect(both.key == text && both.value == text)
    }

    @Test func `times are those of the calendar`() {
        #expect(UTCTime.text(0) == "1970-01-01T00:00:00.000Z")
        #expect(UTCTime.text(-2) == "1969-12-31T23:59:59.998Z")
        #expect(UTCTime.text(951_782_400_000) == "2000-02-29T00:00:00.000Z")
        #expect(UTCTime.text(4_107_542_399_999) == "2100-02-28T23:59:59.999Z")
        #expect(UTCTime.text(4_107_542_400_000) == "2100-03-01T00:00:00.000Z")
        #expect(UTCTime.text(253_402_300_799_999) == "9999-12-31T23:59:59.999Z")
        #expect(UTCTime.text(253_402_300_800_000) == nil)
        #expect(UTCTime.text(-62_167_219_200_000) == "0000-01-01T00:00:00.000Z")
        #expect(UTCTime.text(-62_167_219_200_001) == nil)
        #expect(UTCTime.text(.min) == nil && UTCTime.text(.max) == nil)
    }
}
