import Foundation
import TestSupport
import Testing

/// Rows of tables, and times in records, as other programs write them.
@Suite("fluvio-source-file: tables and times", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceTableTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    @Test func `the mark of UTF-8 is no part of the first name, nor of a JSON text`() throws {
        try source.write("a.csv", "\u{feff}id,name\r\n1,a\r\n")
        try source.once("--format csv in/a.csv")
        try source.append("a.csv", "2,b\r\n")
        try source.once("--format csv in/a.csv")
        try source.write("b.json", "\u{feff}{\"id\":3}\n")
        try source.once("--format jsonl in/b.json")
        #expect(
            try source.values() == ["{\"id\":\"1\",\"name\":\"a\"}", "{\"id\":\"2\",\"name\":\"b\"}", "{\"id\":3}"])
    }

    @Test func `two columns of one name are refused, whatever becomes of bad lines`() throws {
        try source.write("a.csv", "id,\"id\",name\n1,2,a\n")
        for options in ["", "--on-bad-line drop"] {
            let ran = try source.once("--format csv \(options) in/a.csv", status: 4)
            #expect(ran.errors.contains("a.csv, row 1: two columns have the name 'id'"), "\(ran.errors)")
        }
        #expect(try source.values().isEmpty)
    }

    @Test func `what is cut or left out for its size is told with -q too`() throws {
        try source.write("a.log", "0123456789\n")
        let cut = try source.once("-q --max-line 5 in/a.log")
        #expect(cut.errors.contains("1 line is longer than 5 and was cut"), "\(cut.errors)")
        let ran = try source.shell.run(
            "fluvio-source-file -q --max-line 5 --oversize drop $1 - <in/a.log", source.topic)
        #expect(ran.status == 0 && ran.errors.contains("line 1: 10 bytes; left out"), "\(ran.errors)")
    }

    @Test func `names of columns may have line ends in them, also where a file goes on`() throws {
        try source.write("a.csv", "id,\"the\nname\"\n1,a\n")
        try source.once("--format csv in/a.csv")
        try source.append("a.csv", "2,b\n3\n")
        let ran = try source.once("--format csv --on-bad-line drop in/a.csv", status: 4)
        #expect(ran.errors.contains("a.csv, row 4: 1 field, and the first row has 2; left out"))
        #expect(try source.values().last == "{\"id\":\"2\",\"the\\nname\":\"b\"}")
    }

    @Test(
        arguments: [
            ("1700000000.5", 1_700_000_000_500), ("1700000000.123456", 1_700_000_000_123),
            ("\"1700000000.12\"", 1_700_000_000_120), ("1700000000123456", 1_700_000_000_123),
            ("1700000000123456789", 1_700_000_000_123), ("17000000001234567890", nil), ("1700000000.", nil),
            ("\"soon\"", nil), ("12", nil),
        ] as [(String, Int?)])
    func `numbers since 1970 are told apart by their digits, and what is no time is told`(text: String, time: Int?)
        throws
    {
        let before = Int(Date().timeIntervalSince1970 * 1000)
        let isJSON = text != "1700000000."
        try source.write("a.log", "{\"t\":\(isJSON ? text : "\"\(text)\"")}\n{\"t\":null}\n{}\n")
        let ran = try source.once("--timestamp json:.t in/a.log")
        let found = try source.shell.run("fluvio-cat consume -q -e $1 | jq -c .timestamp", source.topic).lines
            .compactMap { Int($0) }
        #expect(found.count == 3)
        if let time { #expect(found.first == time) } else { #expect(found.allSatisfy { $0 >= before }) }
        #expect(ran.errors.contains("is no time (--timestamp)") == (time == nil))
    }

    @Test func `what is no time is told once, of standard input too`() throws {
        let ran = try source.shell.run(
            "for n in 1 2 3; do echo '{\"t\":\"soon\"}'; done | tee in/a.log | fluvio-source-file --timestamp json:.t $1 -",
            source.topic)
        #expect(ran.status == 0)
        #expect(ran.errors.contains("line 1: 'soon' is no time (--timestamp)"), "\(ran.errors)")
        let files = try source.once("--timestamp json:.t in/a.log")
        for errors in [ran.errors, files.errors] { #expect(errors.components(separatedBy: "is no time").count == 2) }
        #expect(try source.values().count == 6)
    }
}
