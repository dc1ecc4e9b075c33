import Documents
import TestSupport
import Testing
import ToolSupport

/// The reader of envelopes against jq: what jq calls a record is one, and has the same key, value and time.
@Suite("Envelope reader beside jq")
struct EnvelopeFuzzTests {
    /// A line that is an envelope, or nearly one.
    private static func line(_ generator: inout JSONGenerator) -> [UInt8] {
        var members: [String] = []
        func text(_ generator: inout JSONGenerator) -> String {
            String(decoding: generator.text(depth: 2), as: UTF8.self)
        }
        for name in ["topic", "partition", "offset", "timestamp", "key", "value", "other"] {
            guard Int.random(in: 0..<5, using: &generator.random) > 0 else { continue }
            let value: String
            switch name {
            case "topic": value = generator.pick(["\"t\"", "\"\\u00e9\"", "\"t\"", "7", "null"])
            case "partition": value = generator.pick(["0", "3", "4294967295", "-1", "1.5", "\"0\""])
            case "offset": value = generator.pick(["0", "42", "-1", "9007199254740991", "0.5", "[]"])
            case "timestamp":
                value = generator.pick(["null", "0", "-1", "1700000000123", "1.5", "\"x\"", "1700000000124"])
            case "key": value = generator.pick(["null", "\"\"", "\"k\"", text(&generator)])
            default: value = generator.pick(["\"\"", "\"v\"", text(&generator), text(&generator)])
            }
            members.append("\(generator.pick(["", " "]))\"\(name)\":\(value)")
        }
        members.shuffle(using: &generator.random)
        var line = Array("{\(members.joined(separator: ","))}".utf8)
        // A line: raw line breaks between tokens would be several.
        line = line.map { $0 == 10 || $0 == 13 ? 32 : $0 }
        if Int.random(in: 0..<4, using: &generator.random) == 0, !line.isEmpty {
            line.remove(at: Int.random(in: 0..<line.count, using: &generator.random))
        }
        return line
    }

    /// jq's view: null where it is no record, else time, key and value; of a value that is no string only that.
    private static let program = #"""
        try (fromjson |
            if type != "object" then null
            elif has("topic") and (.topic | type) != "string" then null
            elif has("partition") and ((.partition | type) != "number" or .partition < 0 or .partition > 4294967295
                or .partition != (.partition | floor)) then null
            elif has("offset") and ((.offset | type) != "number" or .offset != (.offset | floor)) then null
            elif has("timestamp") and .timestamp != null
                and ((.timestamp | type) != "number" or .timestamp != (.timestamp | floor)) then null
            else [(if has("timestamp") then (if .timestamp == null then -1 else .timestamp end) else "absent" end),
                (.key | if type == "string" or . == null then . else ["json"] end),
                (.value | if type == "string" or . == null then . else ["json"] end)] end) catch null
        """#

    private static func ours(_ line: [UInt8], _ reader: inout EnvelopeReader) -> (view: String?, refusal: String) {
        let read: Lines.Read
        do {
            read = try Lines.read(line, &reader)
        } catch {
            return (nil, (error as? EnvelopeError)?.reason ?? "\(error)")
        }
        let time: String
        switch read.timestamp {
        case .absent: time = "\"absent\""
        case .none: time = "-1"
        case .at(let number): time = "\(number)"
        }
        func view(_ bytes: [UInt8]?) -> String {
            bytes.map { String(decoding: JSONString.quoted(String(decoding: $0, as: UTF8.self)), as: UTF8.self) }
                ?? "null"
        }
        return ("[\(time),\(view(read.key)),\(view(read.value))]", "")
    }

    @Test func `verdicts and contents are jq's, but for what jq is known to be lax in`() throws {
        var generator = JSONGenerator(seed: 77)
        let lines = (0..<6000).map { _ in Self.line(&generator) }.filter {
            String(validating: $0, as: UTF8.self) != nil
        }
        let input: [UInt8] = lines.flatMap { JSONString.quoted(String(decoding: $0, as: UTF8.self)) + [UInt8(10)] }
        let views = try Subprocess.run("/usr/bin/jq", ["-c", Self.program], input: input).split(separator: 10)
            .map { String(decoding: $0, as: UTF8.self) }
        try #require(views.count == lines.count)
        // jq takes the last of members that come twice, numbers that are none, raw control characters, and halves of
        // surrogate pairs.
        let strict: Set<String> = [
            "a member for the second time", "a number begins with 0", "expected a digit",
            "ends where a digit is expected",
            "a control character in a string", "half a surrogate pair",
        ]
        var reader = EnvelopeReader()
        var accepted = 0
        var refused = 0
        for (line, view) in zip(lines, views) {
            let shown = String(decoding: line, as: UTF8.self)
            let (ours, refusal) = Self.ours(line, &reader)
            if let ours {
                accepted += 1
                #expect(view != "null", "only we accept \(shown)")
                // What is no string we keep byte by byte, and jq rewrites.
                if !view.contains("[\"json\"]") {
                    #expect(try Self.same(ours, view), "\(shown): \(ours), jq: \(view)")
                }
            } else {
                refused += 1
                let isKnown =
                    strict.contains(refusal) || shown.lowercased().contains("nan")
                    || shown.contains(/[\[:,\s][.+][0-9]/)
                #expect(view == "null" || isKnown, "only jq accepts \(shown): \(refusal)")
            }
        }
        #expect(accepted > 1000 && refused > 1000, "\(accepted), \(refused)")
    }

    /// Whether two texts mean the same to jq.
    private static func same(_ a: String, _ b: String) throws -> Bool {
        if a == b { return true }
        let output = try Subprocess.run("/usr/bin/jq", ["-s", "-c", ".[0] == .[1]"], input: Array("\(a)\n\(b)\n".utf8))
        return output.starts(with: Array("true".utf8))
    }
}
