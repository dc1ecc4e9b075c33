import Foundation
import Glibc
import TestSupport
import Testing

/// How the source is run: signals, checkpoints, figures, options from a file.
@Suite("fluvio-source-file: operation", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceOperationTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    @Test func `SIGTERM: what was read is acknowledged and written down, and nothing is twice`() throws {
        try source.write("a.log", (1...200_000).map { "\($0)\n" }.joined())
        let child = try source.follow("--grace 60 'in/*.log'")
        defer { child.kill() }
        try Wait.until("something is sent") { try !source.values(options: "-n 1").isEmpty }
        try source.stop(child)
        #expect(try source.status()["clean"] as? Bool == true)
        try source.once()
        #expect(try source.values() == (1...200_000).map(String.init))
    }

    @Test func `a second signal ends it at once, and nothing is lost or twice`() throws {
        let cluster = try TestCluster()
        let source = try SourceShell(cluster)
        try source.write("a.log", "1\n2\n")
        let child = try source.follow("--grace 1h 'in/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 2)
        try cluster.kill()
        try source.append("a.log", "3\n")
        try child.waitForErrors(containing: "trying again")
        child.send(SIGINT)
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
        try cluster.restart()
        try source.once()
        #expect(try source.values() == ["1", "2", "3"])
    }

    @Test func `SIGHUP makes it look at all directories, and SIGUSR1 say how far it is`() throws {
        let child = try source.follow("--scan-interval 1h 'in/*.log'")
        defer { child.kill() }
        try Wait.until("it reads") { try source.shell.run("test -e state/checkpoint").status == 0 }
        child.send(SIGHUP)
        try child.waitForErrors(containing: "looking at all directories again")
        child.send(SIGUSR1)
        try child.waitForErrors(containing: "0 records sent, 0 bytes wait")
        try source.stop(child)
    }

    @Test func `it looks once when it starts, and seldom where nothing happens`() throws {
        for number in 0..<100 { try source.write("\(number).log", "\(number)\n") }
        let child = try source.follow("--metrics unix:m --scan-interval 1h 'in/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 100)
        let looks = try #require(try source.figure("scans_total"))
        #expect(looks <= 3, "\(looks) looks")
        try source.stop(child)
    }

    @Test func `one process at a time has the state directory`() throws {
        let child = try source.follow()
        defer { child.kill() }
        try Wait.until("the first has it") { try source.shell.run("test -e state/checkpoint").status == 0 }
        let ran = try source.once(status: 5)
        #expect(ran.errors.contains("is in use by another process"))
        #expect(try source.status()["running"] as? Bool == true)
        try source.stop(child)
        #expect(try source.status()["running"] as? Bool == false)
    }

    @Test func `a damaged checkpoint is told, and what is done about it is asked for`() throws {
        try source.write("a.log", "1\n2\n")
        try source.once()
        try source.append("a.log", "3\n")
        try source.once()
        _ = try source.shell.run("sed -i 's/committed\":6/committed\":9/' state/checkpoint")
        let ran = try source.once(status: 1)
        #expect(ran.errors.contains("state/checkpoint is damaged: its checksum is wrong"))
        let prev = try source.once("--on-bad-checkpoint prev 'in/*.log'")
        #expect(prev.errors.contains("going on from the one before it"))
        // The one before is of a moment when records were under way: the topic says which have arrived.
        #expect(try source.values() == ["1", "2", "3"])
        _ = try source.shell.run("truncate -s 20 state/checkpoint")
        try source.once("--on-bad-checkpoint beginning 'in/*.log'")
        #expect(try source.values() == ["1", "2", "3", "1", "2", "3"])
        _ = try source.shell.run("rm -r state")
        try source.once("--from end 'in/*.log'")
        #expect(try source.values().count == 6)
    }

    @Test func `a checkpoint of another topic or of other rules`() throws {
        try source.write("a.log", "1\n")
        try source.once()
        let ran = try source.shell.run("fluvio-source-file --once --state-dir state other in/a.log")
        #expect(ran.status == 2 && ran.errors.contains("is the state of a source into the topic \(source.topic)"))
    }

    @Test func `figures, status, check and a dry run`() throws {
        try source.write("a.log", "1\n2\n")
        let dry = try source.shell.run("fluvio-source-file --dry-run --state-dir state $1 'in/*.log'", source.topic)
        #expect(dry.text == "\(source.path("a.log")): new, from 0 of 4 bytes\n")
        let child = try source.follow("--metrics unix:m 'in/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 2)
        try Wait.until("the figures say so") {
            let ran = try source.shell.run("curl -sf --unix-socket m http://x/metrics")
            return ran.text.contains("fluvio_source_records_total{topic=\"\(source.topic)\"} 2")
                && ran.text.contains("fluvio_source_lag_bytes{topic=\"\(source.topic)\"} 0")
        }
        try source.stop(child)
        #expect(try source.shell.run("test -e m").status == 1)
        let status = try source.status()
        let files = try #require(status["files"] as? [[String: Any]])
        #expect(files.count == 1 && files[0]["committed"] as? Int == 4 && files[0]["line"] as? Int == 2)
        #expect(status["topic"] as? String == source.topic && status["lag_bytes"] as? Int == 0)
        let check = try source.shell.run("fluvio-source-file check --state-dir state $1 'in/*.log'", source.topic)
        #expect(check.status == 0 && check.text.contains("cluster: ok\ntopic \(source.topic), 1 partition: ok\n"))
        let missing = try source.shell.run("fluvio-source-file check --state-dir state nowhere 'in/*.log'")
        #expect(missing.status == 2, "the checkpoint is of another topic: \(missing.text)")
    }

    @Test func `options from a file, which the command line goes before`() throws {
        try source.write("a.log", "one,two\nthree\n")
        let text = """
            # A comment.
            topic = \(source.topic)
            path = "in/*.log"
            once
            state-dir = state
            delimiter = ,
            max-line=100
            """
        try source.shell.directory.write("source.conf", text)
        let ran = try source.shell.run("fluvio-source-file --config source.conf --delimiter '\\n'")
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try source.values() == ["one,two", "three"])
        try source.shell.directory.write("bad.conf", "no-such-option = 1\ntopic = a\npath = b\n")
        #expect(try source.shell.run("fluvio-source-file --config bad.conf").status == 2)
    }

    @Test func `the service manager is told`() throws {
        let script = """
            python3 - "$1" <<'EOF'
            import os, socket, subprocess, sys, signal
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind('notify'); s.settimeout(60)
            p = subprocess.Popen(['fluvio-source-file', '--state-dir', 'state', sys.argv[1], 'in/*.log'],
                env=dict(os.environ, NOTIFY_SOCKET=os.path.abspath('notify'), WATCHDOG_USEC='1000000'))
            seen = []
            def until(word):
                while not any(word in m for m in seen): seen.append(s.recv(4096).decode())
            until('READY=1'); until('WATCHDOG=1')
            p.send_signal(signal.SIGTERM); until('STOPPING=1')
            print(-p.wait())
            EOF
            """
        let ran = try source.shell.run(script, source.topic)
        #expect(ran.text == "15\n", "\(ran.errors)")
    }

    @Test func `a full state directory is told; nothing is lost, and it goes on when there is room`() throws {
        try source.write("a.log", "1\n")
        try #require(try source.shell.run("mkdir state && mount -t tmpfs -o size=64k none state").status == 0)
        defer { _ = try? source.shell.run("umount -l state") }
        let child = try source.follow()
        defer { child.kill() }
        _ = try source.values(count: 1)
        _ = try source.shell.run("dd if=/dev/zero of=state/filler bs=4k 2>/dev/null")
        try source.append("a.log", "2\n")
        _ = try source.values(count: 2)
        // More than the room that the checkpoint before takes.
        for number in 0..<60 { try source.write("b\(number).log", "3\n") }
        try child.waitForErrors(containing: "cannot write the checkpoint")
        _ = try source.shell.run("rm state/filler")
        try child.waitForErrors(containing: "the checkpoint is written again")
        let all = ["1", "2"] + [String](repeating: "3", count: 60)
        #expect(try source.values(count: 62).sorted() == all)
        child.send(SIGKILL)
        _ = try child.wait()
        try source.once()
        #expect(try source.values().sorted() == all)
    }

    @Test func `a file that cannot be read is named, and read when it can be`() throws {
        try source.write("a.log", "1\n")
        try source.write("b.log", "2\n")
        let script = """
            chmod 777 . in; chmod 600 in/b.log; chmod 644 in/a.log
            cp "$FLV_PROFILE_PATH" profile; chmod 644 profile
            export FLV_PROFILE_PATH=$PWD/profile HOME=$PWD
            exec setpriv --reuid 65534 --regid 65534 --clear-groups \\
                fluvio-source-file --state-dir state --scan-interval 0.1 $1 'in/*.log'
            """
        let child = try source.shell.start(script, source.topic)
        defer { child.kill() }
        try child.waitForErrors(containing: "b.log: Permission denied; it is tried again")
        #expect(try source.values(count: 1) == ["1"])
        _ = try source.shell.run("chmod 644 in/b.log")
        #expect(try source.values(count: 2) == ["1", "2"])
    }

    @Test func `the table of guarantees is printed`() throws {
        let ran = try source.shell.run("fluvio-source-file --help guarantees")
        #expect(ran.status == 0 && ran.lines.first?.hasPrefix("event") == true)
        #expect(ran.text.contains("kill -9, out of memory"))
    }
}
