import Documents
import Testing

@testable import FluvioClient

@Suite struct TOMLTests {
    @Test func `What was read is written so that it reads the same, in the same order`() throws {
        let text = """
            version = "2.0"
            when = 1979-05-27T07:32:00Z
            numbers = [1, -2, 0.5, inf, true]
            "it's" = "a\\tb\\u0000"

            [zebra]
            text = \"\"\"
            -----BEGIN-----
            a 'b' \\\\ \\"
            \"\"\"

            [apple]

            [[list.of]]
            name = "x"

            [[list.of]]
            inner = {a = "\\n", b = [[{}]]}

            """
        let table = try TOMLTable(parsing: Array(text.utf8))
        #expect(table.entries.map(\.key) == ["version", "when", "numbers", "it's", "zebra", "apple", "list"])
        #expect(table[string: "it's"] == "a\tb\0")
        #expect(table["when"] == .literal("1979-05-27T07:32:00Z"))
        #expect(table["numbers"] == .array([.integer(1), .integer(-2), .real(0.5), .literal("inf"), .boolean(true)]))
        #expect(table[table: "zebra"][string: "text"] == "-----BEGIN-----\na 'b' \\ \"\n")
        let written = try table.text()
        #expect(try TOMLTable(parsing: written) == table)
        #expect(String(decoding: written, as: UTF8.self).hasPrefix("version = \"2.0\"\nwhen = 1979-05-27T07:32:00Z\n"))
    }

    @Test(arguments: ["\n", "\n\nx", "\r\n", "\"\"\"", "'", "\\", "\u{7f}\u{1b}", "ü😀\u{2028}", "", " # = [ "])
    func `Keys and texts of any characters survive`(text: String) throws {
        var table = TOMLTable()
        table["k"] = .array([.string(text)])
        table[table: text][string: text + "2"] = text
        #expect(try TOMLTable(parsing: try table.text()) == table)
    }

    @Test(arguments: [
        ("a = 1\nb = = 2\n", 2, 5), ("[x\n", 1, 3), ("a = \"\u{1}\"", 1, 6), ("a = 1\na = 2\n", 2, 5),
    ])
    func `An error names line and column`(text: String, line: Int, column: Int) {
        let error = #expect(throws: TOMLError.self) { try TOMLTable(parsing: Array(text.utf8)) }
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.text.isEmpty == false)
    }

    @Test func `Bytes that are no text, and nesting without end, are errors`() {
        #expect(throws: TOMLError.self) { try TOMLTable(parsing: [0x61, 0x3d, 0x22, 0xff, 0x22]) }
        let deep = "a = " + String(repeating: "[", count: 100_000)
        #expect(throws: TOMLError.self) { try TOMLTable(parsing: Array(deep.utf8)) }
        #expect(throws: TOMLError.self) { try TOMLTable(parsing: Array("\"\\u0000\" = 1".utf8)) }
    }

    @Test func `A literal that is none is not written`() {
        var table = TOMLTable()
        table["x"] = .literal("1\ny = 2")
        #expect(throws: TOMLError.self) { try table.text() }
    }
}
