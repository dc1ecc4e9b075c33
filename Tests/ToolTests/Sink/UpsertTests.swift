import TestSupport
import Testing

/// Rows by key, several tables, and where a topic and its database do not agree.
@Suite("sink-pg: upsert, routes, gaps", .onOwnThreads, .timeLimit(.minutes(60)))
struct UpsertTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        topic = cluster.topic()
    }

    private static let mapping = """
        {"mode":"upsert","columns":{"id":{"from":"key","key":true},"n":{"type":"integer"},"at":{"from":"offset"}}}
        """

    @Test(arguments: ["binary", "text"])
    func `the last record of a key is the row, and an empty one takes it away`(format: String) throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id text PRIMARY KEY, n int, at bigint, other text DEFAULT 1)'
            echo '\(Self.mapping)' >m
            printf 'a,{"n":1}\\nb,{"n":2}\\na,{"n":3}\\nc,{"n":4}\\nb,\\nd,\\nd,{"n":5}\\n' | fluvio-cat produce -q -K , --create $1
            fluvio-sink-pg -e -m m -t t --format $2 $1
            printf 'c,\\na,{"n":9}\\ne,{"n":8}\\ne,\\n' | fluvio-cat produce -q -K , $1
            fluvio-sink-pg -e -m m -t t --format $2 $1
            """, topic, format)
        #expect(ran.status == 0 && ran.errors == "", "\(ran.errors)")
        #expect(try shell.query("SELECT * FROM t ORDER BY id") == ["a|9|8|1", "d|5|6|1"])
    }

    @Test func `the first record of a key stays with insert-ignore`() throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (id int PRIMARY KEY, n int)'
            printf '{"id":1,"n":1}\\n{"id":1,"n":2}\\n{"id":2,"n":3}\\n' | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -t t --mode insert-ignore $1
            printf '{"id":2,"n":4}\\n{"id":3,"n":5}\\n' | fluvio-cat produce -q $1
            fluvio-sink-pg -e -t t --mode insert-ignore $1
            """, topic)
        #expect(ran.status == 0 && ran.errors == "", "\(ran.errors)")
        #expect(try shell.query("SELECT * FROM t ORDER BY id") == ["1|1", "2|3", "3|5"])
    }

    @Test func `records name their tables, of those that are allowed`() throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE SCHEMA app' -c 'CREATE TABLE app.a (n int)' -c 'CREATE TABLE b (n int)' -c 'CREATE TABLE c (n int)'
            printf '{"t":"app.a","n":1}\\n{"t":"b","n":2}\\n{"t":"c","n":3}\\n{"n":4}\\n' | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e --route /t --tables app.a --tables b $1
            """, topic)
        #expect(ran.status == 4, "\(ran.errors)")
        #expect(
            try shell.query("SELECT 'a', n FROM app.a UNION ALL SELECT 'b', n FROM b UNION ALL SELECT 'c', n FROM c")
                == ["a|1", "b|2"])
        #expect(try shell.query("SELECT \"offset\" FROM fluvio_sink.dead ORDER BY 1") == ["2", "3"])
    }

    @Test func `topics that come later are taken in, each into its table`() throws {
        let sink = try shell.start("exec fluvio-sink-pg --create -t 'x_{topic}' '^\(topic)-'")
        defer { sink.kill() }
        try sink.waitForErrors(containing: "no topic matches yet")
        _ = try shell.run(
            "echo 1 | fluvio-cat produce -q --create $1-a; echo 2 | fluvio-cat produce -q --create $1-b", topic)
        try shell.wait("SELECT value FROM \"x_\(topic)-a\"", for: ["1"])
        try shell.wait("SELECT value FROM \"x_\(topic)-b\"", for: ["2"])
    }

    @Test func `a topic that was deleted and made again is not taken for the old one`() throws {
        let ran = try shell.run(
            """
            seq 5 | fluvio-cat produce -q --create $1; fluvio-sink-pg -e --create $1
            fluvio-admin -q topic delete --yes $1
            seq 11 17 | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e $1; echo $?
            fluvio-sink-pg -e --on-rewind reset $1; echo $?
            """, topic)
        #expect(ran.lines == ["1", "0"], "\(ran.errors)")
        #expect(try shell.query("SELECT count(*), max(value::int) FROM \(topic)") == ["12|17"])
    }

    @Test func `another mapping does not go on where the first was, unless it is accepted`() throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE a (n int)' -c 'CREATE TABLE b (n int)'
            echo '{"n":1}' | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e -g x -t a $1; echo '{"n":2}' | fluvio-cat produce -q $1
            fluvio-sink-pg -e -g x -t b $1; echo $?
            fluvio-sink-pg -e -g x -t b --accept-mapping $1; echo $?
            """, topic)
        #expect(ran.lines == ["2", "0"], "\(ran.errors)")
        #expect(try shell.query("SELECT n FROM b") == ["2"])
    }

    @Test func `a dry run names what is bad, and leaves no trace`() throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (n int)'
            printf '{"n":1}\\n{"n":"x"}\\n' | fluvio-cat produce -q --create $1
            fluvio-sink-pg --dry-run -t t $1
            """, topic)
        #expect(ran.status == 4 && ran.errors.contains("offset 1: column n: the text is no integer"), "\(ran.errors)")
        #expect(try shell.query("SELECT count(*), to_regclass('fluvio_sink.offsets') FROM t") == ["0|"])
    }

    @Test(
        arguments: [
            #"{"columns":{"n":{"pth":"/n"}}}"#, #"{"columns":{}}"#, #"{"colums":{}}"#,
            #"{"columns":{"n":{"path":"n"}}}"#,
            #"{"columns":{"n":{"path":"/n","from":"key"}}}"#, #"{"columns":{"x":{}}}"#,
            #"{"mode":"x","columns":{"n":{}}}"#,
            #"{"columns":{"n":{"unit":"m"}}}"#, "[]", "{",
        ])
    func `a mapping that is wrong is refused`(mapping: String) throws {
        try shell.directory.write("m", mapping)
        let ran = try shell.run(
            "psql -qc 'CREATE TABLE t (n int)'; echo 1 | fluvio-cat produce -q --create $1; fluvio-sink-pg -e -m m -t t $1",
            topic)
        #expect(ran.status == 2, "\(ran.errors)")
        #expect(ran.errors.split(separator: "\n").count == 1)
    }

    @Test func `dead letters are listed, exported and made rows of`() throws {
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (n int CHECK (n < 5))'
            printf '{"n":1}\\n{"n":7}\\n{"n":"x"}\\n' | fluvio-cat produce -q --create $1
            fluvio-sink-pg -q -e -g x -t t $1; echo $?
            fluvio-sink-pg dead list -g x | jq -c '[.offset,.sqlstate,.constraint]'
            fluvio-sink-pg dead export -g x | fluvio-cat produce -q -J --create $1-again
            fluvio-cat consume -e --raw $1-again
            psql -qc 'ALTER TABLE t DROP CONSTRAINT t_n_check'
            fluvio-sink-pg dead retry -q -g x -t t 2>/dev/null; echo $?
            fluvio-sink-pg dead list -g x | jq .offset
            """, topic)
        #expect(
            ran.lines == [
                "4", #"[1,"23514","t_n_check"]"#, #"[2,"22P02",null]"#, #"{"n":7}"#, #"{"n":"x"}"#, "4", "2",
            ],
            "\(ran.text) \(ran.errors)")
        #expect(try shell.query("SELECT n FROM t ORDER BY 1") == ["1", "7"])
    }
}
