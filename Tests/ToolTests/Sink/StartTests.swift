import TestSupport
import Testing

/// Where a sink begins, and what it takes of a topic.
@Suite("sink-pg: where it begins", .onOwnThreads, .timeLimit(.minutes(60)))
struct StartTests {
    let cluster: TestCluster
    let shell: Shell
    let topic: String

    init() throws {
        cluster = try TestCluster.shared.get()
        shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        topic = cluster.topic()
    }

    @Test func `it begins where it is told, but only where the database says nothing`() throws {
        let ran = try shell.run(
            """
            seq 0 9 | fluvio-cat produce -q --create $1; n() { psql -XqAtc "SELECT coalesce(string_agg(value::text, ',' ORDER BY \\"offset\\"), 'none') FROM $2"; }
            fluvio-sink-pg -e -q --create -t a -o 7 $1; n $1 a
            fluvio-sink-pg -e -q --create -t b -o end $1; n $1 b
            echo 10 | fluvio-cat produce -q $1
            fluvio-sink-pg -e -q -t a -o 0 $1; n $1 a
            fluvio-sink-pg -e -q -t b -o beginning $1; n $1 b
            """, topic)
        #expect(ran.lines == ["7,8,9", "none", "7,8,9,10", "10"], "\(ran.errors)")
    }

    @Test func `the order in which topics are named, and how often, makes no other sink`() throws {
        let ran = try shell.run(
            """
            seq 3 | fluvio-cat produce -q --create $1; seq 4 | fluvio-cat produce -q --create $2
            for topics in "$1 $2" "$2 $1" "$1 $1 $2" "$2 $1 $2"; do
                fluvio-sink-pg -e -q --create -t two $topics; psql -XqAtc 'SELECT count(*) FROM two'
            done
            """, topic, topic + "-b")
        #expect(ran.lines == ["7", "7", "7", "7"], "\(ran.errors)")
    }

    @Test func `it takes the partitions that are named`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 3 $1; seq 300 | fluvio-cat produce -q $1
            fluvio-sink-pg -e -q --create -t t -p 0 -p 2 $1
            psql -XqAtc 'SELECT partition FROM t GROUP BY 1 ORDER BY 1'
            """, topic)
        #expect(ran.lines == ["0", "2"], "\(ran.errors)")
    }

    @Test func `records that are not kept any more are a gap, which stops it or is written down`() throws {
        let cluster = try TestCluster()
        let shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        let ran = try shell.run(
            """
            fluvio-admin -q topic create --segment-size 100000 --max-partition-size 200000 t
            echo 0 | fluvio-cat produce -q t; fluvio-sink-pg -e -q --create t
            seq 100000 | sed 's/.*/"a value of some length, number &"/' | fluvio-cat produce -q t
            until [ "$(fluvio-cat consume -o beginning -n 1 --raw t)" != 0 ]; do sleep 0.2; done
            fluvio-sink-pg -e t; echo $?
            fluvio-sink-pg -e --on-gap skip t; echo $?
            """)
        #expect(ran.lines.first == "1" && ran.lines.last == "0", "\(ran.text) \(ran.errors)")
        #expect(
            ran.errors.contains("are not kept any more, and are not in the database; --on-gap skip"), "\(ran.errors)")
        #expect(try shell.query("SELECT max(\"offset\") FROM t") == ["100000"])
        #expect(
            try shell.query("SELECT \"offset\", message LIKE '%offsets 1..% are not kept%' FROM fluvio_sink.dead") == [
                "1|t"
            ])
    }

    @Test func `a damaged batch stops it, or is left out`() throws {
        let cluster = try TestCluster()
        let shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        let ran = try shell.run(
            """
            for value in '"one"' '"two"' '"three"'; do echo $value | fluvio-cat produce -q --create damaged; done
            log=$(find "$1" -path '*damaged*' -name '*.log')
            at=$(grep -abo two "$log" | cut -d: -f1)
            printf X | dd of="$log" bs=1 seek=$at conv=notrunc 2>/dev/null
            fluvio-sink-pg -e -q --create damaged; echo $?; psql -XqAtc 'SELECT value FROM damaged'
            fluvio-sink-pg -e -q --on-corrupt skip damaged; echo $?; psql -XqAtc 'SELECT value FROM damaged ORDER BY "offset"'
            """, cluster.data)
        #expect(ran.lines == ["1", #""one""#, "1", #""one""#, #""three""#], "\(ran.errors)")
        #expect(ran.errors.contains("topic damaged, partition 0, offset 1: "), "\(ran.errors)")
    }

    @Test(arguments: ["binary", "text"])
    func `members are found by paths, and read by units and encodings`(format: String) throws {
        let ran = try shell.run(
            #"""
            cat >m <<'END'
            {"columns": {
              "a": {"dotted": "x.y[1].z", "type": "int"}, "b": {"path": "/x~1y/~0", "type": "text"},
              "s": {"unit": "s", "type": "timestamptz"}, "ms": {"unit": "ms", "type": "timestamptz"},
              "us": {"unit": "us", "type": "timestamptz"}, "ns": {"unit": "ns", "type": "timestamptz"},
              "b64": {"encoding": "base64", "type": "bytea"}, "hex": {"encoding": "hex", "type": "bytea"},
              "raw": {"from": "value", "type": "bytea"}, "whole": {"path": "", "type": "jsonb"},
              "big": {"type": "numeric"}, "k": {"from": "key", "type": "uuid"}}}
            END
            printf '%s\n' '{"x":{"y":[0,{"z":7}]},"x/y":{"~":"found"},"s":1.5,"ms":1500,"us":1500000,"ns":1500000499,"b64":"/wA=","hex":"ff00","big":123456789012345678901234567890.10}' >in
            (printf '00000000-0000-4000-8000-0000000000ff|'; cat in) | fluvio-cat produce -q -K '|' --create $1
            fluvio-sink-pg -e -q --create -t t -m m --format $2 $1; echo $?
            psql -XqAt -c "SET timezone='UTC'" -c 'SELECT a, b, s, ms, us, ns, b64, hex, big, k FROM t' -c "SELECT convert_from(raw, 'UTF8') || E'\n' FROM t" | sed '/^$/d' >out
            head -n 1 out; tail -n +2 out | cmp - in && echo same
            psql -XqAtc "SELECT whole->'x' FROM t"
            """#, topic, format)
        let time = "1970-01-01 00:00:01.5+00"
        #expect(
            ran.lines == [
                "0",
                #"7|found|\#(time)|\#(time)|\#(time)|\#(time)|\xff00|\xff00|123456789012345678901234567890.10|00000000-0000-4000-8000-0000000000ff"#,
                "same", #"{"y": [0, {"z": 7}]}"#,
            ], "\(ran.text) \(ran.errors)")
    }

    @Test func `a key that no index holds is about the record`() throws {
        let ran = try shell.run(
            #"""
            psql -qc 'CREATE TABLE t (id text PRIMARY KEY)'
            python3 -c 'import random; random.seed(1); print("{\"id\":\"a\"}"); print("{\"id\":\"%s\"}" % "".join(random.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(20000))); print("{\"id\":\"b\"}")' |
                fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -q -t t $1; echo $?
            """#, topic)
        #expect(ran.lines == ["4"], "\(ran.errors)")
        #expect(try shell.query("SELECT id FROM t ORDER BY id") == ["a", "b"])
        #expect(try shell.query("SELECT sqlstate FROM fluvio_sink.dead") == ["54000"])
    }
}
