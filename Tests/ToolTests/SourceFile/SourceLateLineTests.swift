import Foundation
import Glibc
import TestSupport
import Testing

/// Writers that have the old file open still, when its name is another's.
@Suite("fluvio-source-file: lines that come late", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceLateLineTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    @Test func `renamed again and again, and each old file is written to still`() throws {
        try source.append("app.log", "1 before\n")
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 1)
        var wanted = ["1 before"]
        // Names that are not shifted: the first to go has the lowest number.
        for round in 1...4 {
            try source.rename("app.log", "app.log.\(round)")
            for old in 1...round {
                try source.append("app.log.\(old)", "\(old) late \(round)\n")
                wanted.append("\(old) late \(round)")
            }
            try source.append("app.log", "\(round + 1) new\n")
            wanted.append("\(round + 1) new")
            #expect(try source.values(count: wanted.count).sorted() == wanted.sorted())
        }
        try source.stop(child)
        // Each file's own lines are in its order.
        let values = try source.values()
        for old in 1...4 {
            let own = values.filter { $0.hasPrefix("\(old) late") }
            #expect(own == (old...4).map { "\(old) late \($0)" })
        }
        try source.once("in/app.log")
        #expect(try source.values().count == wanted.count)
    }

    @Test func `several files renamed at once, the old and the new ones written to`() throws {
        for name in ["a", "b", "c"] { try source.append("\(name).log", "\(name) 1\n") }
        let child = try source.follow("'in/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 3)
        let ran = try source.shell.run(
            """
            exec 3>>in/a.log 4>>in/b.log 5>>in/c.log
            for name in a b c; do mv in/$name.log in/$name.log.1; done
            echo 'a 2' >&3; echo 'a 3' >in/a.log; echo 'b 3' >in/b.log; echo 'b 2' >&4; echo 'c 2' >&5; echo 'c 3' >in/c.log
            """)
        #expect(ran.status == 0)
        let values = try source.values(count: 9)
        #expect(values.sorted() == ["a", "b", "c"].flatMap { name in (1...3).map { "\(name) \($0)" } })
        try source.stop(child)
    }

    @Test(arguments: ["in/app.log", "'in/app.log*'"])
    func `what comes after an old file was closed is not lost`(paths: String) throws {
        try source.append("app.log", "1\n")
        let child = try source.follow("--close-after 0.05 --checkpoint-every 0.05 --scan-interval 0.05 \(paths)")
        defer { child.kill() }
        _ = try source.values(count: 1)
        try source.rename("app.log", "app.log.1")
        try source.append("app.log", "2\n")
        try child.waitForErrors(containing: "app.log.1: all of it is acknowledged")
        try source.append("app.log.1", "late\n")
        #expect(try source.values(count: 3) == ["1", "2", "late"])
        try source.stop(child)
        try source.append("app.log.1", "later\n")
        try source.once(paths)
        #expect(try source.values() == ["1", "2", "late", "later"])
    }

    @Test func `without inotify too`() throws {
        try source.write("app.log", "1\n")
        let script = """
            exec unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_inotify_instances &&
                exec fluvio-source-file --state-dir state --scan-interval 0.05 --close-after 0.05 "$1" in/app.log' - $1
            """
        let child = try source.shell.start(script, source.topic)
        defer { child.kill() }
        _ = try source.values(count: 1)
        let ran = try source.shell.run(
            "exec 3>>in/app.log; mv in/app.log in/app.log.1; echo 2 >>in/app.log; echo late >&3")
        #expect(ran.status == 0)
        #expect(try source.values(count: 3).sorted() == ["1", "2", "late"])
        try source.append("app.log.1", "later\n")
        #expect(try source.values(count: 4).last == "later")
        try source.stop(child)
    }

    @Test func `copied and cut under a writer that does not append: a hole is no line`() throws {
        try source.write("app.log", "")
        let writer = try source.shell.start(
            "exec 3>in/app.log; while read -r line; do echo \"$line\" >&3; done", input: nil)
        defer { writer.kill() }
        func write(_ line: String) throws { try writer.input?.write(contentsOf: Array("\(line)\n".utf8)) }
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        try write("before 1")
        try write("before 2")
        _ = try source.values(count: 2)
        #expect(try source.shell.run("cp in/app.log in/app.log.1; truncate -s 0 in/app.log").status == 0)
        try write("after")
        #expect(try source.values(count: 3) == ["before 1", "before 2", "after"])
        try write("more")
        #expect(try source.values(count: 4).last == "more")
        try source.stop(child)
    }

    @Test func `a record of several lines at the end of a file that is renamed`() throws {
        let options = "--start-regex '^[0-9]' --close-after 0.05 in/app.log"
        try source.append("app.log", "1 a\n  more\n2 b\n")
        let child = try source.follow(options)
        defer { child.kill() }
        try Wait.until("the first") { try source.records() == ["1 a\n  more"] }
        // The rest of the last record is written after it was renamed, and before it was quiet for so long.
        child.send(SIGSTOP)
        try source.rename("app.log", "app.log.1")
        try source.append("app.log.1", "  late\n")
        try source.append("app.log", "3 c\n")
        child.send(SIGCONT)
        try Wait.until("the end of the old file") { try source.records() == ["1 a\n  more", "2 b\n  late"] }
        try source.stop(child)
        try source.append("app.log", "  more\n4 d\n")
        try source.rename("app.log", "app.log.2")
        try source.append("app.log", "5 e\n")
        try source.once(options)
        #expect(try source.records() == ["1 a\n  more", "2 b\n  late", "3 c\n  more", "4 d", "5 e"])
    }
}
