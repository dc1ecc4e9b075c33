import TestSupport
import Testing

/// Records that hold only what changes, and several records of a key at once.
@Suite("sink-pg: partial records, folding", .onOwnThreads, .timeLimit(.minutes(60)))
struct PartialTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        topic = cluster.topic()
    }

    private static let mapping = """
        {"mode":"upsert","partial":true,"columns":{"id":{"from":"key","key":true},"a":{},"b":{},"c":{},"at":{"from":"offset"},
         "d":{"default":7}}}
        """

    /// Records of all that can happen to a key within a batch.
    private static let records = [
        #"k1,{"a":1,"b":"tab\t\\ \"q\""}"#, #"k1,{"a":2}"#, #"k2,{"a":5}"#, #"k1,{"c":{"x":"\n"}}"#, #"k3,{"a":null}"#,
        "k4,",
        #"k4,{"a":1}"#, #"k4,{"c":[2]}"#, #"k5,{"a":1}"#, "k5,", #"k6,{"b":"new"}"#, #"k7,{}"#,
    ]

    private static let rows = [
        #"k1|2|tab\#t\ "q"|{"x": "\n"}|3|7"#, "k2|5|none||2|7", "k3||old3|[3]|4|3", "k4|1|none|[2]|7|7",
        "k6|6|new|[6]|10|6",
        "k7||none||11|7",
    ]

    @Test(arguments: ["binary", "text"], ["at once", "one by one"])
    func `what a record lacks stays as it is, or takes its default where the row is new`(
        format: String, how: String
    ) throws {
        try shell.directory.write("m", Self.mapping)
        try shell.directory.write("in", Self.records.joined(separator: "\n") + "\n")
        let sink = "fluvio-sink-pg -e -t t -m m --format \(format) \(topic)"
        let line = "fluvio-cat produce -q -K , \(topic)"
        let all =
            how == "at once"
            ? "\(line) <in; \(sink)"
            : "while IFS= read -r r; do printf '%s\\n' \"$r\" | \(line) && \(sink) || exit; done <in"
        let ran = try shell.run(
            """
            psql -qc "CREATE TABLE t (id text PRIMARY KEY, a int, b text DEFAULT 'none', c jsonb, at bigint, d int)" \
                -c "INSERT INTO t SELECT 'k' || n, n, 'old' || n, jsonb_build_array(n), -1, n FROM unnest(ARRAY[3,4,5,6]) n"
            fluvio-admin -q topic create $1
            \(all)
            """, topic)
        #expect(ran.status == 0 && ran.errors == "", "\(ran.errors)")
        #expect(try shell.query("SELECT * FROM t ORDER BY id") == Self.rows)
    }

    @Test(arguments: ["binary", "text"])
    func `a column that must have a value can be left, but not be made null, nor be missing in a new row`(
        format: String
    ) throws {
        let ran = try shell.run(
            """
            psql -qc "CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL, n int)" -c "INSERT INTO t VALUES (1, 'one', 1)"
            printf '%s\\n' '{"id":1,"n":2}' '{"id":1,"name":null}' '{"id":2,"n":2}' '{"id":3,"name":"three"}' '{"id":3,"n":3}' |
                fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -t t --mode upsert --partial --format $2 $1
            """, topic, format)
        #expect(ran.status == 4, "\(ran.errors)")
        #expect(try shell.query("SELECT * FROM t ORDER BY id") == ["1|one|2", "3|three|3"])
        #expect(
            try shell.query("SELECT \"offset\", sqlstate, column_name FROM fluvio_sink.dead ORDER BY 1")
                == ["1|23502|name", "2|23502|name"])
    }

    @Test(arguments: ["--partial", "--partial --mode append", "--partial --mode insert-ignore"])
    func `partial records need a key`(words: String) throws {
        let ran = try shell.run(
            "psql -qc 'CREATE TABLE t (id int PRIMARY KEY)'; echo '{}' | fluvio-cat produce -q --create $1; "
                + "fluvio-sink-pg -e -t t \(words) $1", topic)
        #expect(ran.status == 2 && ran.errors.contains("upsert"), "\(ran.errors)")
    }

    @Test(arguments: ["upsert", "upsert --partial"])
    func `where the last record of a key is refused, the one before it is the row`(mode: String) throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int PRIMARY KEY, a int CHECK (a < 10), b int)'
            printf '{"id":%s,"a":%s,"b":%s}\\n' 1 1 1  2 1 1  1 2 2  1 30 3  2 40 2  3 50 1 3 60 2 4 1 1 | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -t t --mode \(mode) $1
            """, topic)
        #expect(ran.status == 4, "\(ran.errors)")
        #expect(try shell.query("SELECT * FROM t ORDER BY id") == ["1|2|2", "2|1|1", "4|1|1"])
        #expect(
            try shell.query("SELECT string_agg(\"offset\"::text, ',' ORDER BY \"offset\") FROM fluvio_sink.dead")
                == ["3,4,5,6"])
    }

    @Test func `where the first record of a key is refused, the next one is the row`() throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int PRIMARY KEY, a int CHECK (a < 10))'
            printf '{"id":%s,"a":%s}\\n' 1 30  1 40  1 3  1 4  2 1  2 50 | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -t t --mode insert-ignore $1
            """, topic)
        #expect(ran.status == 4, "\(ran.errors)")
        #expect(try shell.query("SELECT * FROM t ORDER BY id") == ["1|3", "2|1"])
    }

    @Test func `values that are passed on between rows of a second unique index find their places`() throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int PRIMARY KEY, name text UNIQUE)' -c "INSERT INTO t VALUES (1,'x'), (2,'y')"
            printf '{"id":%s,"name":"%s"}\\n' 2 z 1 y | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -t t --mode upsert $1
            """, topic)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try shell.query("SELECT * FROM t ORDER BY id") == ["1|y", "2|z"])
    }

    @Test func `rows wait for those that they refer to, of the same transaction or of somebody else`() throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE parent (id int PRIMARY KEY)' -c 'CREATE TABLE child (id int, parent int REFERENCES parent)'
            printf '{"t":"child","id":%s,"parent":%s}\\n' 1 7 2 8 | fluvio-cat produce -q --create $1
            printf '{"t":"parent","id":%s}\\n' 7 | fluvio-cat produce -q $1
            fluvio-sink-pg -e --route /t --tables child --tables parent --fk-wait 60 $1 &
            until psql -XqAtc "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'fluvio-sink%'
                AND datname=current_database() AND state='idle in transaction'" | grep -q 1; do sleep 0.05; done
            psql -qc 'INSERT INTO parent VALUES (8)'; wait $!; echo $?
            printf '{"t":"child","id":3,"parent":9}\\n' | fluvio-cat produce -q $1
            fluvio-sink-pg -e --route /t --tables child --tables parent --fk-wait 0.2 $1; echo $?
            """, topic)
        #expect(ran.lines == ["0", "4"], "\(ran.errors)")
        #expect(try shell.query("SELECT * FROM child ORDER BY id") == ["1|7", "2|8"])
        #expect(try shell.query("SELECT sqlstate FROM fluvio_sink.dead") == ["23503"])
    }
}
