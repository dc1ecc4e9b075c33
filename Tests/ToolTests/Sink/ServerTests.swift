import Foundation
import Glibc
import TestSupport
import Testing

/// Servers that are set up in other ways than a single one with a plain table.
@Suite("sink-pg: poolers, standbys, partitions", .onOwnThreads, .timeLimit(.minutes(60)))
struct ServerTests {
    let cluster: TestCluster
    let topic: String

    init() throws {
        cluster = try TestCluster.shared.get()
        topic = cluster.topic()
    }

    private func shell(_ database: TestDatabase) throws -> Shell {
        try Shell(cluster, variables: try database.variables())
    }

    @Test(arguments: ["append", "upsert"])
    func `behind a pooler of transactions it works, and leaves no settings behind`(mode: String) throws {
        let database = try TestDatabase.shared.get()
        let shell = try shell(database)
        let server = try database.variables(of: shell.query("SELECT current_database()")[0])
        let port = try Ports.free()
        // One connection to the server: whatever a client leaves behind is met by the next.
        try shell.directory.write(
            "bouncer.ini",
            """
            [databases]
            * = host=\(server["PGHOST"] ?? "") port=\(server["PGPORT"] ?? "") user=postgres
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 1
            ignore_startup_parameters = extra_float_digits
            """)
        try shell.directory.write("users", "")
        let user = getuid() == 0 ? "setpriv --reuid postgres --regid postgres --clear-groups --" : ""
        let bouncer = try shell.start(
            "cp bouncer.ini /tmp/bouncer-\(port).ini; exec \(user) pgbouncer -q /tmp/bouncer-\(port).ini")
        defer {
            bouncer.kill()
            unsafe unlink("/tmp/bouncer-\(port).ini")
        }
        let pooled = "PGHOST=127.0.0.1 PGPORT=\(port) PGUSER=postgres"
        try Wait.until("the pooler takes connections") {
            (try? shell.run("\(pooled) psql -XqAtc 'SELECT 1'"))?.status == 0
        }
        _ = try shell.query("CREATE TABLE t (id int PRIMARY KEY, at timestamp, s text)")
        _ = try shell.run(
            """
            fluvio-admin -q topic create -p 3 $1
            seq 1 3000 | sed 's/.*/{"id":&,"at":"2026-01-01 00:00:00","s":"a"}/' | fluvio-cat produce -q $1
            """, topic)
        let options = "--pooling transaction --commit async --mode \(mode) -t t --batch-rows 200 --batch-bytes 8K"
        let sink = try shell.start("\(pooled) exec fluvio-sink-pg \(options) \(topic)")
        defer { sink.kill() }
        try Wait.until("some are there") { (try? shell.query("SELECT count(*) > 0 FROM t")) == ["t"] }
        sink.kill()
        _ = try sink.wait()
        let ran = try shell.run("\(pooled) fluvio-sink-pg -e \(options) $1", topic)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try shell.query("SELECT count(*), count(DISTINCT id) FROM t") == ["3000|3000"])
        let left = try shell.run(
            """
            \(pooled) psql -XqAt -c "SELECT setting, source FROM pg_settings WHERE name IN ('synchronous_commit')" \
            -c "SELECT count(*) FROM pg_class WHERE relname LIKE '\\_fluvio%'" \
            -c "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory'
                AND d.datname = current_database()"
            """)
        #expect(left.lines == ["on|default", "0", "0"], "\(left.errors)")
    }

    @Test func `a partitioned table takes its rows, and one without a partition is a dead letter`() throws {
        let shell = try shell(try TestDatabase.shared.get())
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int, v text) PARTITION BY RANGE (id)' \
              -c 'CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10)' \
              -c 'CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20)'
            printf '{"id":%s}\\n' 1 11 21 2 | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -t t $1
            """, topic)
        #expect(ran.status == 4, "\(ran.errors)")
        #expect(
            try shell.query("SELECT 't1', id FROM t1 UNION ALL SELECT 't2', id FROM t2 ORDER BY 1, 2")
                == ["t1|1", "t1|2", "t2|11"])
        #expect(try shell.query("SELECT \"offset\", sqlstate FROM fluvio_sink.dead") == ["2|23514"])
    }

    @Test func `every commit is told to who listens`() throws {
        let shell = try shell(try TestDatabase.shared.get())
        _ = try shell.run("echo 1 | fluvio-cat produce -q --create $1", topic)
        let listener = try shell.start("exec psql -XqAt", input: nil)
        defer { listener.kill() }
        try listener.input?.write(contentsOf: Array("LISTEN news; \\echo ready\n".utf8))
        try listener.waitForOutput(containing: "ready")
        let ran = try shell.run("fluvio-sink-pg -e --create --notify news -g 'my sink' $1", topic)
        #expect(ran.status == 0, "\(ran.errors)")
        try listener.input?.write(contentsOf: Array("SELECT 1;\n".utf8))
        try listener.waitForOutput(containing: "\"news\" with payload \"my sink\"")
    }

    @Test func `too many connections are waited out`() throws {
        let database = try TestDatabase(settings: ["max_connections = 5", "superuser_reserved_connections = 0"])
        let shell = try shell(database)
        _ = try shell.run("echo 1 | fluvio-cat produce -q --create $1", topic)
        let others = try (0..<5).map { _ in try shell.start("exec psql -XqAt", input: nil) }
        defer { for other in others { other.kill() } }
        for other in others {
            try other.input?.write(contentsOf: Array("\\echo here\n".utf8))
            try other.waitForOutput(containing: "here")
        }
        let sink = try shell.start("exec fluvio-sink-pg --create -t t \(topic)")
        defer { sink.kill() }
        try sink.waitForErrors(containing: "too many clients")
        try sink.waitForErrors(containing: "trying again")
        for other in others { other.kill() }
        try shell.wait("SELECT count(*) FROM t", for: ["1"])
    }

    @Test func `a standby takes no rows until it is promoted`() throws {
        let primary = try TestDatabase(settings: ["wal_level = replica", "max_wal_senders = 4"])
        let shell = try shell(primary)
        _ = try shell.run("seq 5 | fluvio-cat produce -q --create $1; fluvio-sink-pg -e --create -t t $1", topic)
        let standby = try TestDatabase(standbyOf: primary)
        let name = try shell.query("SELECT current_database()")[0]
        let other = try Shell(cluster, variables: standby.variables(of: name))
        try other.wait("SELECT count(*) FROM t", for: ["5"])
        try primary.stop("immediate")
        _ = try shell.run("seq 6 9 | fluvio-cat produce -q $1", topic)
        let sink = try other.start("exec fluvio-sink-pg -t t \(topic)")
        defer { sink.kill() }
        try sink.waitForErrors(containing: "standby")
        _ = try other.query("SELECT pg_promote()")
        try other.wait("SELECT count(*), count(DISTINCT value) FROM t", for: ["9|9"])
    }

    @Test func `commits that a crash has taken back are read again`() throws {
        let database = try TestDatabase(settings: ["wal_writer_delay = 10s", "autovacuum = off"])
        let shell = try shell(database)
        _ = try shell.query("CREATE TABLE t (n int)")
        _ = try shell.run("echo '{\"n\":1}' | fluvio-cat produce -q --create $1; fluvio-sink-pg -e -t t $1", topic)
        let sink = try shell.start("exec fluvio-sink-pg --commit async -t t \(topic)")
        defer { sink.kill() }
        try shell.wait("SELECT epoch FROM fluvio_sink.offsets", for: ["2"])
        // Who would bring the next commits to the disk now and then.
        let writer = try shell.query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")
        let pid = try #require(writer.first.flatMap { pid_t($0) })
        kill(pid, SIGSTOP)
        _ = try shell.run("printf '{\"n\":%d}\\n' 2 3 4 5 | fluvio-cat produce -q $1", topic)
        try shell.wait("SELECT count(*) FROM t", for: ["5"])
        kill(pid, SIGKILL)
        try database.stop("immediate")
        try database.start()
        _ = try shell.run("echo '{\"n\":6}' | fluvio-cat produce -q $1", topic)
        try sink.waitForErrors(containing: "has gone back to offset 1")
        try shell.wait("SELECT count(*), count(DISTINCT n), max(n) FROM t", for: ["6|6|6"])
        sink.send(SIGTERM)
        #expect(try sink.wait() == .signalled(SIGTERM))
    }
}
