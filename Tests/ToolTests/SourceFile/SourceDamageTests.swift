import Foundation
import TestSupport
import Testing

/// Compressed files that are cut, damaged or filled up.
@Suite("fluvio-source-file: damaged files", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceDamageTests {
    let source: SourceShell

    init() throws {
        source = try SourceShell()
        _ = try source.shell.run("seq 1 100000 >lines; gzip -k lines; xz -k lines; zstd -qk lines; mkdir whole")
    }

    private func number(_ values: [String]) -> [Int] { values.compactMap { Int($0) } }

    @Test(arguments: ["gz", "xz", "zst"])
    func `half a line is no record where compressed data is cut, and all comes once it is whole`(suffix: String) throws
    {
        _ = try source.shell.run("head -c $(($(stat -c %s lines.$1) / 2)) lines.$1 >in/a.$1", suffix)
        let ran = try source.once("in/a.\(suffix)", status: 1)
        #expect(ran.errors.contains("a.\(suffix): it ends in the middle of compressed data"))
        let values = try source.values()
        #expect(number(values) == Array(1...max(1, values.count)) && values.count > 10_000)
        _ = try source.shell.run("cat lines.$1 >in/a.$1", suffix)
        try source.once("in/a.\(suffix)")
        #expect(number(try source.values()) == Array(1...100_000))
    }

    @Test func `what stands before damage arrives, to the last line`() throws {
        _ = try source.shell.run("(cat lines.gz; printf garbage) >in/a.gz")
        let ran = try source.once("in/a.gz", status: 1)
        #expect(ran.errors.contains("a.gz: what stands behind the gzip data is passed over"))
        #expect(number(try source.values()) == Array(1...100_000))
    }

    @Test func `zeros behind compressed data fill up a block, and say nothing`() throws {
        _ = try source.shell.run(
            "for s in gz xz; do (cat lines.$s; head -c 10240 /dev/zero; seq 100001 100010 | if [ $s = gz ]; then gzip; else xz; fi) >in/a.$s; done"
        )
        try source.once("'in/a.gz'")
        #expect(number(try source.values()) == Array(1...100_010))
        try source.once("'in/a.*'")
        #expect(number(try source.values()).suffix(100_010) == Array(1...100_010)[...])
    }

    @Test func `a file that could not be read to its end is neither deleted nor moved`() throws {
        _ = try source.shell.run("head -c 100000 lines.gz >in/cut.gz; cp lines in/whole.log")
        for policy in ["delete", "move:done"] {
            try source.once("--then \(policy) 'in/*'", status: 1)
            #expect(try source.shell.run("ls in").lines == ["cut.gz"])
        }
        _ = try source.shell.run("cat lines.gz >in/cut.gz")
        try source.once("--then delete 'in/*'")
        #expect(try source.shell.run("ls in").lines.isEmpty)
        #expect(Set(number(try source.values())) == Set(1...100_000))
    }

    @Test(arguments: ["gz", "xz", "zst"])
    func `a file that is empty when it is seen, and turns out to be compressed`(suffix: String) throws {
        let child = try source.follow("in/a in/b")
        defer { child.kill() }
        func isOpen() throws -> Bool { try source.shell.run("ls -l /proc/\(child.pid)/fd | grep -q in/a").status == 0 }
        _ = try source.shell.run(": >in/a")
        try Wait.until("it is open") { try isOpen() }
        // Some of what says so, and not yet all.
        _ = try source.shell.run("head -c 2 lines.$1 >>in/a; echo 0 >in/b", suffix)
        _ = try source.values(count: 1)
        _ = try source.shell.run(
            "half=$(($(stat -c %s lines.$1) / 2)); tail -c +3 lines.$1 | head -c $half >>in/a", suffix)
        _ = try source.values(count: 1000)
        _ = try source.shell.run("half=$(($(stat -c %s lines.$1) / 2)); tail -c +$((half + 3)) lines.$1 >>in/a", suffix)
        let values = try source.values(count: 100_001)
        #expect(number(values.filter { $0 != "0" }) == Array(1...100_000))
        try source.stop(child)
        try source.once("in/a in/b")
        #expect(try source.values().count == 100_001)
    }

    @Test func `a damaged file that is written anew is read on while it runs`() throws {
        // Behind a sound member another one, which begins with a block of the kind that there is not.
        let bad = "\\037\\213\\010\\0\\0\\0\\0\\0\\0\\003\\007"
        _ = try source.shell.run("(seq 1 1000 | gzip; printf '\(bad)') >in/a.gz")
        let child = try source.follow("in/a.gz")
        defer { child.kill() }
        #expect(number(try source.values(count: 1000)) == Array(1...1000))
        try child.waitForErrors(containing: "the gzip data is damaged")
        // Without a moment at which it is empty, which would be a file of its own.
        _ = try source.shell.run("cat lines.gz 1<>in/a.gz")
        #expect(number(try source.values(count: 100_000)) == Array(1...100_000))
        try source.stop(child)
    }

    @Test func `what another program has compressed is told, where lines are in it that were not read`() throws {
        try source.write("app.log", "1\n2\n")
        try source.once("in/app.log")
        // As bzip2(1) does it, which keeps the time.
        let rotate =
            "cd in; tr 1-9 a-i <app.log >app.log.1.bz2; touch -r app.log app.log.1.bz2; rm app.log; echo new >app.log"
        _ = try source.shell.run("echo 3 >>in/app.log; touch -d '5 seconds' in/app.log; \(rotate)")
        let ran = try source.once("in/app.log", status: 1)
        #expect(
            ran.errors.contains("app.log is gone, and \(source.path("app.log.1.bz2")) seems to be what became of it"))
        #expect(try source.values() == ["1", "2", "new"])
        // All of it was read.
        _ = try source.shell.run("rm in/*.bz2; touch -d '1 minute ago' in/app.log; \(rotate)")
        try source.once("in/app.log")
        #expect(try source.values() == ["1", "2", "new", "new"])
    }
}
