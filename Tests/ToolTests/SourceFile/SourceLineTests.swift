import Foundation
import Glibc
import TestSupport
import Testing

/// Where lines end, begin, and are left out.
@Suite("fluvio-source-file: lines", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceLineTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    @Test func `long lines among short ones, over many reads, at the limit, and at the end`() throws {
        let child = try source.follow("--max-line 10 --oversize drop --metrics unix:m in/a.log")
        defer { child.kill() }
        try source.append("a.log", "short\nthis is too long\n11 eleven11\n")
        try source.append(
            "a.log", String(repeating: "a line that is longer than what is read at a time ", count: 40_000))
        try source.append("a.log", "\nexactly 10\nand it can end in a line that is too long")
        #expect(try source.records(count: 2) == ["short", "exactly 10"])
        try source.append("a.log", ", and go on\nlast short\n")
        #expect(try source.records(count: 3) == ["short", "exactly 10", "last short"])
        try Wait.until("they are counted") { try source.figure("dropped_lines_total") == 4 }
        try source.stop(child)
    }

    /// Records of lines that are short, and too long together, and one whose first line is too long. The second time
    /// reading begins again in the middle of one.
    @Test(
        arguments: [
            (
                "truncate", "first\n a|long\n of|second\n |LLLLLLLL|end|", 0,
                "r: 3 records are longer than 8 and were cut"
            ),
            ("drop", "first\n a|end|", 0, "r: 3 records are longer than 8 and were left out"),
            ("stop", "first\n a|", 4, "r, offset 9: a record of more than 8 (--max-line, --oversize)"),
        ], [false, true])
    func `records of several lines are cut and left out as lines are`(
        of: (policy: String, wanted: String, status: CInt, told: String), isRestarted: Bool
    ) throws {
        let run =
            "fluvio-source-file -q --state-dir state --once --start-regex '^[^ ]' --max-line 8 --oversize $2 $1 in/r"
        let ran = try source.shell.run(
            """
            printf 'first\\n a\\nlong\\n of\\n several\\n' >in/r
            \(isRestarted ? "\(run) 2>first" : "")
            printf ' lines\\nsecond\\n b\\nLLLLLLLLLLLL\\n more\\n  m\\nend' >>in/r
            \(run); status=$?; fluvio-cat consume -e -f '%s|' $1; exit $status
            """, source.topic, of.policy)
        #expect(ran.text == of.wanted && ran.status == of.status, "\(ran)")
        if !isRestarted { #expect(ran.errors.hasSuffix("\(of.told)\n"), "\(ran.errors)") }
    }

    @Test(arguments: ["\\r\\n", "\\0", "--", "\\x01\\x02\\x01"])
    func `other ends of lines, of several bytes and across reads`(delimiter: String) throws {
        let made = try source.shell.run(
            "seq -f 'line %.0f' 40000 | head -c -1 | perl -pe 'BEGIN { $d = eval qq(\"$ARGV[0]\"); shift } s/\\n/$d/' -- '\(delimiter)' >in/a.log"
        )
        try #require(made.status == 0, "\(made.errors)")
        let child = try source.follow("-d '\(delimiter)' 'in/*.log'")
        defer { child.kill() }
        #expect(try source.records(count: 39_999).count == 39_999)
        // The first half of an end, and then the second.
        let bytes =
            delimiter.contains("x01")
            ? ["\u{1}", "\u{2}\u{1}"]
            : delimiter == "--" ? ["-", "-"] : delimiter == "\\0" ? ["", "\0"] : ["\r", "\n"]
        try source.append("a.log", bytes[0])
        try source.append("a.log", bytes[1] + "after" + bytes[0])
        #expect(try source.records(count: 40_000) == (1...40_000).map { "line \($0)" })
        try source.stop(child)
        try source.append("a.log", bytes[1])
        try source.once("-d '\(delimiter)' 'in/*.log'")
        #expect(try source.records().last == "after")
    }

    @Test func `empty lines are records, or left out if that is asked for`() throws {
        try source.write("a.log", "\n1\n\n\n2\n\n")
        try source.once()
        #expect(try source.records() == ["", "1", "", "", "2", ""])
        try source.append("a.log", "\n\n3\n\n")
        try source.once("--skip-empty 'in/*.log'")
        try source.once("--skip-empty 'in/*.log'")
        #expect(try source.records() == ["", "1", "", "", "2", "", "3"])
        try source.write("b.log", "\r\n \n4\n")
        try source.once("--skip-empty in/b.log")
        #expect(try source.records().suffix(3) == ["\r", " ", "4"])
    }

    @Test func `lines before the first that begins a record, and those that come too late for theirs`() throws {
        let child = try source.follow("--start-regex INFO --group-timeout 0.2 in/a.log")
        defer { child.kill() }
        try source.append("a.log", "left over\nINFO hello\nINFO bye\npart of bye\n")
        #expect(try source.records(count: 3) == ["left over", "INFO hello", "INFO bye\npart of bye"])
        try source.append("a.log", "INFO again\nand more\nINFO hello\n")
        #expect(try source.records(count: 5).suffix(2) == ["INFO again\nand more", "INFO hello"])
        try source.append("a.log", "too slow\nINFO has\nno INFO in\nthe middle\n")
        // Not anchored: a line with the word in its middle begins one, too.
        #expect(try source.records(count: 8).suffix(3) == ["too slow", "INFO has", "no INFO in\nthe middle"])
        try source.stop(child)
    }

    @Test func `from the end: of files that are there what comes then, of others all`() throws {
        try source.write("a.log", "old 1\nold 2\n")
        let child = try source.follow("--from end --metrics unix:m 'in/*.log'")
        defer { child.kill() }
        try Wait.until("it has looked") { try source.figure("files") == 1 }
        try source.append("a.log", "new 1\n")
        #expect(try source.values(count: 1) == ["new 1"])
        try source.append("b.log", "other 1\n")
        #expect(try source.values(count: 2) == ["new 1", "other 1"])
        try source.stop(child)
        try source.append("a.log", "new 2\n")
        try source.once("--from end 'in/*.log'")
        #expect(try source.values() == ["new 1", "other 1", "new 2"])
    }
}
