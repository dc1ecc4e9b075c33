import Foundation
import Glibc
import TestSupport
import Testing

/// Which files are read, and what becomes of their lines.
@Suite("fluvio-source-file: reading", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceReadingTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    @Test func `all bytes of all lines arrive, the last without its end too, and not again`() throws {
        try source.shell.directory.write(
            "in/a.log", Array("one\r\n\n\u{0}\u{1}two\n".utf8) + [0xff, 0xfe, 0x0a] + Array("end".utf8))
        try source.once()
        let ran = try source.shell.run("exec fluvio-cat consume -e --raw -d '|' $1", source.topic)
        #expect(ran.output == Array("one\r||\u{0}\u{1}two|".utf8) + [0xff, 0xfe] + Array("|end|".utf8))
        try source.once()
        try source.append("a.log", "ing\nnew\n")
        try source.once()
        #expect(try source.values().suffix(3) == ["end", "ing", "new"])
    }

    @Test func `patterns, exclusions, several paths, links, and files that come`() throws {
        let made = try source.shell.run(
            """
            mkdir -p in/a/b in/skip
            echo 1 >in/1.log; echo 2 >in/a/2.log; echo 3 >in/a/b/3.log; echo no >in/skip/4.log; echo no >in/5.log.gz
            ln in/1.log in/hard.log; ln -s 1.log in/soft.log; echo 6 >other
            """)
        #expect(made.status == 0)
        let child = try source.follow("--exclude skip --exclude '*.gz' 'in/**/*.{log,txt}' other")
        defer { child.kill() }
        #expect(Set(try source.values(count: 4)) == ["1", "2", "3", "6"])
        _ = try source.shell.run("mkdir -p in/new/dir; echo 7 >in/new/dir/7.txt; echo 8 >>in/a/2.log")
        #expect(Set(try source.values(count: 6)) == ["1", "2", "3", "6", "7", "8"])
        try source.stop(child)
        try source.once("--exclude skip --exclude '*.gz' 'in/**/*.{log,txt}' other")
        #expect(try source.values().count == 6)
    }

    @Test(arguments: [("gzip", "gz"), ("zstd -q --rm", "zst"), ("xz", "xz")])
    func `compressed files are read by what they are, and not again`(program: String, suffix: String) throws {
        let made = try source.shell.run(
            """
            seq 1 30000 >in/a.log; \(program) in/a.log; mv in/a.log.* in/b.log
            seq 30001 30010 >in/c.log; \(program) in/c.log; cat in/c.log.* >>in/b.log; rm in/c.log.*
            """)
        try #require(made.status == 0, "\(made.errors)")
        try source.once()
        let values = try source.values()
        #expect(values.count == 30_010 && values == (1...30_010).map(String.init))
        try source.once()
        #expect(try source.values().count == 30_010)
        _ = try source.shell.run("head -c 100 in/b.log >in/cut.log")
        let ran = try source.once(status: 1)
        #expect(ran.errors.contains("cut.log: it ends in the middle of compressed data"))
    }

    @Test(
        arguments: [
            ("truncate", ["aaaaaaaaaa", "b"], 0), ("split", ["aaaaaaaaaa", "aaaaaaaaaa", "aaaaa", "b"], 0),
            ("drop", ["b"], 0),
            ("stop", [], 4),
        ] as [(String, [String], CInt)])
    func `lines that are too long`(policy: String, values: [String], status: CInt) throws {
        try source.write("a.log", String(repeating: "a", count: 25) + "\nb\n")
        let ran = try source.once("--max-line 10 --oversize \(policy) 'in/*.log'", status: status)
        #expect(try source.values() == values)
        if policy == "stop" { #expect(ran.errors.contains("a.log, offset 0: a line of more than 10")) }
        if policy != "stop" {
            try source.once("--max-line 10 --oversize \(policy) 'in/*.log'")
            #expect(try source.values() == values)
        }
    }

    @Test func `records of several lines`() throws {
        try source.write("a.log", "2026 a\n  at b\n  at c\n2026 d\n2026 e\n  at f\n")
        try source.once("--start-regex '^2026' 'in/*.log'")
        let ran = try source.shell.run("exec fluvio-cat consume -e --raw -d '|' $1", source.topic)
        #expect(ran.text == "2026 a\n  at b\n  at c|2026 d|2026 e\n  at f|")
        let other = try SourceShell()
        try other.write("a.log", "a\n b\nc\n")
        try other.once("--continue-regex '^\\s' 'in/*.log'")
        #expect(try other.shell.run("exec fluvio-cat consume -e --raw -d '|' $1", other.topic).text == "a\n b|c|")
    }

    @Test(
        arguments: [
            ("path", nil), ("name", "a.log"), ("regex:user=(\\w+)", "ann"), ("fid", nil), ("fid:offset", nil),
        ] as [(String, String?)])
    func `keys`(key: String, expected: String?) throws {
        try source.write("a.log", "user=ann x\nnothing\n")
        try source.once("-k '\(key)' 'in/*.log'")
        let keys = try source.shell.run("fluvio-cat consume -e $1 | jq -r '.key // \"-\"'", source.topic).lines
        switch key {
        case "path": #expect(keys == [source.path("a.log"), source.path("a.log")])
        case "fid": #expect(keys.count == 2 && keys[0] == keys[1] && keys[0].count == 16)
        case "fid:offset":
            #expect(keys.count == 2 && keys[0].hasSuffix(":0") && keys[1].hasSuffix(":11"))
        case "name": #expect(keys == ["a.log", "a.log"])
        default: #expect(keys == [expected ?? "", "-"])
        }
    }

    @Test func `keys from JSON decide the partition, as they do for all clients`() throws {
        let source = try SourceShell(partitions: 3)
        let lines = (0..<100).map { "{\"user\":{\"id\":\"u\($0 % 17)\"},\"n\":\($0)}" }
        try source.write("a.log", lines.map { $0 + "\n" }.joined())
        try source.once("--key json:.user.id 'in/*.log'")
        let ran = try source.shell.run(
            """
            fluvio-admin -q topic create -p 3 $1-other
            jq -r '.user.id + "," + tostring' in/a.log | fluvio-cat produce -K , $1-other
            for t in $1 $1-other; do fluvio-cat consume -e $t | jq -c '[.partition,.key]' | sort | md5sum; done
            """, source.topic)
        #expect(ran.lines.count == 2 && ran.lines.first == ran.lines.last)
        try source.once("--key json:.user.id 'in/*.log'")
        #expect(try source.values().count == 100)
    }

    @Test func `envelopes say where a line comes from`() throws {
        try source.shell.directory.write("in/a.log", Array("one \"x\"\n".utf8) + [0xff, 0x0a])
        try source.once("--envelope 'in/*.log'")
        let ran = try source.shell.run(
            "fluvio-cat consume -e --raw $1 | jq -c '[.path,.line,.offset,.value,.value_enc,(.fid|length),(.host|length>0)]'",
            source.topic)
        #expect(
            ran.lines == [
                "[\"\(source.path("a.log"))\",1,0,\"one \\\"x\\\"\",null,16,true]",
                "[\"\(source.path("a.log"))\",2,8,\"/w==\",\"base64\",16,true]",
            ])
    }

    @Test func `lines that are no JSON stop, are left out, or are dead letters`() throws {
        try source.write("a.log", "{\"a\": 1.50}\nno\n[2]\n")
        let stopped = try source.once("--format jsonl 'in/*.log'", status: 4)
        #expect(stopped.errors.contains("a.log, line 2: no JSON text"))
        #expect(try source.values() == ["{\"a\": 1.50}"])
        try source.once("--format jsonl --on-bad-line drop --from beginning 'in/*.log'", status: 4)
        #expect(try source.values() == ["{\"a\": 1.50}", "{\"a\": 1.50}", "[2]"])
        let other = try SourceShell()
        try other.write("a.log", "1\nno\n2\nnor\n")
        let options = "--create --format jsonl --on-bad-line dead-letter --dead-letter \(other.topic)-dead 'in/*.log'"
        try other.once(options, status: 4)
        try other.once(options)
        #expect(try other.values() == ["1", "2"])
        #expect(try other.values("\(other.topic)-dead") == ["no", "nor"])
    }

    @Test func `rows of CSV become objects, also where a file goes on`() throws {
        try source.write("a.log", "id,\"the name\"\r\n1,\"a \"\"b\"\"\nc\"\r\n2,d\n")
        try source.once("--format csv 'in/*.log'")
        try source.append("a.log", "3,e\nbad\n")
        let ran = try source.once("--format csv 'in/*.log'", status: 4)
        #expect(ran.errors.contains("a.log, row 5: 1 field, and the first row has 2"))
        #expect(
            try source.values() == [
                "{\"id\":\"1\",\"the name\":\"a \\\"b\\\"\\nc\"}", "{\"id\":\"2\",\"the name\":\"d\"}",
                "{\"id\":\"3\",\"the name\":\"e\"}",
            ])
    }

    @Test func `a row that is too long ends it, unless it is to be left out`() throws {
        try source.write("a.log", "id\n1\n\"a long\nrow\"\n2\n")
        let ran = try source.once("--format csv --max-line 8 'in/*.log'", status: 4)
        let told = "a.log, offset 5: a row of more than 8 (--max-line, --oversize); perhaps a quoted field does not end"
        #expect(ran.errors.contains(told), "\(ran.errors)")
        #expect(try source.values() == ["{\"id\":\"1\"}"])
        let wrong = try source.once("--format csv --oversize truncate 'in/*.log'", status: 2)
        #expect(wrong.errors.contains("a row that is cut is none"))
    }

    @Test func `timestamps from the lines`() throws {
        try source.write("a.log", "{\"t\":1700000000123}\n{\"t\":\"2026-01-31T12:00:00Z\"}\n{\"t\":1700000000}\n")
        try source.once("--timestamp json:.t 'in/*.log'")
        let ran = try source.shell.run("fluvio-cat consume -e $1 | jq .timestamp", source.topic)
        #expect(ran.lines == ["1700000000123", "1769860800000", "1700000000000"])
    }

    @Test func `where to begin`() throws {
        try source.write("a.log", "1\n2\npart")
        try source.write("b.log", "old\n")
        _ = try source.shell.run("touch -d '2 hours ago' in/b.log")
        try source.once("--from end 'in/a.log'")
        #expect(try source.values() == ["part"])
        let other = try SourceShell()
        try other.write("a.log", "1\n")
        try other.write("b.log", "old\n")
        _ = try other.shell.run("touch -d '2 hours ago' in/b.log")
        try other.once("--newer-than 1h 'in/*.log'")
        #expect(try other.values() == ["1"])
        try other.append("b.log", "new\n")
        try other.once("--from time:1h 'in/*.log'")
        #expect(try other.values() == ["1", "old", "new"])
        try other.once("--from beginning 'in/*.log'")
        #expect(try other.values().sorted() == ["1", "1", "new", "new", "old", "old"])
    }

    @Test func `standard input`() throws {
        let ran = try source.shell.run("seq 1 1000 | fluvio-source-file $1 -", source.topic)
        #expect(ran.status == 0 && ran.errors == "")
        #expect(try source.values() == (1...1000).map(String.init))
        let cut = try source.shell.run("printf 'a\\nlong\\nb\\n' | fluvio-source-file --max-line 2 $1 -", source.topic)
        #expect(cut.status == 0 && cut.errors == "fluvio-source-file: line 2: 4 bytes; cut\n", "\(cut.errors)")
        #expect(try source.values().suffix(3) == ["a", "lo", "b"])
        for option in ["--metrics file:m", "--partial-timeout 1"] {
            let refused = try source.shell.run("fluvio-source-file \(option) $1 - </dev/null", source.topic)
            #expect(refused.status == 2 && refused.errors.contains("not for standard input"), "\(refused.errors)")
        }
    }
}
