import Glibc
import TestSupport
import Testing

/// Several sinks of one id that divide the partitions among themselves.
@Suite("sink-pg: sharing", .onOwnThreads, .timeLimit(.minutes(60)))
struct ShareTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        topic = cluster.topic()
    }

    private static let counts = """
        SELECT string_agg(n::text, ',' ORDER BY n) FROM (SELECT count(*) n FROM fluvio_sink.offsets \
        WHERE lease_until > clock_timestamp() GROUP BY owner) s
        """

    private func start() throws -> ChildProcess {
        try shell.start("exec fluvio-sink-pg --share --lease 3 -g shared -t t --create \(topic)")
    }

    @Test func `partitions are divided, and taken over when one dies`() throws {
        _ = try shell.run("fluvio-admin -q topic create -p 5 $1; seq 1 5000 | fluvio-cat produce -q $1", topic)
        let first = try start()
        defer { first.kill() }
        try shell.wait(Self.counts, for: ["5"])
        let second = try start()
        defer { second.kill() }
        try shell.wait(Self.counts, for: ["2,3"])
        let third = try start()
        defer { third.kill() }
        try shell.wait(Self.counts, for: ["1,2,2"])
        _ = try shell.run("seq 5001 10000 | fluvio-cat produce -q $1", topic)
        try shell.wait("SELECT sum(next_offset) FROM fluvio_sink.offsets", for: ["10000"])
        // One dies without a word, one goes as it should.
        first.kill()
        _ = try first.wait()
        _ = try shell.run("seq 10001 15000 | fluvio-cat produce -q $1", topic)
        try shell.wait(Self.counts, for: ["2,3"])
        second.send(SIGTERM)
        #expect(try second.wait() == .signalled(SIGTERM))
        _ = try shell.run("seq 15001 20000 | fluvio-cat produce -q $1", topic)
        try shell.wait(Self.counts, for: ["5"])
        try shell.wait("SELECT sum(next_offset) FROM fluvio_sink.offsets", for: ["20000"])
        #expect(
            try shell.query("SELECT count(*), count(DISTINCT value), count(DISTINCT (partition, \"offset\")) FROM t")
                == ["20000|20000|20000"])
    }

    @Test func `one that was halted for too long takes part anew, and writes nothing twice`() throws {
        _ = try shell.run("fluvio-admin -q topic create -p 2 $1; seq 1 100 | fluvio-cat produce -q $1", topic)
        let first = try start()
        defer { first.kill() }
        try shell.wait(Self.counts, for: ["2"])
        first.send(SIGSTOP)
        let second = try start()
        defer { second.kill() }
        try shell.wait(Self.counts, for: ["2"])
        _ = try shell.run("seq 101 200 | fluvio-cat produce -q $1", topic)
        try shell.wait("SELECT sum(next_offset) FROM fluvio_sink.offsets", for: ["200"])
        first.send(SIGCONT)
        _ = try shell.run("seq 201 300 | fluvio-cat produce -q $1", topic)
        try shell.wait(Self.counts, for: ["1,1"])
        try shell.wait("SELECT sum(next_offset) FROM fluvio_sink.offsets", for: ["300"])
        #expect(try shell.query("SELECT count(*), count(DISTINCT value) FROM t") == ["300|300"])
    }

    @Test func `who does not share is told who does`() throws {
        _ = try shell.run("echo 1 | fluvio-cat produce -q --create $1", topic)
        let first = try start()
        defer { first.kill() }
        try shell.wait(Self.counts, for: ["1"])
        let ran = try shell.run("fluvio-sink-pg -e -g shared -t t $1", topic)
        #expect(
            ran.status == 5 && ran.errors.contains(":\(first.pid):") && ran.errors.contains("--share"), "\(ran.errors)")
    }

    @Test(arguments: ["session", "transaction"])
    func `who shares takes nothing from one who does not, and says who has it`(pooling: String) throws {
        _ = try shell.run("echo 1 | fluvio-cat produce -q --create $1", topic)
        let first = try shell.start("exec fluvio-sink-pg -g shared -t t --create \(topic)")
        defer { first.kill() }
        try shell.wait("SELECT count(*) FROM t", for: ["1"])
        let ran = try shell.run("fluvio-sink-pg --share -g shared -t t --pooling $2 $1", topic, pooling)
        #expect(ran.status == 5 && ran.errors.contains(":\(first.pid):"), "\(ran.errors)")
        _ = try shell.run("echo 2 | fluvio-cat produce -q $1", topic)
        try shell.wait("SELECT count(*) FROM t", for: ["2"])
        first.kill()
        _ = try first.wait()
        _ = try shell.run("echo 3 | fluvio-cat produce -q $1", topic)
        let second = try start()
        defer { second.kill() }
        try shell.wait("SELECT count(*), count(DISTINCT value) FROM t", for: ["3|3"])
    }
}
