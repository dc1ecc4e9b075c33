import TestSupport
import Testing

/// Expressions in SQL between the mapping and the table; several connections.
@Suite("sink-pg: expressions, several connections", .onOwnThreads, .timeLimit(.minutes(60)))
struct SelectTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        topic = cluster.topic()
    }

    @Test(arguments: ["append", "upsert"], ["session", "transaction"])
    func `columns are made of others on the server`(mode: String, pooling: String) throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL, day date, total numeric, raw jsonb)'
            echo '{"columns":{"id":{},"n":{"path":"/user/name","type":"text"},"at":{"type":"timestamptz"},
              "a":{"type":"numeric"},"b":{"type":"numeric"}}}' >m
            printf '%s\\n' '{"id":1,"user":{"name":"ANN"},"at":"2026-01-31T23:30:00Z","a":1.5,"b":2}' '{"id":2}' '{"id":3,"user":{"name":"Bob"}}' |
                fluvio-cat produce -q --create $1
            fluvio-sink-pg -q -e -t t -m m --mode $2 --pooling $3 \
                --select "id, lower(n) AS name, at::date AS day, a * b AS total, jsonb_build_object('n', n) AS raw" $1
            """, topic, mode, pooling)
        #expect(ran.status == 4, "\(ran.errors)")
        #expect(
            try shell.query("SELECT * FROM t ORDER BY id")
                == [#"1|ann|2026-01-31|3.0|{"n": "ANN"}"#, #"3|bob|||{"n": "Bob"}"#])
        #expect(try shell.query("SELECT \"offset\", sqlstate FROM fluvio_sink.dead") == ["1|23502"])
    }

    @Test(
        arguments: [
            ("id, nonsense(id) AS name", "42883"), ("id, 1 AS other", "'other'"), ("id, id", "twice"), ("id", "'name'"),
            ("'x' AS name", "'id'"),
        ])
    func `expressions that do not fit are refused at the start`(expressions: String, what: String) throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL)'; echo '{"columns":{"id":{}}}' >m
            echo '{"id":1}' | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -t t -m m --mode upsert --select "$2" $1
            """, topic, expressions)
        #expect(ran.status == 2 && ran.errors.contains(what), "\(ran.errors)")
    }

    @Test func `several connections write the partitions, each once, and a kill costs nothing`() throws {
        _ = try shell.run("fluvio-admin -q topic create -p 5 $1; seq 30000 | fluvio-cat produce -q $1", topic)
        let options = "--create -t t --parallel 3 --batch-rows 300 --batch-bytes 8K"
        let sink = try shell.start("exec fluvio-sink-pg \(options) \(topic)")
        defer { sink.kill() }
        try shell.wait(
            "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_database d ON d.oid=database WHERE locktype='advisory' AND d.datname=current_database()",
            for: ["3"])
        try Wait.until("some are there") { (try? shell.query("SELECT count(*) > 0 FROM t")) == ["t"] }
        sink.kill()
        _ = try sink.wait()
        let ran = try shell.run("fluvio-sink-pg -v -e \(options) --metrics file:figures $1", topic)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(
            try shell.query("SELECT count(*), count(DISTINCT value), count(DISTINCT (partition, \"offset\")) FROM t")
                == ["30000|30000|30000"])
        let figures = String(decoding: try shell.directory.read("figures"), as: UTF8.self)
        for partition in 0..<5 {
            #expect(
                figures.contains(
                    "fluvio_sink_pg_lag_records{id=\"\(topic)->t\",topic=\"\(topic)\",partition=\"\(partition)\"} 0"))
        }
    }

    @Test func `when one connection must stop, all do`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 4 $1
            psql -qc 'CREATE TABLE t (id int CHECK (id <> 7))'
            seq 1 100 | sed 's/.*/{"id":&}/' | fluvio-cat produce -q $1
            fluvio-sink-pg --on-bad stop --parallel 4 -t t $1
            """, topic)
        #expect(ran.status == 4 && ran.errors.contains("23514"), "\(ran.errors)")
    }
}
