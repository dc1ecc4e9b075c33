import Foundation
import Glibc
import TestSupport
import Testing

/// Files in other encodings: their text arrives as UTF-8, each line once.
@Suite("fluvio-source-file: encodings", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceEncodingTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    /// Appends text in an encoding, by way of iconv(1); `mark`: bytes before it, as for printf(1).
    private func append(_ name: String, _ text: String, _ encoding: String, mark: String = "") throws {
        let ran = try source.shell.run(
            "{ printf '%b' '\(mark)'; printf '%s' '\(text)' | iconv -f UTF-8 -t \(encoding); } >>in/\(name)")
        try #require(ran.status == 0, "\(ran.errors)")
    }

    @Test(
        arguments: [
            ("utf-16", "UTF-16LE", "\\xff\\xfe", "grün Ḋ 𝄞 ఊ"), ("utf-16", "UTF-16BE", "\\xfe\\xff", "grün Ḋ 𝄞 ఊ"),
            ("utf-16", "UTF-16LE", "", "grün Ḋ 𝄞 ఊ"), ("utf-16le", "UTF-16LE", "\\xff\\xfe", "ਊ𝄞"),
            ("utf-16be", "UTF-16BE", "", "ਊ𝄞"), ("UTF-32", "UTF-32BE", "\\x00\\x00\\xfe\\xff", "ਊ𝄞"),
            ("utf-8", "UTF-8", "\\xef\\xbb\\xbf", "grün"), ("latin1", "ISO-8859-1", "", "grün"),
            ("windows-1252", "WINDOWS-1252", "", "grün „€“"), ("windows-1251", "WINDOWS-1251", "", "Привет"),
            ("shift_jis", "SHIFT_JIS", "", "日本語 ソース"), ("gb18030", "GB18030", "", "中文 𝄞"),
            ("euc-kr", "EUC-KR", "", "한국어"),
        ])
    func `text arrives as UTF-8, over restarts and rotation, each line once`(
        given: String, encoding: String, mark: String, text: String
    ) throws {
        func lines(_ numbers: ClosedRange<Int>) -> String { numbers.map { "\($0) \(text)\n" }.joined() }
        try append("app.log", lines(1...300), encoding, mark: mark)
        let child = try source.follow("--encoding \(given) in/app.log")
        defer { child.kill() }
        let all = (1...1000).map { "\($0) \(text)" }
        #expect(try source.values(count: 300) == Array(all[..<300]))
        // Half a line, and half of a character.
        let whole = Array("\(301) \(text)\n".utf8)
        try append("next", String(decoding: whole, as: UTF8.self), encoding)
        _ = try source.shell.run("head -c 3 in/next >>in/app.log")
        try append("app.log.new", lines(601...1000), encoding, mark: mark)
        try source.stop(child)
        _ = try source.shell.run("tail -c +4 in/next >>in/app.log")
        try append("app.log", lines(302...600), encoding)
        let ran = try source.shell.run("mv in/app.log in/app.log.1; gzip in/app.log.1; mv in/app.log.new in/app.log")
        try #require(ran.status == 0)
        try source.once("--encoding \(given) in/app.log")
        #expect(try source.values() == all)
        try source.once("--encoding \(given) in/app.log")
        #expect(try source.values().count == 1000)
    }

    @Test func `a character that has the bytes of a line's end in it does not end the line`() throws {
        // U+0A0A, U+0D0A, U+000A: only the last is a line feed.
        try append("le.log", "ਊ a\nഊ ਊ\n", "UTF-16LE")
        try append("be.log", "ਊ a\nഊ ਊ\n", "UTF-16BE", mark: "\\xfe\\xff")
        try source.once("--encoding utf-16 'in/*.log'")
        #expect(try source.values().sorted() == ["ਊ a", "ਊ a", "ഊ ਊ", "ഊ ਊ"].sorted())
    }

    @Test(
        arguments: [
            ("utf-8", "a\\xffb\\n\\xc3", "a\u{fffd}b|\u{fffd}|"),
            ("utf-16le", "a\\0\\0\\xd8b\\0\\n\\0c\\0d", "a\u{fffd}b|c\u{fffd}|"),
            ("utf-16", "\\xfe\\xff\\0a\\xdc\\0\\0\\n", "a\u{fffd}|"),
            ("shift_jis", "a\\x81\\nb\\n", "a\u{fffd}|b|"),
        ])
    func `what is no text is replaced`(encoding: String, bytes: String, expected: String) throws {
        _ = try source.shell.run("printf '%b' '\(bytes)' >in/a.log")
        let ran = try source.once("--encoding \(encoding) 'in/*.log'")
        #expect(ran.errors.contains("a.log: there is text that is no \(encoding)"), "\(ran.errors)")
        #expect(try source.shell.run("exec fluvio-cat consume -e --raw -d '|' $1", source.topic).text == expected)
    }

    @Test func `what is no text is refused, as bad lines are`() throws {
        _ = try source.shell.run("printf 'one\\na\\xffb\\ntwo\\n' >in/a.log")
        let stopped = try source.once("--encoding utf-8 --invalid refuse 'in/*.log'", status: 4)
        #expect(stopped.errors.contains("a.log, line 2: 1 place is no utf-8"))
        #expect(try source.values() == ["one"])
        let dead = "--create --on-bad-line dead-letter --dead-letter \(source.topic)-dead"
        try source.once("--encoding utf-8 --invalid refuse \(dead) --from beginning 'in/*.log'", status: 4)
        #expect(try source.values() == ["one", "one", "two"])
        let letters = try source.shell.run("exec fluvio-cat consume -e --raw $1-dead", source.topic)
        #expect(letters.output == Array("a".utf8) + [0xff] + Array("b\n".utf8))
    }

    @Test func `records of several lines, tables, keys and envelopes are of the text`() throws {
        try append("a.log", "Über 1\n  ein\nÜber 2\n", "UTF-16LE", mark: "\\xff\\xfe")
        try source.once("--encoding utf-16 --start-regex '^Ü' --key 'regex:(\\d)' in/a.log")
        let ran = try source.shell.run("fluvio-cat consume -e $1 | jq -c '[.key,.value]'", source.topic)
        #expect(ran.lines == ["[\"1\",\"Über 1\\n  ein\"]", "[\"2\",\"Über 2\"]"])
        let other = try SourceShell()
        let made = try other.shell.run(
            "{ printf '\\xff\\xfe'; printf 'größe,n\\n\"a\\nb\",1\\n' | iconv -t UTF-16LE; } >in/a.csv")
        try #require(made.status == 0)
        try other.once("--encoding utf-16 --format csv --envelope in/a.csv")
        _ = try other.shell.run("printf '4,5\\n' | iconv -t UTF-16LE >>in/a.csv")
        try other.once("--encoding utf-16 --format csv --envelope in/a.csv")
        let rows = try other.shell.run("fluvio-cat consume -e --raw $1 | jq -c '[.line,.offset,.value]'", other.topic)
        // Offsets are those of the file.
        #expect(
            rows.lines == ["[2,18,{\"größe\":\"a\\nb\",\"n\":\"1\"}]", "[3,34,{\"größe\":\"4\",\"n\":\"5\"}]"])
    }

    @Test(arguments: ["utf-16be", "utf-16le"])
    func `at its end, long lines, other delimiters and holes`(encoding: String) throws {
        try append("a.log", "old\npart", encoding)
        try source.once("--encoding \(encoding) --from end 'in/*.log'")
        try append("b.log", "abcdefgh;xyz;", encoding)
        try source.once("--encoding \(encoding) --from beginning --max-line 9 -d ';' in/b.log")
        let hole = try source.shell.run(
            "{ cat in/b.log; } | dd of=in/c.log bs=1 seek=65536 status=none; exec stat -c %s in/c.log")
        #expect(hole.status == 0)
        try source.once("--encoding \(encoding) --from beginning -d ';' in/c.log")
        #expect(try source.values() == ["part", "abcd", "xyz", "abcdefgh", "xyz"])
    }

    @Test(
        arguments: [
            ("utf-16", "UTF-16LE", "\\xff\\xfe"), ("utf-16", "UTF-16BE", "\\xfe\\xff"), ("utf-16", "UTF-16LE", ""),
            ("utf-16be", "UTF-16BE", ""), ("utf-32", "UTF-32BE", "\\x00\\x00\\xfe\\xff"), ("utf-32le", "UTF-32LE", ""),
            ("latin1", "ISO-8859-1", ""),
        ])
    func `standard input, however it comes`(given: String, encoding: String, mark: String) throws {
        // With the bytes of a line's end in characters, and across two of them.
        let text = given == "latin1" ? "grün" : "ਊĀਊ 𝄞 Āഊ"
        let lines = (1...2000).map { "\($0) \(text)" } + ["the end"]
        try append("text", lines.joined(separator: "\n"), encoding, mark: mark)
        let send = "fluvio-source-file --encoding \(given)"
        let ran = try source.shell.run(
            "{ head -c 1; head -c 2; cat; } <in/text | \(send) $1 -",
            source.topic)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try source.values() == lines)
        // The beginnings of lines that are too long; half a character at the end; a mark alone.
        let unit = given.hasPrefix("utf-16") ? 2 : given.hasPrefix("utf-32") ? 4 : 1
        _ = try source.shell.run("rm in/text")
        try append(
            "text", "abcdefgh\nxyz\n" + String(repeating: "long ", count: 20_000) + "\nlast", encoding, mark: mark)
        let cut = try source.shell.run(
            "{ cat in/text; [ \(unit) = 1 ] || printf x; } | \(send) --max-line \(8 * unit + unit / 2) $1 -; printf '%b' '\(mark)' | \(send) $1 -",
            source.topic)
        #expect(cut.status == 0, "\(cut.errors)")
        let marked = mark.isEmpty ? "abcdefgh" : "abcdefg"
        #expect(
            try source.values().dropFirst(lines.count) == [
                marked, "xyz", "long lon", unit == 1 ? "last" : "last\u{fffd}",
            ])
    }

    @Test func `what cannot be`() throws {
        for (options, text) in [
            ("--encoding no-such in/a.log", "'no-such' is no encoding"),
            ("--encoding shift_jis -d '|' in/a.log", "may be half of a character"),
            ("--invalid refuse in/a.log", "--invalid needs --encoding"),
            ("--encoding latin1 -d '€' in/a.log", "the delimiter does not exist"),
            ("--encoding utf-16 --oversize split in/a.log", "may cut a character in two"),
        ] {
            let ran = try source.once(options, status: 2)
            #expect(ran.errors.contains(text), "\(options): \(ran.errors)")
        }
    }
}
