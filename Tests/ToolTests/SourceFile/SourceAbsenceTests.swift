import Foundation
import Glibc
import TestSupport
import Testing

/// What is said where there is no such file, no such topic, or a command was meant.
@Suite("fluvio-source-file: what is not there", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceAbsenceTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    @Test func `once: a path that names no file is an error, as for cat, and the others are sent`() throws {
        try source.write("a.log", "1\n")
        let ran = try source.once("in/nope.log in/a.log in in/{a,b}.log 'no/such/*.log' /dev/null", status: 1)
        #expect(ran.errors.contains("fluvio-source-file: in/nope.log: No such file or directory\n"), "\(ran.errors)")
        #expect(ran.errors.contains(": in: Is a directory; 'in/*' is the files in it\n"))
        #expect(ran.errors.contains(": in/b.log: No such file or directory\n"))
        #expect(ran.errors.contains(": no/such/*.log: no file matches\n"))
        #expect(ran.errors.contains(": /dev/null: is no file; a PATH of - is standard input\n"))
        #expect(!ran.errors.contains("a.log:"))
        #expect(try source.values() == ["1"])
        let quoted = try source.once("'in/{a,b}.log' '*.none' in/a.log")
        #expect(quoted.errors.hasSuffix("*.none: no file matches\n") && !quoted.errors.contains("{"))
        #expect(try source.once("in/", status: 1).errors.contains(": in/: Is a directory; 'in/*' is the files in it\n"))
        try source.once("--exclude nope.log in/nope.log")
        _ = try source.shell.run("ln -s nowhere in/link.log; touch -d '2 hours ago' in/old.log")
        #expect(try source.once("in/link.log", status: 1).errors.contains("link.log: No such file"))
        #expect(try source.once("--newer-than 1h in/old.log 'in/ol*'").errors == "")
    }

    @Test func `once: a file that was read and is gone is none that never was`() throws {
        try source.write("a.log", "1\n")
        try source.once("--then delete in/a.log")
        #expect(try source.once("in/a.log").errors.contains("in/a.log: there is no new one since it was read"))
        try source.write("a.log", "2\n")
        try source.once("in/a.log")
        try source.rename("a.log", "a.log.1")
        #expect(try source.once("in/a.log").errors.contains("in/a.log: there is no new one since it was read"))
        try source.once("--from beginning in/a.log", status: 1)
        #expect(try source.values() == ["1", "2"])
    }

    @Test func `while it goes on, what is not there is told once and waited for`() throws {
        let child = try source.follow("--scan-interval 0.05 in/a.log 'in/b*.log' in/dir/c.log")
        defer { child.kill() }
        try child.waitForErrors(containing: "in/dir/c.log: no such file yet; it is waited for")
        try source.write("a.log", "1\n")
        #expect(try source.values(count: 1) == ["1"])
        _ = try source.shell.run("echo 2 >in/b1.log; mkdir in/dir; echo 3 >in/dir/c.log")
        #expect(try source.values(count: 3).sorted() == ["1", "2", "3"])
        child.send(SIGHUP)
        try child.waitForErrors(containing: "looking at all directories again")
        try source.stop(child)
        #expect(child.errorText.components(separatedBy: "in/a.log: no such file yet").count == 2)
        #expect(child.errorText.contains("in/b*.log: no file matches yet"))
        // With all that was read finished, it ends well.
        let other = try source.follow("--sigint-ok in/a.log in/d.log")
        defer { other.kill() }
        try other.waitForErrors(containing: "in/d.log: no such file yet")
        other.send(SIGTERM)
        #expect(try other.wait() == .exited(0))
    }

    @Test func `check and a dry run say so too`() throws {
        try source.write("a.log", "1\n")
        func run(_ options: String) throws -> Shell.Ran {
            try source.shell.run(
                "fluvio-source-file \(options) --state-dir state $1 in/a.log in/b.log 'c*'", source.topic)
        }
        let waiting = try run("check")
        #expect(waiting.status == 0 && waiting.text.contains("in/b.log, no such file yet; it is waited for: ok\n"))
        #expect(waiting.text.contains("c*, no file matches yet: ok\n"))
        let once = try run("check --once")
        #expect(once.status == 1 && once.text.contains("file in/b.log: No such file or directory\n"))
        let dry = try run("--dry-run")
        #expect(dry.status == 0 && dry.errors.contains("in/b.log: no such file yet; it is waited for"))
        let dryOnce = try run("--dry-run --once")
        #expect(dryOnce.status == 1 && dryOnce.errors.contains("in/b.log: No such file or directory"))
        #expect(dryOnce.text == "\(source.path("a.log")): new, from 0 of 2 bytes\n")
    }

    @Test(
        arguments: [
            ("runn --once --state-dir new t in/a.log", 1, "there is no topic 'runn'; did you mean the command 'run'?"),
            ("chek --state-dir new t 'in/*.log'", 1, "there is no topic 'chek'; did you mean the command 'check'?"),
            ("stats", 2, "PATH is missing; did you mean the command 'status'?"),
            ("stauts --state-dir new", 2, "PATH is missing; did you mean the command 'status'?"),
            ("nowhere --once --state-dir new in/a.log", 1, "there is no topic 'nowhere'; 'fluvio-admin topic list'"),
            ("nowhere", 2, "PATH is missing\n"),
        ] as [(String, CInt, String)])
    func `a command that is misspelt is taken for a topic, and the question is asked`(
        arguments: String, status: CInt, text: String
    ) throws {
        try source.write("a.log", "1\n")
        let ran = try source.shell.run("fluvio-source-file \(arguments)")
        #expect(ran.status == status && ran.errors.contains(text), "\(ran.status): \(ran.errors)")
    }

    @Test func `so it is where there is a state of another topic, or a topic of such a name`() throws {
        // Of its own: for as long as there is such a topic, others are asked whether they mean it.
        let cluster = try TestCluster()
        let source = try SourceShell(cluster)
        try source.write("a.log", "1\n")
        try source.once()
        let ran = try source.shell.run("fluvio-source-file runn --state-dir state $1 in/a.log", source.topic)
        #expect(ran.status == 2 && ran.errors.contains("name another --state-dir, or did you mean the command 'run'?"))
        // A topic may have such a name.
        let named = try source.shell.run(
            """
            fluvio-admin -q topic create runs
            fluvio-source-file --once --state-dir other runs in/a.log && fluvio-cat consume -e --raw runs
            fluvio-source-file --once --state-dir third runn in/a.log
            fluvio-admin -q topic delete --yes runs
            """)
        #expect(named.text == "1\n", "\(named.errors)")
        #expect(named.errors.contains("did you mean 'runs'? Or did you mean the command 'run'?"), "\(named.errors)")
    }
}
