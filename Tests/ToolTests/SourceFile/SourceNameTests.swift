import Foundation
import TestSupport
import Testing

/// Names of files, in which every byte but two may stand.
@Suite("fluvio-source-file: names", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceNameTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    /// A shell's words for names that are hard to write down, and what is in them.
    private static let names = [
        #"$'new\nline.log'"#, "'two words.log'", "-dash.log", #"$'not\xff\xfeutf8.log'"#, "'br[a]ck{e}t*?.log'",
        "'back\\slash.log'", "'a[b.log'", "'a{b.log'", #"$'caf\xc3\xa9.log'"#, #"$'cafe\xcc\x81.log'"#,
        #"$'\xe2\x84\xab.log'"#, #"$'\xc3\x85.log'"#, #"$'\xf4\x8f\xbf\xbf.log'"#, #"$'esc\e[31m.log'"#,
    ]

    private func write() throws {
        let script = Self.names.enumerated().map { number, name in "echo \(number) >./\(name)" }.joined(separator: "\n")
        let ran = try source.shell.run("exec bash -c \"$1\"", "cd in\n" + script)
        try #require(ran.status == 0, "\(ran.errors)")
    }

    private func numbers() throws -> [Int] { try source.values().compactMap { Int($0) }.sorted() }

    @Test func `a pattern finds all of them, and they are known again`() throws {
        try write()
        try source.once()
        #expect(try numbers() == Array(Self.names.indices))
        try source.once()
        _ = try source.shell.run(
            "exec bash -c \"$1\"", #"cd in; mv $'not\xff\xfeutf8.log' $'not\xff.log'; echo 99 >>$'not\xff.log'"#)
        try source.once()
        #expect(try numbers() == Array(Self.names.indices) + [99])
    }

    @Test func `what a shell makes of a pattern is no pattern any more`() throws {
        try write()
        let ran = try source.shell.run(
            "cd in; exec fluvio-source-file --once --state-dir ../state $1 -- *", source.topic)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try numbers() == Array(Self.names.indices))
    }

    @Test func `each is one line of what is said, and harmless`() throws {
        try write()
        for command in ["run --dry-run", "check", "run --once --format jsonl --on-bad-line drop --envelope"] {
            let ran = try source.shell.run(
                "echo no >>in/-dash.log; exec bash -c \"fluvio-source-file $1 --state-dir state $2 'in/*.log'\"",
                command,
                source.topic)
            let lines = ran.lines + ran.errors.split(separator: "\n").map(String.init)
            #expect(lines.allSatisfy { !$0.hasPrefix("line.log") && !$0.contains("\u{1b}") }, "\(lines)")
        }
        let ran = try source.shell.run("fluvio-source-file run --dry-run --state-dir state $1 'in/*.log'", source.topic)
        #expect(ran.lines.count == Self.names.count)
        #expect(ran.text.contains("/new\\nline.log: ") && ran.text.contains("/not\\xff\\xfeutf8.log: "))
        #expect(ran.text.contains("/cafe\u{301}.log: "))
    }

    @Test func `keys are the bytes of the name, and JSON has U+FFFD for what is no UTF-8`() throws {
        try write()
        try source.once("--key name --envelope 'in/not*'")
        let ran = try source.shell.run(
            "fluvio-cat consume -q -e $1 | jq -c '[(.key | @base64d | explode), (.value | fromjson | .path | split(\"/\") | last)]'",
            source.topic)
        #expect(ran.lines.count == 1 && ran.text.contains("not\u{fffd}\u{fffd}utf8.log"), "\(ran.text) \(ran.errors)")
        let key = try source.shell.run("fluvio-cat consume -q -e $1 | jq -r .key | base64 -d", source.topic)
        #expect(key.output == Array("not".utf8) + [0xff, 0xfe] + Array("utf8.log".utf8))
    }

    @Test func `a file with such a name is followed`() throws {
        let ran = try source.shell.run("exec bash -c \"$1\"", #"echo 1 >in/$'a\xff.log'"#)
        #expect(ran.status == 0)
        let child = try source.follow("--scan-interval 1h 'in/*.log'")
        defer { child.kill() }
        #expect(try source.values(count: 1) == ["1"])
        _ = try source.shell.run("exec bash -c \"$1\"", #"echo 2 >>in/$'a\xff.log'"#)
        #expect(try source.values(count: 2) == ["1", "2"])
        try source.stop(child)
    }
}
