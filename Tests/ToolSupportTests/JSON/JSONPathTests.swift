import Documents
import Testing
import ToolSupport

@Suite("JSON path")
struct JSONPathTests {
    private func find(_ path: String, in text: String) throws -> String? {
        let path = try #require(JSONPath(path))
        return try unsafe Array(text.utf8).withUnsafeBytes { text in
            try unsafe path.find(in: text).map { token in unsafe String(decoding: token.bytes, as: UTF8.self) }
        }
    }

    @Test func `paths are dots, names and indexes`() {
        #expect(JSONPath(".")?.steps == [])
        #expect(JSONPath("a")?.steps == [.member([0x61])])
        #expect(JSONPath(".a.b c")?.steps == [.member([0x61]), .member(Array("b c".utf8))])
        #expect(
            JSONPath("a[0][12].é")?.steps == [.member([0x61]), .element(0), .element(12), .member(Array("é".utf8))])
        #expect(JSONPath("[3]")?.steps == [.element(3)])
        let quoted: [JSONPath.Step] = [.member(Array("a.b".utf8)), .member(Array("]\"".utf8)), .element(1)]
        #expect(JSONPath(#"."a.b"["]\""][1]"#)?.steps == quoted && JSONPath(#""a.b"."]\""[1]"#)?.steps == quoted)
        for wrong in [
            "", "..", "a.", "a..b", ".a.", "[", "[]", "[a]", "[-1]", "a[0", "a[0]b", "[99999999999999999999]",
            "\"a", ".\"a\\\"", "[\"a]", "[\"a\"", "\"a\"b",
        ] {
            #expect(JSONPath(wrong) == nil, "\(wrong)")
        }
    }

    @Test func `a value is found as it was written`() throws {
        let text = #" {"user": {"id": "u\u0037", "tags": [1.0, [ ] , {"x":null}]}, "n": 12345678901234567890} "#
        #expect(try find(".user.id", in: text) == #""u\u0037""#)
        #expect(try find("user.tags[0]", in: text) == "1.0")
        #expect(try find("user.tags[1]", in: text) == "[ ]")
        #expect(try find("user.tags[2].x", in: text) == "null")
        #expect(try find("n", in: text) == "12345678901234567890")
        #expect(try find(".", in: " 7 ") == "7")
        for missing in ["x", "user.x", "user.tags[3]", "user[0]", "n.x", "user.tags.x", "user.id.x"] {
            #expect(try find(missing, in: text) == nil, "\(missing)")
        }
        #expect(try find("a", in: #"{"a":1,"\u0061":2}"#) == "2")
        #expect(throws: JSONError.self) { try find("a", in: #"{"a":1,"b":}"#) }
        #expect(throws: JSONError.self) { try find("a", in: #"{"b":1} x"#) }
    }

    @Test func `jq finds the same`() throws {
        var generator = JSONGenerator(seed: 5)
        var input: [UInt8] = []
        let paths = [".a", "[0].b", ".a.b", "[1][1]", "a[1]", "[1]", ".b.a[0]", "[0].a"]
        let programs = [".a", ".[0].b", ".a.b", ".[1][1]", ".a[1]", ".[1]", ".b.a[0]", ".[0].a"]
        var found = 0
        var expectedLines = 0
        for round in 0..<1200 {
            let parts = [generator.text(depth: 3), generator.text(depth: 3)]
            let text =
                round % 2 == 0
                ? Array("{\"a\":".utf8) + parts[0] + Array(",\"b\":".utf8) + parts[1] + Array("}".utf8)
                : Array("[".utf8) + parts[0] + Array(",".utf8) + parts[1] + Array("]".utf8)
            let index = round % paths.count
            let token = try find(paths[index], in: String(decoding: text, as: UTF8.self))
            found += token == nil ? 0 : 1
            let members = [
                JSONString.quoted(String(decoding: text, as: UTF8.self)), JSONString.quoted(token ?? "null"),
            ]
            input +=
                Array("{\"p\":\(index),\"t\":".utf8) + members[0] + Array(",\"ours\":".utf8) + members[1] + [125, 10]
            expectedLines += 1
        }
        let cases = programs.enumerated().map { "if .p == \($0) then (.t | fromjson | try \($1) catch null) else " }
            .joined()
        let program = "(\(cases) null \(String(repeating: "end ", count: programs.count))) == (.ours | fromjson)"
        let output = try Subprocess.run("/usr/bin/jq", ["-c", program], input: input).split(separator: 10)
        #expect(output.count == expectedLines)
        #expect(output.allSatisfy { $0.elementsEqual("true".utf8) })
        #expect(found > 100)
    }
}
