import TestSupport
import Testing

/// What a newcomer is told: one line that says what to do.
@Suite("sink-pg: messages", .onOwnThreads, .timeLimit(.minutes(60)))
struct MessageTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        topic = cluster.topic()
    }

    /// Words, the exit status, and what the line says.
    static let cases: [(words: String, status: Int32, says: String)] = [
        ("-e $1", 2, #"--create makes it: CREATE TABLE IF NOT EXISTS "$1" ("topic" text NOT NULL, "#),
        ("-e $1 -t none.t --create", 2, "'CREATE SCHEMA'"),
        ("-e $1 -t a.b.c", 2, "more parts than a schema and a table"),
        ("-e $1 -t sequence", 2, "sequence is no table"),
        ("-e $1 -t t --mode upsert", 2, "a unique index whose columns the mapping marks as key"),
        ("-e $1 -t t -m nofile", 2, "cannot read nofile"),
        ("-e $1 -t t -p 7", 1, "it has 1 partition, numbered from 0"),
        ("-e no-such-topic -t t", 1, "'fluvio-admin topic list'"),
        ("-e '^no-such' -t t", 1, "no topic matches ^no-such"),
        ("-e $1 host=nowhere.invalid --retry-for 0", 3, "nowhere.invalid"),
        ("-e $1 postgresql://localhost:99999/t", 2, "invalid port number"),
        ("-e $1 'host=a,b port=1,2,3'", 2, "could not match 3 port numbers to 2 hosts"),
        ("-e $1 target_session_attrs=none", 2, "invalid target_session_attrs value"),
        ("-e $1 hostaddr=1.2.3.4.5", 2, "could not parse network address"),
        ("-e $1 nonsense=1", 2, "nonsense"),
        ("dead list", 2, "no sink has written into this database yet"),
        ("status", 2, "no sink has written into this database yet"),
        ("infer no-such-topic", 1, "'fluvio-admin topic list'"),
        ("$(printf 'x%.0s' $(seq 64)) -e", 1, "topic"),
        ("-e $1 -t $(printf 'x%.0s' $(seq 64)) --create", 2, "longer than the 63 bytes"),
        ("-e $1 -t t --route /a", 2, "--route needs --tables"),
        ("-e $1 -t t --partial --select x -m m", 2, "--partial"),
        ("-e $1 --route /a --tables t --evolve", 2, "--evolve without --mapping"),
        ("dead", 2, "list, retry, export"),
    ]

    @Test(arguments: cases.indices)
    func `one line says what is wrong and what to do`(index: Int) throws {
        let (words, status, says) = Self.cases[index]
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (n int)' -c 'CREATE SEQUENCE sequence'; fluvio-admin -q topic create $1
            fluvio-sink-pg \(words)
            """, topic)
        let lines = ran.errors.split(separator: "\n").filter { !$0.hasPrefix("Try '") }
        #expect(ran.status == status, "\(words): \(ran.errors)")
        #expect(lines.count == 1 && lines[0].contains(says.replacing("$1", with: topic)), "\(words): \(ran.errors)")
        #expect(!ran.errors.contains("\\n"))
    }

    @Test
    func `the simple case makes a table of whole records, with names that want quotes and are too long for others`()
        throws
    {
        let long = "\(topic)-\(String(repeating: "l", count: 60 - topic.utf8.count))"
        let ran = try shell.run(
            """
            printf '{"a":1}\\n' | fluvio-cat produce -q --create $1
            fluvio-sink-pg -e $1 "postgresql:///$PGDATABASE" --create
            psql -qc 'CREATE TABLE "We""ird.T x" ("a b" int, "c""d" text)'
            printf '%s\\n' '{"a b":1,"c\\"d":"x"}' | fluvio-cat produce -q --create $1-2
            fluvio-sink-pg -e -t '"We""ird.T x"' -g "an id that is longer than the name of an application may be, which nobody has to know" $1-2
            """, long)
        #expect(ran.status == 0 && ran.errors == "fluvio-sink-pg: table \(long) created\n", "\(ran.errors)")
        #expect(try shell.query("SELECT topic, value FROM \"\(long)\"") == ["\(long)|{\"a\": 1}"])
        #expect(try shell.query(#"SELECT * FROM "We""ird.T x""#) == ["1|x"])
    }

    @Test func `a role is told what it lacks, and given it by what init prints`() throws {
        _ = try shell.query("CREATE ROLE \(topic)r LOGIN; CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY)")
        let ran = try shell.run(
            """
            echo '{"id":1}' | fluvio-cat produce -q --create $1
            psql -qc "REVOKE TEMPORARY ON DATABASE $PGDATABASE FROM public"
            sink() { PGUSER=$1r fluvio-sink-pg -e -t app.t --mode upsert $1; echo $?; }
            sink $1
            fluvio-sink-pg init -q --role $1r -t app.t >grants; sink $1
            grep -v TEMPORARY grants | psql -qX; sink $1
            psql -qXf grants; sink $1
            """, topic)
        #expect(ran.lines == ["2", "2", "2", "0"], "\(ran.errors)")
        let lines = ran.errors.split(separator: "\n")
        #expect(lines.count == 3 && lines[0].contains("CREATE SCHEMA") && lines[1].contains("init --role"), "\(lines)")
        #expect(try shell.query("SELECT id FROM app.t") == ["1"])
    }
}
