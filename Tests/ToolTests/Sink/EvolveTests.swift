import TestSupport
import Testing

/// Tables that get columns, and letters that go to a topic.
@Suite("sink-pg: evolving tables, a topic of dead letters", .onOwnThreads, .timeLimit(.minutes(60)))
struct EvolveTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        topic = cluster.topic()
    }

    @Test func `columns that only the mapping has are added, and can be null`() throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int PRIMARY KEY)' -c 'INSERT INTO t VALUES (0)'
            printf '{"id":1,"new":"a","n":2}\\n{"id":2}\\n' | fluvio-cat produce -q --create $1
            echo '{"columns":{"id":{},"new":{"type":"text"},"n":{"type":"numeric(9,2)"}}}' >m
            fluvio-sink-pg -q -e -t t -m m $1; echo $?
            fluvio-sink-pg -q -e -t t -m m --evolve $1; echo $?
            """, topic)
        #expect(ran.lines == ["2", "0"], "\(ran.errors)")
        #expect(try shell.query("SELECT * FROM t ORDER BY id") == ["0||", "1|a|2.00", "2||"])
    }

    @Test func `a sink that has written goes on with more columns, of the mapping or of what records have`() throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int)' -c 'CREATE TABLE u (id int)'
            echo '{"columns":{"id":{}}}' >m; echo '{"columns":{"id":{},"n":{"type":"int"}}}' >m2
            printf '{"id":1}\n' | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -t t -m m $1 && fluvio-sink-pg -e -t u $1; echo $?
            printf '%s\n' '{"id":2,"n":3,"at":"2026-01-01T00:00:00Z","tags":["a"]}' '{"id":3,"n":1.5}' | fluvio-cat produce -q $1
            fluvio-sink-pg -e -t t -m m2 $1; echo $?
            fluvio-sink-pg -q -e -t t -m m2 --evolve --max-dead 1 $1; echo $?
            fluvio-sink-pg -q -e -t u --evolve $1; echo $?
            """, topic)
        #expect(ran.lines == ["0", "2", "4", "0"], "\(ran.errors)")
        #expect(try shell.query("SELECT * FROM t ORDER BY id") == ["1|", "2|3"])
        #expect(
            try shell.query("SET timezone='UTC'; SELECT * FROM u ORDER BY id")
                == ["1|||", #"2|3|2026-01-01 00:00:00+00|["a"]"#, "3|1.5||"])
    }

    @Test func `a table of whole records gets no columns for their parts`() throws {
        let ran = try shell.run(
            "echo '{\"a\":1}' | fluvio-cat produce -q --create $1; fluvio-sink-pg -e -q --create --evolve $1", topic)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try shell.query("SELECT value FROM \(topic)") == [#"{"a": 1}"#])
    }

    @Test(arguments: [#""x":{"type":"int","required":true}"#, #""x":{"type":"int","key":true}"#, #""x":{}"#])
    func `what could not be null, or has no type, is not added`(column: String) throws {
        try shell.directory.write("m", "{\"columns\":{\"id\":{},\(column)}}")
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int PRIMARY KEY)'; echo '{}' | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -t t -m m --evolve $1
            """, topic)
        #expect(ran.status == 2 && ran.errors.contains("'x'"), "\(ran.errors)")
        #expect(try shell.query("SELECT count(*) FROM pg_attribute WHERE attrelid='t'::regclass AND attnum>0") == ["1"])
    }

    @Test func `dead letters go to a topic as well, with their keys and reasons`() throws {
        let ran = try shell.run(
            #"""
            psql -qc 'CREATE TABLE t (n int CHECK (n < 5))'
            printf 'a,{"n":1}\nb,{"n":7}\nc,\xff\n' | fluvio-cat produce -q -K , --create $1
            fluvio-admin -q topic create $1-dead
            fluvio-sink-pg -q -e -g x -t t --dead-topic $1-dead $1; echo $?
            fluvio-cat consume -e --raw $1-dead | jq -c '[.id,.offset,.sqlstate,.constraint,.value,.value_base64]'
            fluvio-cat consume -e -K , $1-dead | cut -d, -f1
            fluvio-sink-pg -q -e -g y -t t --dead-topic no-such-topic $1; echo $?
            """#, topic)
        #expect(
            ran.lines.sorted()
                == [
                    "4", #"["x",1,"23514","t_n_check","{\"n\":7}",null]"#, #"["x",2,"22P02",null,null,"/w=="]"#, "b",
                    "c", "1",
                ].sorted(), "\(ran.text) \(ran.errors)")
        #expect(try shell.query("SELECT count(*) FROM fluvio_sink.dead WHERE sink_id='x'") == ["2"])
    }
}
