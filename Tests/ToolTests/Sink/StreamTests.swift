import Foundation
import Glibc
import TestSupport
import Testing

/// Transactions that take rows in as they come.
@Suite("sink-pg: long transactions", .onOwnThreads, .timeLimit(.minutes(60)))
struct StreamTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        topic = cluster.topic()
    }

    private static let fill = #"seq 1 "$2" | sed 's/.*/{"id":&,"v":"a text of some length, number &"}/' | "#

    @Test(arguments: ["text", "binary"])
    func `few bad records in long transactions are found, and the good ones are rows once`(format: String) throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int CHECK (id NOT IN (7, 150000, 299999)), v text)'
            \(Self.fill) sed 's/.*:200000,.*/no JSON/' | fluvio-cat produce -q --create $1
            fluvio-sink-pg -v -e --format $3 -t t $1
            """, topic, "300000", format)
        #expect(ran.status == 4, "\(ran.errors)")
        #expect(try shell.query("SELECT count(*), count(DISTINCT id), max(id) FROM t") == ["299996|299996|300000"])
        #expect(
            try shell.query("SELECT \"offset\", sqlstate FROM fluvio_sink.dead ORDER BY 1")
                == ["6|23514", "149999|23514", "199999|22P02", "299998|23514"])
        #expect(try shell.query("SELECT next_offset, records, dead FROM fluvio_sink.offsets") == ["300000|300000|4"])
    }

    @Test func `a transaction takes no more than it is to take`() throws {
        let ran = try shell.run(
            """
            \(Self.fill) fluvio-cat produce -q --create $1
            fluvio-sink-pg -v -e --create -t t --batch-rows 1000 --batch-bytes 100K $1
            """, topic, "200000")
        #expect(ran.status == 0 && ran.errors.contains("200000 records committed in"), "\(ran.errors)")
        // The server sends what it has in answers of a megabyte, which are not divided.
        #expect(try shell.query("SELECT count(DISTINCT xmin::text) >= 10 FROM t") == ["t"])
    }

    /// Rows from the 100,000th on wait for whoever has the lock.
    private static let turnstile = """
        CREATE TABLE t (id int, v text);
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM pg_advisory_xact_lock_shared(7); RETURN new;
        END $$;
        CREATE TRIGGER turnstile BEFORE INSERT ON t FOR EACH ROW WHEN (new.id = 100000) EXECUTE FUNCTION wait()
        """

    @Test(arguments: ["pg_terminate_backend", "pg_cancel_backend"])
    func `a backend that is ended in the middle of it costs nothing`(how: String) throws {
        _ = try shell.run("\(Self.fill) fluvio-cat produce -q --create $1", topic, "400000")
        _ = try shell.query(Self.turnstile)
        let holder = try shell.start("exec psql -XqAt", input: nil)
        defer { holder.kill() }
        try holder.input?.write(contentsOf: Array("SELECT pg_advisory_lock(7); \\echo held\n".utf8))
        try holder.waitForOutput(containing: "held")
        let sink = try shell.start("exec fluvio-sink-pg -e -t t \(topic)")
        defer { sink.kill() }
        var hits = 0
        try Wait.until("the backend was hit three times") {
            hits += try shell.query(
                "SELECT \(how)(pid) FROM pg_stat_activity WHERE application_name LIKE 'fluvio-sink-pg%' "
                    + "AND datname = current_database() AND wait_event = 'advisory'"
            ).count
            return hits >= 3
        }
        try holder.input?.close()
        #expect(try sink.wait() == .exited(0), "\(sink.errorText)")
        #expect(try shell.query("SELECT count(*), count(DISTINCT id), max(id) FROM t") == ["400000|400000|400000"])
    }
}
