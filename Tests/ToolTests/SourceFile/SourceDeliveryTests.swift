import Foundation
import Glibc
import TestSupport
import Testing

/// What is read and not acknowledged is not done: files stay, positions too, and the tool does not say that all is well.
@Suite("fluvio-source-file: before the acknowledgement", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceDeliveryTests {
    let cluster: TestCluster
    let source: SourceShell

    init() throws {
        cluster = try TestCluster()
        source = try SourceShell(cluster)
    }

    private func lines(_ numbers: ClosedRange<Int>) -> String { numbers.map { "line number \($0)\n" }.joined() }

    private func values(_ numbers: ClosedRange<Int>) -> [String] { numbers.map { "line number \($0)" } }

    @Test func `a file that is read and not acknowledged is not deleted, and its position stays`() throws {
        try source.write("app.log", lines(1...10))
        let child = try source.follow(
            "--then delete --close-after 0 --checkpoint-every 0.05 --scan-interval 0.05 --metrics unix:m in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 10)
        try cluster.kill()
        try source.append("app.log", lines(11...20))
        try source.rename("app.log", "app.log.1")
        try source.append("app.log", lines(21...30))
        // All of the old one is read and handed on; several rounds of what is done now and then, and checkpoints.
        try Wait.until("it was handed on") { try (source.figure("records_total") ?? 0) >= 20 }
        let rounds = try source.figure("scans_total") ?? 0
        try Wait.until("some looks") { try (source.figure("scans_total") ?? 0) > rounds + 10 }
        #expect(source.isThere("app.log.1"))
        let files = try #require(try source.status()["files"] as? [[String: Any]])
        #expect(files.compactMap { $0["committed"] as? Int }.max() == lines(1...10).utf8.count)
        // It dies, and what it had read is read again.
        child.send(SIGKILL)
        _ = try child.wait()
        try cluster.restart()
        let next = try source.follow(
            "--then delete --close-after 0 --checkpoint-every 0.05 --scan-interval 0.05 in/app.log")
        defer { next.kill() }
        #expect(try source.values(count: 30) == values(1...30))
        try Wait.until("it is deleted") { !source.isThere("app.log.1") }
        #expect(source.isThere("app.log"))
        try source.stop(next)
    }

    @Test func `a rotated file is not closed before it is read, however long the cluster is away`() throws {
        try source.write("app.log", lines(1...10))
        let child = try source.follow(
            "--memory 1M --close-after 0 --scan-interval 0.05 --metrics unix:m in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 10)
        try cluster.kill()
        let count = 100_000
        for part in 1...3 {
            let first = part == 1 ? 11 : (part - 1) * count + 1
            try source.append("app.log", lines(first...(part * count)))
            try source.rename("app.log", "app.log.\(part)")
            try source.append("app.log", "")
        }
        let rounds = try source.figure("scans_total") ?? 0
        try Wait.until("some looks") { try (source.figure("scans_total") ?? 0) > rounds + 10 }
        #expect(try (source.figure("lag_bytes") ?? 0) > 2_000_000)
        try cluster.restart()
        // Deleted while they are being read, too.
        for part in 1...3 { try #require(unsafe unlink(source.path("app.log.\(part)")) == 0) }
        try Wait.until("nothing waits") { try source.figure("lag_bytes") == 0 }
        #expect(try source.values(count: 3 * count) == values(1...(3 * count)))
        try source.stop(child)
        #expect(try source.status()["lost_bytes"] as? Int == 0)
    }

    @Test func `what came while it was down, and was cut before it was read, is told to be lost`() throws {
        // The controller is there, and no leader to send to.
        let cluster = try TestCluster(options: ["--spus", "2"])
        let source = try SourceShell(cluster)
        let data = cluster.directory.path("data")
        func spus(_ command: String) throws {
            let ran = try source.shell.run(
                "for id in 5001 5002; do fluvio-admin -q cluster spu $1 --data-dir $2 $id; done", command, data)
            try #require(ran.status == 0, "\(ran.errors)")
        }
        try source.write("app.log", lines(1...10))
        try source.once("in/app.log")
        try source.append("app.log", lines(11...100))
        let unread = lines(11...100).utf8.count
        try spus("stop")
        let child = try source.follow("--metrics unix:m in/app.log")
        defer { child.kill() }
        try Wait.until("it is open") { try source.figure("open_files") == 1 }
        try #require(unsafe truncate(source.path("app.log"), 0) == 0)
        try child.waitForErrors(containing: "\(unread) bytes or more were lost unread")
        #expect(try source.figure("truncated_unread_bytes_total") == unread)
        try source.append("app.log", "after\n")
        try spus("start")
        #expect(try source.values(count: 11) == values(1...10) + ["after"])
        child.send(SIGTERM)
        _ = try child.wait()
    }

    @Test func `once: where the cluster goes away it does not say that all is well, and the next run has the rest`()
        throws
    {
        let count = 300_000
        try source.write("a.log", lines(1...count))
        let child = try source.shell.start(
            "exec fluvio-source-file --once --retry-for 0.2 --state-dir state --then delete $1 'in/*.log'", source.topic
        )
        defer { child.kill() }
        try Wait.until("it sends") { try !source.values(options: "-n 1").isEmpty }
        try cluster.kill()
        let ending = try child.wait()
        try cluster.restart()
        // It may have been faster than the signal.
        if source.isThere("a.log") {
            #expect(ending == .exited(1), "\(child.errorText)")
            try source.once("--then delete 'in/*.log'")
        }
        #expect(!source.isThere("a.log"))
        #expect(try source.values() == values(1...count))
    }

    @Test func `once: where the cluster cannot be reached, nothing has happened`() throws {
        try source.write("a.log", lines(1...10))
        try cluster.stop()
        let ran = try source.once("--retry-for 0 --then delete 'in/*.log'", status: 3)
        #expect(ran.errors.split(separator: "\n").count == 1, "\(ran.errors)")
        #expect(source.isThere("a.log"))
        try cluster.restart()
        try source.once("--then delete 'in/*.log'")
        #expect(try source.values() == values(1...10))
        #expect(!source.isThere("a.log"))
    }
}
