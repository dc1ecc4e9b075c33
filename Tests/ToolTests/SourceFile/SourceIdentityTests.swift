import Foundation
import Glibc
import TestSupport
import Testing

/// Which file is which: other names, other places, the same content, the same number.
@Suite("fluvio-source-file: identity", .onOwnThreads, .timeLimit(.minutes(20)))
struct SourceIdentityTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    private func count() throws -> Int { try source.values().count }

    @Test func `files of the same content are different files, also those that come later`() throws {
        _ = try source.shell.run(
            "for name in a b c; do seq 1000 >in/$name.log; done; echo x >in/x.log; echo x >in/y.log")
        try source.once()
        #expect(try count() == 3002)
        _ = try source.shell.run("seq 1000 >in/d.log; cp -p in/x.log in/z.log")
        try source.once()
        #expect(try count() == 4003)
        // A copy under a name that rotation gives has nothing of its own, until it has more.
        _ = try source.shell.run("cp -p in/a.log in/a.log.1; gzip -c in/b.log >in/b.log.1.gz")
        try source.once("'in/*'")
        #expect(try count() == 4003)
    }

    @Test func `names that are exchanged, running and down`() throws {
        _ = try source.shell.run("seq 1000 >in/a.log; seq 1000 >in/b.log")
        let child = try source.follow()
        defer { child.kill() }
        _ = try source.values(count: 2000)
        let exchange = "mv in/a.log in/t; mv in/b.log in/a.log; mv in/t in/b.log"
        _ = try source.shell.run("\(exchange); echo 2001 >>in/a.log; echo 2002 >>in/b.log")
        #expect(try source.values(count: 2002).suffix(2).sorted() == ["2001", "2002"])
        try source.stop(child)
        _ = try source.shell.run("\(exchange); echo 2003 >>in/a.log; echo 2004 >>in/b.log")
        try source.once()
        #expect(try source.values().suffix(2).sorted() == ["2003", "2004"])
        #expect(try count() == 2004)
    }

    @Test func `written anew beside it and renamed over it, as by rsync: only what is new is sent`() throws {
        _ = try source.shell.run("seq 1000 >in/a.log")
        try source.once()
        let replace = "cp in/a.log in/tmp; echo $1 >>in/tmp; mv in/tmp in/a.log"
        for number in 1001...1003 {
            _ = try source.shell.run(replace, "\(number)")
            try source.once()
        }
        _ = try source.shell.run(replace, "1004")
        try source.once()
        #expect(try source.values() == (1...1004).map(String.init))
        // Other content is another file.
        _ = try source.shell.run("seq 2001 2010 >in/tmp; mv in/tmp in/a.log")
        try source.once()
        #expect(try source.values() == (Array(1...1004) + Array(2001...2010)).map(String.init))
    }

    @Test func `renamed over it while it runs: nothing is lost, and twice is at most what came since`() throws {
        _ = try source.shell.run("seq 1000 >in/a.log")
        let child = try source.follow()
        defer { child.kill() }
        _ = try source.values(count: 1000)
        for number in 1001...1005 {
            _ = try source.shell.run("cp in/a.log in/tmp; echo $1 >>in/tmp; mv in/tmp in/a.log", "\(number)")
            try Wait.until("\(number) has come") { try source.values().contains("\(number)") }
        }
        try source.stop(child)
        let values = try source.values()
        #expect(Set(values) == Set((1...1005).map(String.init)))
        #expect(Array(values.prefix(1000)) == (1...1000).map(String.init))
        #expect(values.dropFirst(1000).allSatisfy { Int($0) ?? 0 > 1000 } && values.count <= 1000 + 15)
    }

    @Test func `deleted and made again while it was down: what has another beginning is sent`() throws {
        for round in 1...3 {
            // On some file systems it has the number of the one before.
            _ = try source.shell.run("rm -f in/a.log; seq -f \"$1 %.0f\" 1000 >in/a.log", "\(round)")
            try source.once()
            #expect(try count() == 1000 * round)
        }
        try source.append("a.log", "more\n")
        try source.once()
        #expect(try count() == 3001)
    }

    @Test func `the offset and the number of a line are right behind a restart in the middle of it`() throws {
        let child = try source.follow("--envelope 'in/*.log'")
        defer { child.kill() }
        try source.append("a.log", "one\ntw")
        _ = try source.values(count: 1)
        child.send(SIGKILL)
        _ = try child.wait()
        try source.append("a.log", "o\nthree\n")
        try source.once("--envelope 'in/*.log'")
        let ran = try source.shell.run(
            "fluvio-cat consume -e --raw $1 | jq -c '[.line,.offset,.value]'", source.topic)
        #expect(ran.lines == ["[1,0,\"one\"]", "[2,4,\"two\"]", "[3,8,\"three\"]"])
    }
}
