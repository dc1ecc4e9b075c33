import Testing
import ToolSupport

@Suite("Envelope reader")
struct EnvelopeReaderTests {
    private let record =
        #"{"topic":"logs","partition":3,"offset":42,"timestamp":1795334082917,"key":"u7","value":"text"}"#

    @Test func `a line as we write it gives back the record`() throws {
        #expect(
            try Lines.read(record)
                == Lines.Read(
                    key: Array("u7".utf8), value: Array("text".utf8), timestamp: .at(1_795_334_082_917), partition: 3,
                    topic: "logs", offset: 42))
        #expect(try Lines.read("\u{1e} \t{ \"value\" : \"a\" } \r") == Lines.Read(value: [0x61]))
    }

    @Test func `null, empty and absent are three things`() throws {
        #expect(try Lines.read(#"{"key":null,"value":""}"#) == Lines.Read(key: nil, value: []))
        #expect(try Lines.read(#"{"key":"","value":null}"#) == Lines.Read(key: [], value: nil))
        #expect(try Lines.read("{}") == Lines.Read())
        #expect(try Lines.read(#"{"timestamp":null}"#).timestamp == EnvelopeTime.none)
        #expect(try Lines.read(#"{"timestamp":-1}"#).timestamp == EnvelopeTime.none)
        #expect(try Lines.read(#"{"timestamp":0}"#).timestamp == .at(0))
        #expect(try Lines.read(#"{"timestamp":-9223372036854775808}"#).timestamp == .at(.min))
    }

    @Test func `members may stand in any order and be spelled with escapes`() throws {
        let read = try Lines.read(#"{"value_enc":"base64","\u0076alue":"Zm9v\/w==","key_enc":"base64","key":"/w=="}"#)
        #expect(read == Lines.Read(key: [0xff], value: Array("foo".utf8) + [0xff]))
    }

    @Test func `escapes become the bytes they stand for`() throws {
        let read = try Lines.read(
            #"{"key":"\u0000\u00e9\u20ac\ud83d\ude00\uDBFF\uDFFF","value":"\"\\\/\b\f\n\r\t\u007F x"}"#)
        #expect(read.key == Array("\u{0}é€😀\u{10ffff}".utf8))
        #expect(read.value == Array("\"\\/\u{8}\u{c}\n\r\t\u{7f} x".utf8))
    }

    @Test func `a value that is no string is the bytes of its text`() throws {
        for text in [#"{"a":1, "a":2}"#, "[ 1,2]", "1.0", "9223372036854775807", "1e400", "true", "\"s\""] {
            #expect(try Lines.read("{\"value\":\(text),\"value_enc\":\"json\"}").value == Array(text.utf8))
            if text != "\"s\"" { #expect(try Lines.read("{\"value\": \(text) }").value == Array(text.utf8)) }
        }
        #expect(try Lines.read(#"{"value":null,"value_enc":"json"}"#).value == Array("null".utf8))
        #expect(try Lines.read(#"{"value":"x","value_enc":null}"#).value == Array("x".utf8))
        #expect(try Lines.read(#"{"key":17,"value":""}"#).key == Array("17".utf8))
    }

    @Test func `what is no record is refused with the place`() {
        #expect(Lines.refusal("") == "ends where an object is expected at byte 1")
        #expect(Lines.refusal("text") == "expected an object at byte 1")
        #expect(Lines.refusal("[1]") == "expected an object at byte 1")
        #expect(Lines.refusal(#"{"value":"a""#) == "ends where a comma or } is expected at byte 13")
        #expect(Lines.refusal(#"{"value":"a"} x"#) == "expected nothing more at byte 15")
        #expect(Lines.refusal(#"{"value":"a",}"#) == "expected a string at byte 14")
        #expect(Lines.refusal(#"{"value":"a","value":"b"}"#) == "a member for the second time at byte 14")
        #expect(Lines.refusal(#"{"value":"\ud800"}"#) == "half a surrogate pair at byte 11")
        #expect(Lines.refusal(#"{"value":"\udc00\ud800"}"#) == "half a surrogate pair at byte 11")
        #expect(Lines.refusal(#"{"value":"\ud800\u0041"}"#) == "half a surrogate pair at byte 11")
        #expect(Lines.refusal("{\"value\":\"a\tb\"}") == "a control character in a string at byte 12")
        #expect(Lines.refusal(#"{"value":"Zm9","value_enc":"base64"}"#) == "value is not base64 at byte 10")
        #expect(Lines.refusal(#"{"value":1,"value_enc":"base64"}"#) == "value is not base64 at byte 10")
        #expect(Lines.refusal(#"{"value":"a","value_enc":"hex"}"#) == "value_enc is neither base64 nor json at byte 26")
        #expect(Lines.refusal(#"{"value_enc":"json"}"#) == "value_enc without value at byte 14")
        #expect(Lines.refusal(#"{"key":"a","key_enc":1}"#) == "key_enc is not a string at byte 22")
        #expect(
            Lines.refusal(#"{"timestamp":1.5}"#) == "the timestamp is not a whole number of milliseconds at byte 14")
        #expect(
            Lines.refusal(#"{"timestamp":9223372036854775808}"#)
                == "the timestamp is not a whole number of milliseconds at byte 14")
        #expect(Lines.refusal(#"{"partition":-1}"#) == "partition is not a partition's number at byte 14")
        #expect(Lines.refusal(#"{"topic":7}"#) == "topic is not a string at byte 10")
        #expect(Lines.refusal(#"{"other":7}"#, isStrict: true) == "an unknown member at byte 2")
        var reader = EnvelopeReader()
        let error = #expect(throws: EnvelopeError.self) {
            try Lines.read(Array("{\"value\":\"".utf8) + [0xc3, 0x28] + Array("\"}".utf8), &reader)
        }
        #expect(error?.description == "not UTF-8 at byte 11")
    }

    @Test func `kcat's names are read, and headers are seen`() throws {
        let line =
            #"{"topic":"t","partition":0,"offset":42,"tstype":"create","ts":1700000000123,"broker":1,"#
            + #""headers":["a","1"],"key":"k","payload":"v"}"#
        #expect(
            try Lines.read(line, dialect: .kcat, isStrict: true)
                == Lines.Read(
                    key: [0x6b], value: [0x76], timestamp: .at(1_700_000_000_123), partition: 0, topic: "t", offset: 42)
        )
        let hasHeaders = try unsafe Array(line.utf8).withUnsafeBytes { line in
            var reader = EnvelopeReader(dialect: .kcat)
            return try unsafe reader.read(line).hasHeaders
        }
        #expect(hasHeaders)
    }

    @Test func `the first line decides whether the input is records`() throws {
        func isEnvelope(_ line: String) -> Bool {
            unsafe Array(line.utf8).withUnsafeBytes { line in unsafe EnvelopeReader.isEnvelope(line) }
        }
        #expect(isEnvelope(record))
        for other in [
            TestRecord(""), TestRecord([0xff], key: [0xfe], at: 5), TestRecord("{}", key: "", offset: 9),
        ] {
            for style in ValueStyle.allCases {
                #expect(isEnvelope(try Lines.text(other, style: RecordLineStyle(value: style))))
            }
        }
        #expect(isEnvelope(record.replacing("\"key\"", with: "\"time\":\"now\",\"key\"")))
        for change in [
            ("\"topic\":\"logs\",", ""), ("\"partition\":3,", ""), ("\"offset\":42,", ""), ("\"key\":\"u7\",", ""),
            ("\"timestamp\":1795334082917,", ""), (",\"value\":\"text\"", ""), ("\"key\"", "\"more\":1,\"key\""),
            ("\"text\"", "null"), ("\"text\"", "{}"), ("\"u7\"", "7"), ("\"logs\"", "null"), ("42", "-1"),
            ("42", "\"42\""),
            ("3", "-3"), ("1795334082917", "\"now\""), ("}", "} "), ("{", "[{"),
        ] where change.0 != "}" {
            #expect(!isEnvelope(record.replacing(change.0, with: change.1)), "\(change)")
        }
        for line in ["", "text", "{}", "null", "[]", #"{"level":"error"}"#] { #expect(!isEnvelope(line)) }
    }
}
