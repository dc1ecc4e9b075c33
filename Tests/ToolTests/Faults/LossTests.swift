import Foundation
import Glibc
import TestSupport
import Testing

/// The cluster goes in the middle. Each test has one of its own.
@Suite("a cluster that goes and comes back", .onOwnThreads, .timeLimit(.minutes(60)))
struct LossTests {
    let cluster: TestCluster
    let shell: Shell

    init() throws {
        cluster = try TestCluster()
        shell = try Shell(cluster)
        _ = try shell.run("fluvio-admin -q topic create t")
    }

    /// Whether the values of the topic are numbers from 1 on, each once; how many.
    private func stored() throws -> Int {
        let ran = try shell.run(
            "fluvio-cat consume -e --keep-duplicates --raw t >log && seq $(wc -l <log) | cmp - log && wc -l <log")
        #expect(ran.status == 0, "\(ran.text) \(ran.errors)")
        return Int(ran.text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
    }

    /// Produces numbers from 1 on, without end, and reports what is acknowledged.
    private func produce(_ options: String) throws -> ChildProcess {
        let child = try shell.start("exec fluvio-cat produce --acks --linger 1ms \(options) t < <(exec seq 1000000000)")
        try child.waitForErrors(containing: #""line""#)
        return child
    }

    /// The records that the acknowledgements count, and the numbers of the last line.
    private func told(_ errors: String) throws -> (acknowledged: Int, summary: [Int]) {
        var acknowledged = 0
        var summary: [Int] = []
        for line in errors.split(separator: "\n") {
            if line.hasPrefix("{") {
                let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                acknowledged += fields?["n"] as? Int ?? 0
            } else if line.contains("records read") {
                summary = line.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
            }
        }
        return (acknowledged, summary)
    }

    @Test(arguments: [SIGKILL, SIGTERM], ["0", "1s"])
    func `what produce says is acknowledged is in the log, and no more than what it calls unknown besides`(
        signal: CInt, patience: String
    ) throws {
        let child = try produce("--retry-for \(patience)")
        defer { child.kill() }
        if signal == SIGKILL { try cluster.kill() } else { try cluster.stop() }
        #expect(try child.wait() == .exited(1))
        let (acknowledged, summary) = try told(child.errorText)
        try #require(summary.count == 3, "\(child.errorText.suffix(600))")
        #expect(summary[1] == acknowledged)
        #expect(summary[0] == summary[1] + summary[2])
        try cluster.restart()
        let stored = try stored()
        #expect(stored >= acknowledged && stored <= summary[0], "\(stored), \(summary)")
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func `a cluster that comes back in time has everything once`(signal: CInt) throws {
        let child = try shell.start(
            "exec fluvio-cat produce --acks --linger 1ms --retry-for 60s t < <(seq 200000; until [ -e go ]; do read -t 0.02 <> <(:); done; seq 200001 300000)"
        )
        defer { child.kill() }
        try child.waitForErrors(containing: #""line""#)
        if signal == SIGKILL { try cluster.kill() } else { try cluster.stop() }
        try shell.directory.write("go", "")
        try child.waitForErrors(containing: "trying again")
        try cluster.restart()
        #expect(try child.wait() == .exited(0))
        #expect(try told(child.errorText).acknowledged == 300_000)
        #expect(try stored() == 300_000)
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func `consume goes on where it was when the cluster is back`(signal: CInt) throws {
        _ = try shell.run("seq 3 | fluvio-cat produce t")
        let child = try shell.start("exec fluvio-cat consume --retry-for 60s --raw t")
        defer { child.kill() }
        try child.waitForOutput(containing: "3\n")
        if signal == SIGKILL { try cluster.kill() } else { try cluster.stop() }
        try child.waitForErrors(containing: "trying again")
        try cluster.restart()
        _ = try shell.run("seq 4 6 | fluvio-cat produce t")
        try child.waitForOutput(containing: "6\n")
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
        #expect(try child.outputText() == "1\n2\n3\n4\n5\n6\n")
        #expect(child.errorText.contains("partition 0: goes on where it was"))
    }

    @Test func `a log that comes back shorter than it was read is told, and not read again in silence`() throws {
        let log = "\(cluster.data)/spu-logs-5001/t-0"
        let sized = try shell.run("seq 3 | fluvio-cat produce t && stat -c %s '\(log)'/*.log")
        let child = try shell.start("exec fluvio-cat consume --retry-for 60s --raw t")
        defer { child.kill() }
        _ = try shell.run("seq 4 6 | fluvio-cat produce t")
        try child.waitForOutput(containing: "6\n")
        try cluster.stop()
        // With what it knew of its end, else it would leave a hole.
        _ = try shell.run("cd '\(log)' && truncate -s \(sized.lines.first ?? "") *.log && rm replication.chk")
        try cluster.restart()
        #expect(try child.wait() == .exited(1))
        #expect(try child.outputText() == "1\n2\n3\n4\n5\n6\n")
        #expect(child.errorText.contains("the log ends before offset 6, up to which it was read: it has lost records"))
    }

    @Test func `acceptance 11: consume that gives up is status 1, for it has written something`() throws {
        _ = try shell.run("seq 3 | fluvio-cat produce t")
        let child = try shell.start("exec fluvio-cat consume --retry-for 0 --raw t")
        defer { child.kill() }
        try child.waitForOutput(containing: "3\n")
        try cluster.kill()
        #expect(try child.wait() == .exited(1))
        #expect(try child.outputText() == "1\n2\n3\n")
    }

    @Test func `produce waits for a cluster that is about to start`() throws {
        try cluster.stop()
        let child = try shell.start("exec fluvio-cat produce -v --retry-for 60s t < <(seq 3)")
        defer { child.kill() }
        try cluster.restart()
        #expect(try child.wait() == .exited(0))
        #expect(try stored() == 3)
    }

    @Test func `a signal while the cluster is away ends produce within its grace, and says what is unknown`() throws {
        let child = try shell.start(
            "exec fluvio-cat produce -q --acks --retry-for forever --grace 200ms t", input: nil)
        defer { child.kill() }
        try child.input?.write(contentsOf: Data("1\n2\n".utf8))
        try child.waitForErrors(containing: #""line":2}"#)
        try cluster.kill()
        try child.input?.write(contentsOf: Data("3\n".utf8))
        try Pipes.waitUntilEmpty(try #require(child.input).fileDescriptor)
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
        #expect(
            child.errorText.hasSuffix("fluvio-cat: interrupted: 3 records read, 2 acknowledged, 1 unknown\n"),
            "\(child.errorText)")
        try cluster.restart()
        #expect(try stored() >= 2)
    }

    @Test func `a signal in full flight leaves every line acknowledged that was read`() throws {
        let child = try produce("--grace 60s")
        defer { child.kill() }
        child.send(SIGINT)
        #expect(try child.wait() == .signalled(SIGINT))
        let (acknowledged, summary) = try told(child.errorText)
        #expect(summary == [acknowledged, acknowledged, 0], "\(child.errorText.suffix(300))")
        #expect(try stored() == acknowledged)
    }

    @Test func `a topic that is deleted ends who reads it and who writes to it, with status 1`() throws {
        _ = try shell.run("echo 1 | fluvio-cat produce t")
        let reader = try shell.start("exec fluvio-cat consume --raw t")
        defer { reader.kill() }
        try reader.waitForOutput(containing: "1\n")
        let writer = try shell.start("exec fluvio-cat produce --acks t", input: nil)
        defer { writer.kill() }
        try writer.input?.write(contentsOf: Data("2\n".utf8))
        try writer.waitForErrors(containing: #""line":1}"#)
        #expect(try shell.run("fluvio-admin -q topic delete --yes t").status == 0)
        #expect(try reader.wait() == .exited(1))
        try writer.input?.write(contentsOf: Data("3\n".utf8))
        #expect(try writer.wait() == .exited(1))
        #expect(reader.errorText.contains("no such topic") || reader.errorText.contains("there is no topic 't'"))
        #expect(writer.errorText.contains("there is no topic 't'"))
        #expect(writer.errorText.hasSuffix("fluvio-cat: 2 records read, 1 acknowledged, 1 unknown\n"))
    }

    @Test func `a bulk read of several partitions through a crash has everything once`() throws {
        let begun = try shell.run(
            "fluvio-admin -q topic create -p 3 many && seq 200000 | fluvio-cat produce -z lz4 many")
        #expect(begun.status == 0)
        // The reader of its output stops until the cluster was killed: so it is in the middle of the topic then.
        let child = try shell.start(
            """
            fluvio-cat consume -e --max-bytes 64K --retry-for 60s --raw many |
                (dd bs=1 count=1 status=none; touch reading; until [ -e go ]; do read -t 0.02 <> <(:); done; cat) >out
            exit ${PIPESTATUS[0]}
            """)
        defer { child.kill() }
        try Wait.until("the reader has begun") {
            FileManager.default.fileExists(atPath: shell.directory.path("reading"))
        }
        try cluster.kill()
        try child.waitForErrors(containing: "trying again")
        try cluster.restart()
        try shell.directory.write("go", "")
        #expect(try child.wait() == .exited(0))
        let ran = try shell.run("sort -n out | cmp - <(seq 200000)")
        #expect(ran.status == 0, "\(ran.text)")
    }
}
