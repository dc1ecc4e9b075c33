import Documents
import Testing

@testable import FluvioLocal

@Suite("YAML")
struct YAMLTests {
    @Test(
        "A text is in quotes where a reader would take it for something else",
        arguments: ["", "null", "~", "true", "No", "12", "-3", "1.5", "1e3", "0x1F", "0o17", ".5", ".inf", "y"])
    func quotes(text: String) throws {
        #expect(YAMLScalar.needsQuotes(text))
        let bytes = try YAMLEmitter.text(of: YAMLNode(["key": YAMLNode(text: text)]))
        #expect(String(decoding: bytes, as: UTF8.self) == "key: '\(text)'\n")
        #expect(try YAMLParser.parse(bytes).text("key") == text)
    }

    @Test("A text is without quotes where that does no harm", arguments: ["t1", "a-0", "1a", "seg2", "e5", "-", "x.1"])
    func noQuotes(text: String) { #expect(!YAMLScalar.needsQuotes(text)) }

    @Test(
        "Any text comes back",
        arguments: ["a: b", "- x", "#c", "it's", "zwei\nZeilen\n", " pad ", "\u{1F980}é", "a\tb", "\"q\""])
    func texts(text: String) throws {
        let bytes = try YAMLEmitter.text(of: YAMLNode([YAMLNode(text: text)]))
        #expect(try YAMLParser.parse(bytes).items { node throws(YAMLError) in try node.text() } == [text])
    }

    @Test(
        "What is no single document is an error, never a crash",
        arguments: [
            "", "a: [", "a: b: c", "a: *x", "&x a: *x", "a: b\n---\nc: d", "\u{7}", "a\n b:\n  - c\n d",
            "%YAML 3.0\n---\na",
        ])
    func broken(text: String) {
        #expect(throws: YAMLError.self) { try YAMLParser.parse(Array(text.utf8)) }
    }

    @Test("A document that is nested without end is an error")
    func nested() {
        #expect(throws: YAMLError("nested too deep")) {
            try YAMLParser.parse(Array(String(repeating: "[", count: 100_000).utf8))
        }
    }

    @Test("An error says where in the document it is")
    func places() throws {
        let node = try YAMLParser.parse(Array("a:\n  b:\n  - c: 1\n  - c: x\n".utf8))
        #expect(throws: YAMLError("'x' is no number from -128 to 127", at: "a.b.[1].c")) {
            try node.field("a") { node throws(YAMLError) in
                try node.list("b") { node throws(YAMLError) -> Int8 in try node.number("c") }
            }
        }
    }
}
