import Foundation
import Glibc
import TestSupport
import Testing

/// Which file is which: other names, other places, the same content, the same number.
@Suite("fluvio-source-file: identity", .onOwnThreads, .timeLimit(.minutes(60)))
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

    @Test
    func `renamed over it again and again while it runs: each line once, in the middle of lines and over kills too`()
        throws
    {
        _ = try source.shell.run("seq 1000 >in/a.log; printf 100 >>in/a.log")
        var child = try source.follow()
        defer { child.kill() }
        _ = try source.values(count: 1000)
        for number in 1001...1012 {
            // The end of the line before, and half of the next one.
            let rest = "\(number)".dropFirst(3), next = "\(number + 1)".prefix(3)
            _ = try source.shell.run(
                "cp in/a.log in/tmp; printf '%s\n%s' $1 $2 >>in/tmp; mv in/tmp in/a.log", String(rest), String(next))
            switch number % 4 {
            // Two replacements between two looks, with what is under way, and after it is killed.
            case 0: continue
            case 1:
                child.send(SIGKILL)
                _ = try child.wait()
                child = try source.follow()
            default: break
            }
            try Wait.until("\(number) has come") { try source.values().contains("\(number)") }
        }
        // The last one was not waited for.
        _ = try source.values(count: 1012)
        try source.stop(child)
        #expect(try source.values() == (1...1012).map(String.init))
    }

    @Test func `what is still written to a file that another one was renamed over is sent`() throws {
        _ = try source.shell.run("seq 1000 >in/a.log")
        let child = try source.follow()
        defer { child.kill() }
        _ = try source.values(count: 1000)
        _ = try source.shell.run(
            """
            exec 5>>in/a.log
            cp in/a.log in/tmp; echo 1001 >>in/tmp; mv in/tmp in/a.log
            until fluvio-cat consume -e --raw "$1" | grep -qx 1001; do sleep 0.1; done
            echo late >&5; echo 1002 >>in/a.log
            until fluvio-cat consume -e --raw "$1" | grep -qx late; do sleep 0.1; done
            """, source.topic)
        try Wait.until("all has come") { try source.values().count == 1003 }
        try source.append("a.log", "1003\n")
        _ = try source.values(count: 1004)
        try source.stop(child)
        #expect(try source.values().filter { $0 != "late" } == (1...1003).map(String.init))
    }

    @Test func `what is still written to it when the source is stopped is sent, or told to be lost`() throws {
        _ = try source.shell.run("seq 1000 >in/a.log; ln in/a.log old")
        let child = try source.follow()
        defer { child.kill() }
        _ = try source.values(count: 1000)
        let old = unsafe open(source.path("a.log"), O_WRONLY | O_APPEND)
        defer { close(old) }
        _ = try source.shell.run("rm old; cp in/a.log in/tmp; echo 1001 >>in/tmp; mv in/tmp in/a.log")
        _ = try source.values(count: 1001)
        child.send(SIGSTOP)
        #expect(unsafe write(old, "late\n", 5) == 5)
        child.send(SIGTERM)
        child.send(SIGCONT)
        let status = try child.wait()
        #expect(status == .signalled(SIGTERM), "\(child.errorText)")
        let isSent = try source.values().contains("late")
        #expect(isSent != child.errorText.contains("5 bytes that came to the old one"), "\(child.errorText)")
    }

    @Test func `renamed over while it is down: of a file that is short nobody can say whether it is another one`()
        throws
    {
        _ = try source.shell.run("seq 2000 >in/a.log; seq 5 >in/b.log")
        try source.once()
        _ = try source.shell.run(
            "for name in a b; do cp in/$name.log in/tmp; echo $name >>in/tmp; mv in/tmp in/$name.log; done")
        let ran = try source.once()
        #expect(ran.errors == "")
        #expect(try source.values().dropFirst(2005).sorted() == ["1", "2", "3", "4", "5", "a", "b"])
    }

    @Test func `killed when it had been short in the last checkpoint, and renamed over: each line once all the same`()
        throws
    {
        _ = try source.shell.run("seq 5 >in/a.log")
        let child = try source.follow("--checkpoint-every 1h 'in/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 5)
        _ = try source.shell.run("seq 6 3000 >>in/a.log")
        _ = try source.values(count: 3000)
        child.send(SIGKILL)
        _ = try child.wait()
        _ = try source.shell.run("cp in/a.log in/tmp; echo 3001 >>in/tmp; mv in/tmp in/a.log")
        try source.once()
        #expect(try source.values() == (1...3001).map(String.init))
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
