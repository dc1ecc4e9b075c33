import Testing
import ToolSupport

@testable import fluvio_sink_pg

/// What is decided without a server.
@Suite("Decisions of the sink")
struct DecisionTests {
    @Test(
        arguments: [
            ("", .outage), ("08006", .outage), ("57P01", .outage), ("53300", .outage), ("25006", .outage),
            ("08P01", .fatal), ("40001", .transient), ("40P01", .transient), ("55P03", .transient),
            ("57014", .transient),
            ("22P02", .data), ("22003", .data), ("23502", .data), ("23503", .data), ("23505", .data), ("23514", .data),
            ("54000", .data), ("42P01", .configuration), ("42703", .configuration), ("42501", .configuration),
            ("28P01", .configuration), ("3D000", .configuration), ("53100", .resources), ("53200", .resources),
            ("XX000", .fatal), ("0A000", .fatal),
        ] as [(String, SQLState.Kind)])
    func `an SQLSTATE says what to do`(code: String, kind: SQLState.Kind) {
        #expect(SQLState(code).kind() == kind)
    }

    @Test func `a violation of the protocol within a COPY is about a row`() {
        #expect(SQLState("08P01").kind(hasCopyLine: true) == .data)
    }

    @Test(
        arguments: [
            ("COPY t, line 3", 3), ("COPY t, line 12, column a: \"x, line 7\"", 12),
            ("JSON data, line 1: {\nCOPY t, line 4, column v: \"{\"", 4), ("COPY t, Zeile 5", 5),
            ("PL/pgSQL function f() line 3 at RAISE", nil), ("", nil), ("COPY t", nil),
        ] as [(String, Int?)])
    func `the line of a COPY is read from the context`(context: String, line: Int?) {
        #expect(CopyContext.line(context) == line)
    }

    @Test(
        arguments: [
            (5, 0, 10, .start(5)), (0, 0, 0, .start(0)), (10, 0, 10, .start(10)), (3, 5, 10, .gap(3..<5)),
            (11, 0, 10, .rewound(next: 11, end: 10)),
        ] as [(Int64, Int64, Int64, StartDecision)])
    func `where a partition begins`(next: Int64, start: Int64, end: Int64, decision: StartDecision) {
        #expect(StartDecision(next: next, log: start..<end) == decision)
    }

    @Test(
        arguments: [
            (["a"], ["a"], nil), (["a", "b"], ["a", "b"], nil), (["a", "dbname=x"], ["a"], "dbname=x"),
            (["a", "postgresql:///x"], ["a"], "postgresql:///x"), (["postgresql:///x"], [], "postgresql:///x"),
        ] as [([String], [String], String?)])
    func `the last operand is a database if it looks like one`(words: [String], topics: [String], target: String?) {
        let split = Operands.split(words)
        #expect(split.topics == topics && split.target == target)
    }

    @Test(
        arguments: [
            ("t", #""t""#), ("app.t", #""app"."t""#), (#""a.b"."c ""d""""#, #""a.b"."c ""d""""#), ("My-T", #""My-T""#),
        ])
    func `names are quoted`(text: String, quoted: String) throws {
        #expect(try TableName(parsing: text).quoted == quoted)
    }

    @Test(arguments: ["", "a.b.c", ".a", "a.", "\"a", String(repeating: "x", count: 64), "\"a\"b"])
    func `what is no name is refused`(text: String) {
        #expect(throws: ValueError.self) { try TableName(parsing: text) }
    }

    @Test func `waits double up to a bound, with chance in them`() {
        var random = SystemRandomNumberGenerator()
        var pause = RetryPause()
        var waits: [Duration] = []
        for _ in 0..<20 { waits.append(pause.next(.outage, using: &random)) }
        #expect(waits[0] >= .milliseconds(100) && waits[0] <= .milliseconds(200))
        #expect(waits.allSatisfy { $0 <= .seconds(30) })
        #expect(waits[19] >= .seconds(15))
    }

    @Test func `keys are found again, and parts are told apart`() {
        var index = KeyIndex()
        func put(_ text: String, _ parts: [Range<Int>], _ row: Int) -> Int? {
            unsafe Array(text.utf8).withUnsafeBytes { unsafe index.replace($0, parts: parts, with: row) }
        }
        #expect(put("abc", [0..<1, 1..<3], 0) == nil)
        #expect(put("abc", [0..<2, 2..<3], 1) == nil)
        #expect(put("abc", [0..<1, 1..<3], 2) == 0)
        for row in 0..<5000 { #expect(put("k\(row)", [0..<"k\(row)".utf8.count], 10 + row) == nil) }
        for row in 0..<5000 { #expect(put("k\(row)", [0..<"k\(row)".utf8.count], 0) == 10 + row) }
    }
}
