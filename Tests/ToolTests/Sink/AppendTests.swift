import Glibc
import TestSupport
import Testing

/// Topics into tables, row by record.
@Suite("sink-pg: append", .onOwnThreads, .timeLimit(.minutes(60)))
struct AppendTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        topic = cluster.topic()
    }

    @Test func `a table is made for a topic, and the same line again adds what is new`() throws {
        let first = try shell.run(
            """
            printf 'k1,{"a":"b\\\\\\\\c"}\\nk2,[1, 2]\\n' | fluvio-cat produce -q -K , --create $1
            fluvio-sink-pg -e --create $1
            """, topic)
        #expect(first.status == 0, "\(first.errors)")
        #expect(
            try shell.query("SELECT topic, partition, \"offset\", key, value FROM \(topic) ORDER BY 3") == [
                #"\#(topic)|0|0|k1|{"a": "b\\c"}"#, "\(topic)|0|1|k2|[1, 2]",
            ])
        let second = try shell.run("echo 3 | fluvio-cat produce -q $1; fluvio-sink-pg -e $1", topic)
        #expect(second.status == 0 && second.errors == "")
        #expect(try shell.query("SELECT value FROM \(topic) ORDER BY \"offset\"").last == "3")
        #expect(try shell.query("SELECT count(*) FROM \(topic)") == ["3"])
        #expect(try shell.query("SELECT next_offset, records, dead FROM fluvio_sink.offsets") == ["3|3|0"])
    }

    @Test(arguments: ["text", "binary"])
    func `columns take the members of their names`(format: String) throws {
        _ = try shell.query(
            """
            CREATE TABLE \(topic) (id bigint PRIMARY KEY, "at" timestamptz, name text, price numeric(9,2), ok boolean,
              tags text[], extra jsonb, f float8, u uuid, d date, g text GENERATED ALWAYS AS (upper(name)) STORED)
            """)
        let ran = try shell.run(
            #"""
            cat >in <<'END'
            {"id":1,"at":"2026-01-31T12:00:00.25+01:00","name":"tab\tback\\slash \"q\" \u00e9","price":1.10,"ok":true,"tags":["a","b\"\\",null],"extra":{"x":[1,"\n"]},"f":1e-3,"u":"00000000-0000-4000-8000-0000000000ff","d":"2024-02-29"}
            {"id":2,"name":null,"unknown":{"deep":[1]}}
            END
            fluvio-cat produce -q --create $1 <in && fluvio-sink-pg -e --format $2 $1
            """#, topic, format)
        #expect(ran.status == 0 && ran.errors == "", "\(ran.errors)")
        let rows = try shell.query("SET timezone='UTC'; SELECT * FROM \(topic) ORDER BY id")
        #expect(
            rows == [
                "1|2026-01-31 11:00:00.25+00|tab\tback\\slash \"q\" é|1.10|t|{a,\"b\\\"\\\\\",NULL}|{\"x\": [1, \"\\n\"]}|0.001|00000000-0000-4000-8000-0000000000ff|2024-02-29|TAB\tBACK\\SLASH \"Q\" É",
                "2||||||||||",
            ])
    }

    @Test func `after kill -9 it goes on where the database is`() throws {
        let created = try shell.run("fluvio-admin -q topic create -p 2 $1; seq 20000 | fluvio-cat produce -q $1", topic)
        #expect(created.status == 0, "\(created.errors)")
        let sink = try shell.start("exec fluvio-sink-pg --create --batch-rows 500 --batch-bytes 1K \(topic)")
        defer { sink.kill() }
        try Wait.until("some rows are there") {
            ((try? shell.query("SELECT count(*) FROM \(topic)")) ?? ["0"]) != ["0"]
        }
        sink.kill()
        _ = try sink.wait()
        let ran = try shell.run("fluvio-sink-pg -e $1", topic)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(
            try shell.query(
                "SELECT count(*), count(DISTINCT (partition, \"offset\")), count(DISTINCT value) FROM \(topic)")
                == ["20000|20000|20000"])
    }

    @Test func `a second sink of the id says who has it, and another waits for it`() throws {
        _ = try shell.run("echo 1 | fluvio-cat produce -q --create $1", topic)
        let first = try shell.start("exec fluvio-sink-pg --create \(topic)")
        defer { first.kill() }
        try shell.wait("SELECT count(*) FROM fluvio_sink.offsets WHERE next_offset = 1", for: ["1"])
        let second = try shell.run("fluvio-sink-pg -e $1", topic)
        #expect(second.status == 5)
        #expect(second.errors.contains("is in use by ") && second.errors.contains(":\(first.pid):"), "\(second.errors)")
        let third = try shell.start("exec fluvio-sink-pg --standby \(topic)")
        defer { third.kill() }
        try third.waitForErrors(containing: "waits")
        first.kill()
        _ = try shell.run("echo 2 | fluvio-cat produce -q $1", topic)
        try shell.wait("SELECT count(*) FROM \(topic)", for: ["2"])
        third.send(SIGTERM)
        #expect(try third.wait() == .signalled(SIGTERM))
    }

    @Test func `one that was taken over writes no more, and says so`() throws {
        _ = try shell.run("echo 1 | fluvio-cat produce -q --create $1", topic)
        let first = try shell.start("exec fluvio-sink-pg --create \(topic)")
        defer { first.kill() }
        try shell.wait("SELECT count(*) FROM fluvio_sink.offsets WHERE next_offset = 1", for: ["1"])
        _ = try shell.query("UPDATE fluvio_sink.offsets SET epoch = epoch + 1, owner = 'elsewhere:7:x'")
        _ = try shell.run("echo 2 | fluvio-cat produce -q $1", topic)
        #expect(try first.wait() == .exited(5))
        #expect(first.errorText.contains("elsewhere:7:x"))
        #expect(try shell.query("SELECT count(*) FROM \(topic)") == ["1"])
    }

    @Test(arguments: ["pg_terminate_backend", "immediate", "fast"])
    func `a server that goes and comes back costs nothing`(how: String) throws {
        let database = how == "pg_terminate_backend" ? try TestDatabase.shared.get() : try TestDatabase()
        let shell = try Shell(try TestCluster.shared.get(), variables: try database.variables())
        _ = try shell.run("echo 1 | fluvio-cat produce -q --create $1", topic)
        let sink = try shell.start("exec fluvio-sink-pg --create \(topic)")
        defer { sink.kill() }
        try shell.wait("SELECT count(*) FROM fluvio_sink.offsets WHERE next_offset = 1", for: ["1"])
        if how == "pg_terminate_backend" {
            _ = try shell.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'fluvio-sink-pg%' "
                    + "AND datname = current_database()")
            _ = try shell.run("echo 2 | fluvio-cat produce -q $1", topic)
        } else {
            try database.stop(how)
            _ = try shell.run("echo 2 | fluvio-cat produce -q $1", topic)
            try sink.waitForErrors(containing: "trying again")
            try database.start()
        }
        try shell.wait("SELECT count(*), max(value::text) FROM \(topic)", for: ["2|2"])
        try sink.waitForErrors(containing: "goes on")
        sink.send(SIGTERM)
        #expect(try sink.wait() == .signalled(SIGTERM))
    }

    @Test func `figures and status say how far it is`() throws {
        _ = try shell.run("printf '1\\n2\\nx\\n' | fluvio-cat produce -q --create $1", topic)
        let ran = try shell.run(
            "fluvio-sink-pg -q -e --create -g here --metrics file:figures $1; fluvio-sink-pg status -g here | jq -c '[.records,.dead,.next_offset]'",
            topic)
        #expect(ran.lines == ["[3,1,3]"], "\(ran.errors)")
        let figures = String(decoding: try shell.directory.read("figures"), as: UTF8.self)
        for line in [
            "fluvio_sink_pg_records_total 3", "fluvio_sink_pg_dead_total 1", "fluvio_sink_pg_up 1",
            "fluvio_sink_pg_next_offset{id=\"here\",topic=\"\(topic)\",partition=\"0\"} 3",
            "fluvio_sink_pg_lag_records{id=\"here\",topic=\"\(topic)\",partition=\"0\"} 0",
        ] {
            #expect(figures.contains("\n\(line)\n"), "\(figures)")
        }
    }
}
