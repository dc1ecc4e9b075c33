import Foundation
import Glibc
import TestSupport
import Testing

/// What a real server refuses, and what the sink does about it.
@Suite("sink-pg: trouble", .onOwnThreads, .timeLimit(.minutes(60)))
struct TroubleTests {
    let cluster: TestCluster
    let shell: Shell
    let topic: String

    init() throws {
        cluster = try TestCluster.shared.get()
        shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        topic = cluster.topic()
    }

    /// Records that the server refuses, each for another reason: the table, the bad record, its SQLSTATE.
    static let bad: [(table: String, record: String, state: String)] = [
        ("id int, v text", "no JSON", "22P02"),
        ("id int, v text", #"{"id":"x"}"#, "22P02"),
        ("id int, v text", #"{"id":2147483648}"#, "22003"),
        ("id int, v varchar(3)", #"{"id":7,"v":"long"}"#, "22001"),
        ("id int, v numeric(4,1)", #"{"id":7,"v":1234.5}"#, "22003"),
        ("id int, v text NOT NULL", #"{"id":7,"v":null}"#, "23502"),
        ("id int PRIMARY KEY, v text", #"{"id":1}"#, "23505"),
        ("id int CHECK (id < 5), v text", #"{"id":7}"#, "23514"),
        ("id int REFERENCES parent, v text", #"{"id":7}"#, "23503"),
        ("id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED, v text", #"{"id":7}"#, "23503"),
        ("id int, v text", #"{"id":7,"v":"a\u0000b"}"#, "22P05"),
        ("id int, v text", #"{"id":7,"v":"\ud800"}"#, "22P02"),
        ("id int, v jsonb", #"{"id":7,"v":{"a":"\u0000"}}"#, "22P05"),
        ("id int, v jsonb", #"{"id":7,"v":1e100000}"#, "22003"),
        ("id int, v inet", #"{"id":7,"v":"nonsense"}"#, "22P02"),
        ("id int, v timestamptz", #"{"id":7,"v":"2024-01-01T00:00:00"}"#, "22007"),
    ]

    @Test(arguments: bad.indices)
    func `a record that is refused is a dead letter, and its neighbours are rows`(index: Int) throws {
        let (table, record, state) = Self.bad[index]
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE parent (id int PRIMARY KEY)' -c 'INSERT INTO parent VALUES (1), (2), (3)'
            psql -qc "CREATE TABLE t ($2)"
            printf '%s\\n' '{"id":1,"v":"1"}' '{"id":2,"v":"2"}' "$3" '{"id":3,"v":"3"}' >in
            [[ $2 = *timestamptz* ]] && sed -i -E 's/"v":"[123]"/"v":"2024-01-01T00:00:00Z"/' in
            [[ $2 = *inet* ]] && sed -i -E 's/"v":"[123]"/"v":"10.0.0.1"/' in
            fluvio-cat produce -q --create $1 <in
            fluvio-sink-pg -e -t t $1
            """, topic, table, record)
        #expect(ran.status == 4, "\(ran.errors)")
        #expect(try shell.query("SELECT id FROM t ORDER BY id") == ["1", "2", "3"])
        #expect(try shell.query("SELECT \"offset\", sqlstate FROM fluvio_sink.dead") == ["2|\(state)"])
        #expect(
            try shell.query("SELECT convert_from(value, 'UTF8') FROM fluvio_sink.dead") == [record])
        // Nothing comes twice, and nothing is bad any more.
        let again = try shell.run("fluvio-sink-pg -e -t t $1", topic)
        #expect(again.status == 0 && again.errors == "", "\(again.errors)")
    }

    @Test func `many bad records among many good ones are all found`() throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int CHECK (id % 97 <> 0))'
            seq 1 20000 | sed 's/.*/{"id":&}/' | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -t t --max-dead 1000 $1
            """, topic)
        #expect(ran.status == 4, "\(ran.errors)")
        #expect(try shell.query("SELECT count(*), count(DISTINCT id) FROM t") == ["19794|19794"])
        #expect(try shell.query("SELECT count(*) FROM fluvio_sink.dead") == ["206"])
    }

    @Test func `too many dead letters stop the sink, and leave nothing half done`() throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int)'
            seq 1 20 | sed 's/.*/no JSON/' | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -t t --max-dead 5 $1
            """, topic)
        #expect(ran.status == 1 && ran.errors.contains("--max-dead"), "\(ran.errors)")
        #expect(try shell.query("SELECT next_offset FROM fluvio_sink.offsets") == ["0"])
        #expect(try shell.query("SELECT count(*) FROM fluvio_sink.dead") == ["0"])
    }

    @Test(arguments: [("replace", "a\u{fffd}b|\u{fffd}"), ("strip", "ab|")])
    func `texts that cannot be stored are mended if that is asked for`(policy: String, stored: String) throws {
        let ran = try shell.run(
            #"""
            psql -qc 'CREATE TABLE t (a text, b text)'
            printf '%s\n' '{"a":"a\u0000b","b":"\ud800"}' | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -t t --bad-text $2 $1
            """#, topic, policy)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try shell.query("SELECT a, b FROM t") == [stored])
    }

    @Test(
        arguments: [
            ("DROP TABLE t", "42P01"), ("ALTER TABLE t RENAME v TO w", "42703"),
            ("ALTER TABLE t ALTER v TYPE int USING 1", "08P01"),
        ])
    func `a table that changes under the sink stops it with what to do`(change: String, state: String) throws {
        let sink = try start("CREATE TABLE t (id int, v text)", "")
        defer { sink.kill() }
        _ = try shell.query(change)
        _ = try shell.run("printf '{\"id\":2,\"v\":\"2\"}\\n' | fluvio-cat produce -q $1", topic)
        if state == "08P01" {
            // To the server it is a wrong value, and to the sink a bad record.
            try shell.wait("SELECT sqlstate FROM fluvio_sink.dead", for: [state])
            return
        }
        #expect(try sink.wait() == .exited(2))
        #expect(sink.errorText.contains(state), "\(sink.errorText)")
    }

    /// A sink that has written one record.
    private func start(_ table: String, _ options: String) throws -> ChildProcess {
        _ = try shell.query(table)
        _ = try shell.run("printf '{\"id\":1,\"v\":\"1\"}\\n' | fluvio-cat produce -q --create $1", topic)
        let sink = try shell.start("exec fluvio-sink-pg -t t \(options) \(topic)")
        try shell.wait("SELECT count(*) FROM fluvio_sink.offsets WHERE next_offset = 1", for: ["1"])
        return sink
    }

    @Test func `a role without the right to write is told which`() throws {
        _ = try shell.query("CREATE ROLE \(topic)role LOGIN; CREATE TABLE t (id int, v text)")
        let ran = try shell.run(
            """
            echo '{"id":1}' | fluvio-cat produce -q --create $1
            PGUSER=$1role fluvio-sink-pg -e -t t $1; echo $?
            fluvio-sink-pg init -q --role $1role -t t >grants; PGUSER=$1role fluvio-sink-pg -e -t t $1; echo $?
            psql -qf grants && PGUSER=$1role fluvio-sink-pg -e -t t $1; echo $?
            """, topic)
        #expect(ran.lines == ["2", "2", "0"], "\(ran.errors)")
        #expect(ran.errors.contains("CREATE SCHEMA") && ran.errors.contains("42501"), "\(ran.errors)")
        #expect(try shell.query("SELECT id FROM t") == ["1"])
    }

    @Test(
        arguments: [
            ("PGDATABASE=nowhere", "3D000"), ("PGUSER=nobody-here", "28000"),
            ("PGPORT=1 PGHOST=127.0.0.1", "Connection refused"),
        ])
    func `what is wrong with the connection is told`(variables: String, what: String) throws {
        _ = try shell.run("echo 1 | fluvio-cat produce -q --create $1", topic)
        let ran = try shell.run("env \(variables) fluvio-sink-pg -e --retry-for 0 $1", topic)
        #expect(ran.status == (what == "Connection refused" ? 3 : 2), "\(ran.errors)")
        #expect(ran.errors.contains(what), "\(ran.errors)")
    }

    @Test func `a lock on the table is waited for`() throws {
        let sink = try start("CREATE TABLE t (id int, v text)", "")
        defer { sink.kill() }
        let locker = try shell.start("exec psql -q", input: nil)
        defer { locker.kill() }
        try locker.input?.write(contentsOf: Array("BEGIN; LOCK TABLE t; \\echo locked\n".utf8))
        try locker.waitForOutput(containing: "locked")
        _ = try shell.run("printf '{\"id\":2}\\n' | fluvio-cat produce -q $1", topic)
        try shell.wait(
            "SELECT count(*) > 0 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()",
            for: ["t"])
        try locker.input?.close()
        try shell.wait("SELECT count(*) FROM t", for: ["2"])
    }
}
