import Foundation
import Glibc
import TestSupport
import Testing

/// A sink that runs as a service: what it tells others, how it ends, and clusters that go and come back.
@Suite("sink-pg: operation", .onOwnThreads, .timeLimit(.minutes(60)))
struct OperationTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        topic = cluster.topic()
    }

    @Test func `the service manager is told what goes on`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create $1; psql -qc 'CREATE TABLE t (a int)'
            python3 - "$1" <<'EOF'
            import os, socket, subprocess, sys, signal
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind('notify'); s.settimeout(60)
            p = subprocess.Popen(['fluvio-sink-pg', '-t', 't', sys.argv[1]],
                env=dict(os.environ, NOTIFY_SOCKET=os.path.abspath('notify'), WATCHDOG_USEC='1000000'))
            seen = []
            def until(word):
                while not any(word in m for m in seen): seen.append(s.recv(4096).decode())
            until('READY=1'); until('WATCHDOG=1')
            p.send_signal(signal.SIGTERM); until('STOPPING=1')
            print(-p.wait())
            EOF
            """, topic)
        #expect(ran.text == "15\n", "\(ran.errors)")
    }

    @Test func `figures are at a port, and at a socket`() throws {
        let port = try Ports.free()
        _ = try shell.run("echo 1 | fluvio-cat produce -q --create $1", topic)
        for (target, fetch) in [
            ("127.0.0.1:\(port)", "http://127.0.0.1:\(port)/metrics"),
            ("unix:figures", "--unix-socket figures http://here/metrics"),
        ] {
            let sink = try shell.start("exec fluvio-sink-pg -g \(target) --create -t t --metrics \(target) \(topic)")
            defer { sink.kill() }
            try Wait.until("figures are there") {
                try shell.run("curl -fs \(fetch)").lines.contains("fluvio_sink_pg_records_total 1")
            }
        }
    }

    @Test func `at SIGTERM it commits what it has read, and goes on from there the next time`() throws {
        _ = try shell.query("CREATE TABLE t (n int)")
        _ = try shell.run(
            "fluvio-admin -q topic create $1; seq 300000 | sed 's/.*/{\"n\":&}/' | fluvio-cat produce -q $1", topic)
        let sink = try shell.start("exec fluvio-sink-pg -t t --grace 60 --batch-bytes 64K \(topic)")
        defer { sink.kill() }
        try Wait.until("some rows are there") { (try? shell.query("SELECT count(*) > 0 FROM t")) == ["t"] }
        sink.send(SIGTERM)
        #expect(try sink.wait() == .signalled(SIGTERM))
        #expect(try shell.query("SELECT next_offset = (SELECT count(*) FROM t) FROM fluvio_sink.offsets") == ["t"])
        let ran = try shell.run("fluvio-sink-pg -e -t t $1", topic)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try shell.query("SELECT count(*), count(DISTINCT n) FROM t") == ["300000|300000"])
    }

    @Test func `a table that is locked does not hold it up for longer than the grace`() throws {
        _ = try shell.query("CREATE TABLE t (n int)")
        _ = try shell.run("fluvio-admin -q topic create $1", topic)
        let sink = try shell.start("exec fluvio-sink-pg -t t --grace 0.5 \(topic)")
        defer { sink.kill() }
        try shell.wait("SELECT count(*) FROM fluvio_sink.offsets", for: ["1"])
        let locker = try shell.start("exec psql -q", input: nil)
        defer { locker.kill() }
        try locker.input?.write(contentsOf: Array("BEGIN; LOCK TABLE t; \\echo locked\n".utf8))
        try locker.waitForOutput(containing: "locked")
        _ = try shell.run("echo '{\"n\":1}' | fluvio-cat produce -q $1", topic)
        try shell.wait(
            "SELECT count(*) > 0 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()",
            for: ["t"])
        sink.send(SIGTERM)
        #expect(try sink.wait() == .signalled(SIGTERM))
        try locker.input?.close()
        _ = try locker.wait()
        let ran = try shell.run("fluvio-sink-pg -e -t t $1", topic)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try shell.query("SELECT count(*) FROM t") == ["1"])
    }

    @Test func `a cluster that goes and comes back is waited for`() throws {
        let cluster = try TestCluster()
        let shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        _ = try shell.run("fluvio-admin -q topic create -p 2 t; seq 100 | fluvio-cat produce -q t")
        let sink = try shell.start("exec fluvio-sink-pg --create -t t t")
        defer { sink.kill() }
        try shell.wait("SELECT count(*) FROM t", for: ["100"])
        try cluster.kill()
        try sink.waitForErrors(containing: "trying again")
        try cluster.restart()
        _ = try shell.run("seq 101 200 | fluvio-cat produce -q --retry-for 60 t")
        try sink.waitForErrors(containing: "goes on where it was")
        try shell.wait("SELECT count(*), count(DISTINCT value) FROM t", for: ["200|200"])
    }
}
