import Foundation
import Glibc
import TestSupport
import Testing

/// Links, and names that have nothing to do with rotation.
@Suite("fluvio-source-file: links", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceLinkTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    @Test func `a link that leads elsewhere, while what it led to is written to still`() throws {
        try source.write("one", "1\n")
        _ = try source.shell.run("ln -s one in/app.log; : >in/two")
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 1)
        let ran = try source.shell.run(
            "exec 3>>in/one; ln -s two in/next; mv -T in/next in/app.log; echo 2 >&3; echo 3 >>in/two")
        #expect(ran.status == 0)
        #expect(try source.values(count: 3).sorted() == ["1", "2", "3"])
        try source.stop(child)
        try source.once("in/app.log")
        #expect(try source.values().count == 3)
    }

    @Test func `a link that is renamed, and a file in its place`() throws {
        _ = try source.shell.run("mkdir far; echo 1 >far/data; ln -s ../far/data in/app.log")
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 1)
        _ = try source.shell.run("mv in/app.log in/app.log.1; echo 2 >>far/data; echo 3 >in/app.log")
        #expect(try source.values(count: 3) == ["1", "2", "3"])
        try source.stop(child)
        _ = try source.shell.run("echo 4 >>far/data; echo 5 >>in/app.log")
        try source.once("in/app.log")
        #expect(try source.values().sorted() == ["1", "2", "3", "4", "5"])
    }

    @Test func `a link to a file elsewhere: what happens there is noticed at once`() throws {
        _ = try source.shell.run("mkdir far; seq 1 10 >far/data; ln -s ../far/data in/app.log")
        let child = try source.follow("--metrics unix:m --scan-interval 1h in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 10)
        _ = try source.shell.run("seq 11 12 >>far/data")
        _ = try source.values(count: 12)
        _ = try source.shell.run(": >far/data; seq 13 14 >>far/data")
        _ = try source.values(count: 14)
        // It looks while there is nothing at the end of the link.
        let looks = try source.figure("scans_total") ?? 0
        _ = try source.shell.run("mv far/data far/data.1")
        try Wait.until("a look") { try (source.figure("scans_total") ?? 0) > looks }
        _ = try source.shell.run("seq 15 16 >far/data")
        #expect(try source.values(count: 16) == (1...16).map(String.init))
        try source.stop(child)
        _ = try source.shell.run(": >far/data; echo 17 >>far/data")
        try source.once("in/app.log")
        #expect(try source.values() == (1...17).map(String.init))
    }

    @Test func `a directory that is made anew is watched as the one before`() throws {
        _ = try source.shell.run("mkdir in/d; echo 1 >in/d/a.log")
        let child = try source.follow("--scan-interval 1h 'in/*/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 1)
        _ = try source.shell.run("rm -r in/d; mkdir in/d; echo 2 >in/d/a.log")
        _ = try source.values(count: 2)
        for number in 3...4 { try source.append("d/a.log", "\(number)\n") }
        try source.append("d/b.log", "5\n")
        #expect(Set(try source.values(count: 5)) == ["1", "2", "3", "4", "5"])
        try source.stop(child)
    }

    @Test func `a file that has quite another name after a restart is not sent again, and goes on`() throws {
        try source.write("first.log", "1\n")
        try source.once("in/first.log")
        try source.rename("first.log", "second.txt")
        try source.append("second.txt", "2\n")
        try source.once("in/second.txt")
        #expect(try source.values() == ["1", "2"])
        // By patterns that both names match, and in another directory.
        let other = try SourceShell()
        try other.write("file", "first line\n")
        try other.once("'in/**'")
        _ = try other.shell.run("mkdir in/old; mv in/file in/old/file.old; echo 'second line' >in/file")
        try other.once("'in/**'")
        #expect(try other.values() == ["first line", "second line"])
    }

    @Test func `a link in the place of a directory, as of releases`() throws {
        _ = try source.shell.run("mkdir in/v1 in/v2; ln -s v1 in/now; echo 1 >in/v1/a.log")
        let child = try source.follow("--scan-interval 0.05 'in/now/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 1)
        _ = try source.shell.run("echo 2 >in/v2/a.log; ln -sfn v2 in/now; echo 3 >>in/v1/a.log")
        #expect(try source.values(count: 3).sorted() == ["1", "2", "3"])
        try source.stop(child)
    }
}
