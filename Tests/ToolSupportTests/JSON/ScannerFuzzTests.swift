import CJansson
import Documents
import Testing
import ToolSupport

/// The scanner against two other parsers, on texts that are JSON or nearly so.
@Suite("JSON scanner")
struct ScannerFuzzTests {
    /// Why the scanner refuses a text; nil: it does not.
    static func refusal(_ text: [UInt8]) -> String? {
        unsafe text.withUnsafeBytes { text in
            do throws(JSONError) {
                _ = try unsafe JSONText.parse(text)
                return nil
            } catch {
                return error.reason
            }
        }
    }

    /// jansson's verdict; nil where it gives up before the end, since it has no place for a number or name.
    private func janssonAccepts(_ text: [UInt8]) -> Bool? {
        var error = json_error_t()
        let flags = Int(JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL)
        let value = unsafe text.withUnsafeBytes { text in
            unsafe json_loadb(text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count, flags, &error)
        }
        if let value = unsafe value {
            unsafe json_decref(value)
            return true
        }
        let code = unsafe json_error_code(&error)
        return code == json_error_numeric_overflow || code == json_error_null_byte_in_key ? nil : false
    }

    @Test func `it accepts and refuses what jansson does`() {
        var generator = JSONGenerator(seed: 1)
        var accepted = 0
        let texts = (0..<6000).map { $0 % 4 == 0 ? generator.text() : generator.damaged() }
        for text in texts {
            let isAccepted = Self.refusal(text) == nil
            accepted += isAccepted ? 1 : 0
            guard isAccepted == janssonAccepts(text) ?? isAccepted else {
                Issue.record(
                    "\(String(decoding: text, as: UTF8.self).debugDescription): \(Self.refusal(text) ?? "accepted")")
                return
            }
        }
        // Both kinds were there.
        #expect((1800..<5000).contains(accepted), "\(accepted)")
    }

    @Test func `jq accepts all that it accepts, and what only jq accepts is what jq is known to be lax in`() throws {
        var generator = JSONGenerator(seed: 2)
        let texts = (0..<3000).map { $0 % 4 == 0 ? generator.text() : generator.damaged() }
            .filter { String(validating: $0, as: UTF8.self) != nil }
        let input: [UInt8] = texts.flatMap { JSONString.quoted(String(decoding: $0, as: UTF8.self)) + [UInt8(10)] }
        let verdicts = try Subprocess.run("/usr/bin/jq", ["-c", "try (fromjson | true) catch false"], input: input)
            .split(separator: 10).map { $0.elementsEqual("true".utf8) }
        try #require(verdicts.count == texts.count)
        // jq 1.6 reads numbers with strtod(3), takes raw control characters, and replaces halves of surrogate pairs.
        let lax: Set<String> = [
            "a number begins with 0", "expected a digit", "ends where a digit is expected", "half a surrogate pair",
            "a control character in a string",
        ]
        var refused = 0
        for (text, jqAccepts) in zip(texts, verdicts) {
            let refusal = Self.refusal(text)
            refused += refusal == nil ? 0 : 1
            let shown = String(decoding: text, as: UTF8.self)
            if refusal == nil {
                #expect(jqAccepts, "only we accept \(shown.debugDescription)")
            } else if jqAccepts {
                let isKnown = lax.contains(refusal ?? "") || Self.isNumberOrNaN(shown)
                #expect(isKnown, "only jq accepts \(shown.debugDescription): \(refusal ?? "")")
            }
        }
        #expect(refused > 1000)
    }

    /// Numbers that begin with a point or a plus, and not-a-number.
    private static func isNumberOrNaN(_ text: String) -> Bool {
        text.lowercased().contains("nan") || text.contains(/(^|[\[:,\s])[.+][0-9]/)
    }

    @Test func `nesting is allowed as deep as asked and no deeper`() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            for depth in [1, 2, 63, 64, 65, 99, 100, 101, 127, 128, 129, 5000] {
                let core = open == "[" ? "" : "1"
                let text = String(repeating: open, count: depth) + core + String(repeating: close, count: depth)
                for limit in [100, 128, 1000] {
                    let isAccepted = unsafe Array(text.utf8).withUnsafeBytes { text in
                        unsafe (try? JSONText.parse(text, maximumDepth: limit)) != nil
                    }
                    #expect(isAccepted == (depth <= min(limit, 128)), "depth \(depth), limit \(limit)")
                }
            }
        }
        // The two kinds are told apart on every level.
        #expect(Self.refusal(Array("[{\"a\":[{\"b\":[}]}]}]".utf8)) != nil)
        #expect(Self.refusal(Array("[{\"a\":[{\"b\":[]}]}]".utf8)) == nil)
        #expect(Self.refusal(Array("[[[{}]}]]".utf8)) == "expected a comma or ]")
    }

    @Test func `errors say where`() {
        func place(_ text: String) -> String? {
            unsafe Array(text.utf8).withUnsafeBytes { text in
                do throws(JSONError) {
                    _ = try unsafe JSONText.parse(text)
                    return nil
                } catch {
                    return "\(error)"
                }
            }
        }
        #expect(place("") == "ends where a value is expected at byte 1")
        #expect(place(" tru") == "expected a value at byte 2")
        #expect(place("[1,2") == "ends where a comma or ] is expected at byte 5")
        #expect(place("[1 2]") == "expected a comma or ] at byte 4")
        #expect(place("{\"a\" 1}") == "expected a colon at byte 6")
        #expect(place("{a:1}") == "expected a string at byte 2")
        #expect(place("\"abc") == "a string does not end at byte 1")
        #expect(place("\"a\\x\"") == "an unknown escape at byte 3")
        #expect(place("\"\\u12g4\"") == "\\u without four hex digits at byte 2")
        #expect(place("-") == "ends where a digit is expected at byte 2")
        #expect(place("01") == "a number begins with 0 at byte 1")
        #expect(place("1.e5") == "expected a digit at byte 3")
        #expect(place("1 1") == "expected nothing more at byte 3")
        #expect(place("\u{feff}1") == "expected a value at byte 1")
    }
}
