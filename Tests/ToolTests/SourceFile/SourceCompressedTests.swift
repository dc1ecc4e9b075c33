import Foundation
import Glibc
import TestSupport
import Testing

/// Compressed files: positions are those of their content.
@Suite("fluvio-source-file: compressed files", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceCompressedTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    private func position() throws -> Int? {
        (try source.status()["files"] as? [[String: Any]])?.first?["committed"] as? Int
    }

    @Test(arguments: [("gzip", "gz"), ("zstd -q --rm", "zst"), ("xz -0", "xz")])
    func `killed in the middle, it goes on there`(program: String, suffix: String) throws {
        // Three quarters of it are there, or it might be faster than whoever kills it.
        let made = try source.shell.run(
            """
            seq 600000 >lines; \(program) <lines >whole
            size=$(stat -c %s whole); head -c $((size * 3 / 4)) whole >in/a.log; tail -c +$((size * 3 / 4 + 1)) whole >rest
            """)
        try #require(made.status == 0)
        let child = try source.follow("--memory 1M --checkpoint-every 0.01 'in/*'")
        defer { child.kill() }
        let checkpoint = source.shell.directory.path("state/checkpoint")
        try Wait.until("something is written down") {
            try FileManager.default.fileExists(atPath: checkpoint) && (position() ?? 0) > 0
        }
        child.send(SIGKILL)
        _ = try child.wait()
        _ = try source.shell.run("cat rest >>in/a.log")
        let size = try #require(
            try FileManager.default.attributesOfItem(atPath: source.shell.directory.path("lines"))[.size] as? Int)
        #expect(try (position() ?? 0) < size)
        try source.once("'in/*'")
        let ran = try source.shell.run("fluvio-cat consume -q -e --raw $1 | cmp - lines", source.topic)
        #expect(ran.status == 0, "\(ran.errors)\(ran.text)")
        #expect(try position() == size)
    }

    @Test func `a name that ends in gz says nothing, and neither does one that does not`() throws {
        _ = try source.shell.run(
            "echo text >in/a.gz; echo data | gzip >in/b.txt; printf '\\037\\213' >in/c.gz; : >in/d.gz")
        try source.once("'in/*'")
        let ran = try source.shell.run("exec fluvio-cat consume -q -e --raw $1", source.topic)
        let lines = ran.output.split(separator: 0x0a).map { Array($0) }
        #expect(Set(lines) == [[0x1f, 0x8b], Array("text".utf8), Array("data".utf8)] && lines.count == 3)
    }

    @Test func `zstd that begins with a frame of no data is read, and what wants too much memory is told`() throws {
        _ = try source.shell.run(
            "(printf 'P*M\\030\\004\\0\\0\\0size'; seq 3 | zstd -q) >in/a.zst; printf 'P*' >in/b; printf 'P*M text' >in/c"
        )
        try source.once("'in/*'")
        #expect(try source.values().sorted() == ["1", "2", "3", "P*", "P*M text"])
        _ = try source.shell.run("seq 3 | zstd -q --ultra -20 --long=30 >in/d.zst")
        #expect(
            try source.once("in/d.zst", status: 1).errors.contains(
                "d.zst: the zstd data wants more than 128M of memory"))
    }

    @Test(arguments: [("gzip", "gz"), ("zstd -q", "zst"), ("xz", "xz")])
    func `what is appended is sent, the last line without its end too`(program: String, suffix: String) throws {
        _ = try source.shell.run("printf '1\\n2\\nthr' | \(program) >in/a.\(suffix)")
        let child = try source.follow("'in/*'")
        defer { child.kill() }
        #expect(try source.values(count: 2) == ["1", "2"])
        _ = try source.shell.run("printf 'ee\\n4\\n' | \(program) >>in/a.\(suffix)")
        #expect(try source.values(count: 4) == ["1", "2", "three", "4"])
        try source.stop(child)
        _ = try source.shell.run("printf '5\\nthe end' | \(program) >>in/a.\(suffix)")
        try source.once("'in/*'")
        #expect(try source.values() == ["1", "2", "three", "4", "5", "the end"])
        #expect(try position() == "1\n2\nthree\n4\n5\nthe end".utf8.count)
        try source.once("'in/*'")
        #expect(try source.values().count == 6)
    }

    @Test func `keys, envelopes and records of several lines are of the content`() throws {
        _ = try source.shell.run("printf 'a 1\\n  more\\nb 2\\n' | gzip >in/a.gz")
        try source.once("--start-regex '^\\S' --key 'regex:(\\d)' --envelope 'in/*'")
        let ran = try source.shell.run(
            "fluvio-cat consume -e $1 | jq -c '[.key, (.value | fromjson | .offset, .line, .value)]'", source.topic)
        #expect(ran.lines == ["[\"1\",0,1,\"a 1\\n  more\"]", "[\"2\",11,2,\"b 2\"]"])
    }
}
