import Foundation
import Glibc
import TestSupport
import Testing

/// What happens while the source goes on: what it waits for, gives up, deletes, and sees without being told.
@Suite("fluvio-source-file: following", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceFollowingTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    @Test func `rotated files are deleted or moved when they are read, and others stay`() throws {
        for (number, policy) in ["delete", "move:done"].enumerated() {
            try source.append("app.log", "\(number) first\n")
            let child = try source.follow("--close-after 0.2 --checkpoint-every 0.1 --then \(policy) in/app.log")
            defer { child.kill() }
            _ = try source.values(count: 3 * number + 1)
            // What comes after it was quiet for so long, and was removed, is another matter.
            child.send(SIGSTOP)
            try source.rename("app.log", "app.log.1")
            try source.append("app.log.1", "\(number) late\n")
            try source.append("app.log", "\(number) next\n")
            child.send(SIGCONT)
            try Wait.until("it is gone") { !source.isThere("app.log.1") }
            #expect(source.isThere("app.log"))
            #expect(try source.values(count: 3 * number + 3).count == 3 * number + 3)
            try source.stop(child)
        }
        #expect(try source.shell.directory.read("done/app.log.1") == Array("0 next\n1 first\n1 late\n".utf8))
    }

    @Test func `a record of several lines is whole when nothing has come for as long as is said`() throws {
        let child = try source.follow("--start-regex '^[0-9]' --group-timeout 0.2 'in/*.log'")
        defer { child.kill() }
        try source.append("a.log", "1 a\n  more\n")
        #expect(try source.records(count: 1) == ["1 a\n  more"])
        try source.append("a.log", "2 b\n  more\n3 c\n")
        #expect(try source.records(count: 3) == ["1 a\n  more", "2 b\n  more", "3 c"])
        try source.stop(child)
        #expect(child.errorText.contains("where records end depends on the clock"))
        try source.once("--start-regex '^[0-9]' --group-timeout 0.2 'in/*.log'")
        #expect(try source.records(count: 3).count == 3)
    }

    @Test func `the end of a line is not waited for longer than is said`() throws {
        let child = try source.follow("--partial-timeout 0.2 'in/*.log'")
        defer { child.kill() }
        try source.append("a.log", "one\nhalf")
        #expect(try source.records(count: 2) == ["one", "half"])
        try source.append("a.log", " more\nthree\n")
        #expect(try source.records(count: 4) == ["one", "half", " more", "three"])
        try source.stop(child)
        #expect(child.errorText.contains("where records end depends on the clock"))
    }

    @Test func `without a time limit half a line waits for its end, over a restart too`() throws {
        let child = try source.follow()
        defer { child.kill() }
        try source.append("a.log", "one\nhalf")
        #expect(try source.values(count: 1) == ["one"])
        child.send(SIGKILL)
        _ = try child.wait()
        try source.append("a.log", " more\n")
        let next = try source.follow()
        defer { next.kill() }
        #expect(try source.values(count: 2) == ["one", "half more"])
        try source.stop(next)
    }

    @Test(arguments: ["hold", "drop"])
    func `deleted files that hold too much are told, and given up if that is asked for`(policy: String) throws {
        let cluster = try TestCluster()
        let source = try SourceShell(cluster)
        try source.write("a.log", "1\n")
        let child = try source.follow(
            "--memory 1M --pinned-max 1M --on-pinned \(policy) --scan-interval 0.1 'in/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 1)
        try cluster.kill()
        let count = 400_000
        try source.write("b.log", (1...count).map { "line number \($0)\n" }.joined())
        try Wait.until("it is open") {
            try source.shell.run("ls -l /proc/\(child.pid)/fd | grep -q in/b.log").status == 0
        }
        try #require(unsafe unlink(source.path("b.log")) == 0)
        let text = policy == "drop" ? "was deleted and is given up" : "deleted files hold"
        try child.waitForErrors(containing: text)
        try cluster.restart()
        try source.append("a.log", "2\n")
        let values = try source.values(count: policy == "drop" ? 2 : count + 2)
        #expect(values.contains("2") && (policy == "drop" || values.count == count + 2))
        child.send(SIGTERM)
        _ = try child.wait()
        let lost = try #require(try source.status()["lost_bytes"] as? Int)
        #expect(policy == "drop" ? lost > 1_000_000 : lost == 0)
    }

    @Test(arguments: ["max_inotify_instances", "max_inotify_watches"])
    func `without inotify the looks find what is new`(limit: String) throws {
        try source.write("a.log", "1\n")
        let script = """
            exec unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/\(limit) &&
                exec fluvio-source-file --state-dir state --scan-interval 0.1 "$1" "in/*.log"' - $1
            """
        let child = try source.shell.start(script, source.topic)
        defer { child.kill() }
        try child.waitForErrors(containing: "changes are found by looking every")
        #expect(try source.values(count: 1) == ["1"])
        try source.append("a.log", "2\n")
        _ = try source.values(count: 2)
        try source.rename("a.log", "a.log.1")
        try source.append("a.log", "3\n")
        try source.write("b.log", "4\n")
        #expect(Set(try source.values(count: 4)) == ["1", "2", "3", "4"])
        try source.stop(child)
    }

    @Test func `the table of guarantees says nothing that is not tried here`() throws {
        let ran = try source.shell.run("fluvio-source-file --help guarantees")
        let table = ran.text.components(separatedBy: "\n\n")[0].split(separator: "\n")
        let events = table.dropFirst().compactMap { $0.components(separatedBy: "  ").first }
        let tried = [
            "SIGTERM, SIGINT", "kill -9, out of memory", "cluster stopped, killed, started again",
            "renamed while running", "renamed while down, twice between two looks",
            "renamed and compressed (gzip, zstd, xz) while down",
            "made and removed between two looks", "copied and cut (copytruncate)",
            "copied and not cut (copy of logrotate)", "cut without a copy",
            "cut, and the same 64 bytes before the same place",
            "killed and rotated when only a common header was known of a file",
            "written anew beside it, with all that it had, and renamed over it (rsync)",
            "the middle of a file written anew", "deleted while it is read", "state directory lost",
            "state directory full", "checkpoint damaged", "topic deleted and made anew",
            "the same with --isolation read_uncommitted, or deduplication", "the last line has no end",
            "--partial-timeout, --group-timeout", "standard input",
        ]
        #expect(events == tried, "a row without a test, or a test without a row")
    }

    @Test func `what no look has seen is lost, and what was written anew in the middle is not seen`() throws {
        try source.write("a.log", "1\n2\n3\n")
        try source.write("gone.log", "never\n")
        try #require(unsafe unlink(source.path("gone.log")) == 0)
        try source.once()
        // The last 64 bytes before the position stay as they were, and so does what the file begins with.
        let lines = (1...200).map { "line number \($0)\n" }.joined()
        try source.write("b.log", lines)
        try source.once()
        let middle = lines.replacingOccurrences(of: "line number 100\n", with: "LINE NUMBER 100\n")
        try #require(try source.shell.run("test -s in/b.log").status == 0)
        let descriptor = unsafe open(source.path("b.log"), O_WRONLY)
        let bytes = Array(middle.utf8)
        #expect(unsafe pwrite(descriptor, bytes, bytes.count, 0) == bytes.count)
        close(descriptor)
        try source.append("b.log", "the end\n")
        try source.once()
        let values = try source.values()
        #expect(values.count == 204 && values.last == "the end" && !values.contains("LINE NUMBER 100"))
    }
}
