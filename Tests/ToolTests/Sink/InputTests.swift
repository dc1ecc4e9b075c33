import Foundation
import Glibc
import TestSupport
import Testing

/// Lines of standard input in place of topics.
@Suite("sink-pg: standard input", .onOwnThreads, .timeLimit(.minutes(60)))
struct InputTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        topic = cluster.topic()
    }

    @Test func `what a program makes of a topic becomes rows, and bad lines dead letters`() throws {
        let ran = try shell.run(
            #"""
            psql -qc 'CREATE TABLE t (n int CHECK (n <> 4), line bigint)'
            echo '{"columns":{"n":{},"line":{"from":"offset"}}}' >m
            printf '{"a":%s}\n' 1 2 3 | fluvio-cat produce -q --create $1
            fluvio-cat consume -e --raw $1 | jq -c '{n: (.a + 1)}' | fluvio-sink-pg --stdin -t t -m m; echo $?
            printf '\n{"n":7}\nx\n\n{"n":8}' >in
            fluvio-sink-pg --stdin -t t -m m <in; echo $?
            """#, topic)
        #expect(ran.lines == ["4", "4"], "\(ran.errors)")
        #expect(ran.errors.contains("at least once"))
        #expect(try shell.query("SELECT n, line FROM t ORDER BY line") == ["2|0", "3|1", "7|3", "8|5"])
        #expect(
            try shell.query(
                "SELECT topic, \"offset\", sqlstate, convert_from(value,'UTF8') FROM fluvio_sink.dead ORDER BY 2")
                == [#"-|2|23514|{"n":4}"#, "-|4|22P02|x"])
    }

    @Test func `a line is a row at once, and many are`() throws {
        _ = try shell.query("CREATE TABLE t (n int)")
        let sink = try shell.start("exec fluvio-sink-pg --stdin -t t", input: nil)
        defer { sink.kill() }
        try sink.input?.write(contentsOf: Array("{\"n\":1}\n".utf8))
        try shell.wait("SELECT n FROM t", for: ["1"])
        try sink.input?.write(contentsOf: (2...50_000).flatMap { Array("{\"n\":\($0)}\n".utf8) })
        try sink.input?.close()
        #expect(try sink.wait() == .exited(0))
        #expect(try shell.query("SELECT count(*), count(DISTINCT n), max(n) FROM t") == ["50000|50000|50000"])
    }

    @Test(arguments: ["--stdin", "--stdin -t t topic", "--stdin -t t -e"])
    func `what does not go together is refused`(words: String) throws {
        let ran = try shell.run("fluvio-sink-pg \(words) </dev/null")
        #expect(ran.status == 2 && ran.errors.contains("--stdin"), "\(ran.errors)")
    }
}
