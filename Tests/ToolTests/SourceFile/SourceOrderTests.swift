import Foundation
import TestSupport
import Testing

/// The lines of files that rotation makes one after the other keep their order.
@Suite("fluvio-source-file: order", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceOrderTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    private func expectOrder(_ count: Int) throws {
        let values = try source.values(count: count).compactMap { Int($0) }
        #expect(values == Array(1...count), "\(values.suffix(5))")
    }

    /// Rotated three times while it is down; the file of one line that is left may become a copy of another for all that can
    /// be seen, for five seconds.
    private func rotateWhileDown() throws {
        _ = try source.shell.run("seq 1 110 >in/app.log")
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 110)
        child.kill()
        _ = try child.wait()
        let script = """
            cd in; seq 111 120 >>app.log; mv app.log app.log.3; gzip app.log.3
            seq 121 3122 >app.log; mv app.log app.log.2; gzip app.log.2
            echo 3123 >app.log; mv app.log app.log.1; seq 3124 4000 >app.log
            """
        try #require(try source.shell.run(script).status == 0)
    }

    @Test func `what is new waits for an older file that may be a copy as yet`() throws {
        try rotateWhileDown()
        let child = try source.follow("--scan-interval 100ms in/app.log")
        defer { child.kill() }
        try expectOrder(4000)
        try source.stop(child)
    }

    @Test(arguments: ["", "--group-timeout 0.3"])
    func `the last record of several lines comes before those of the file in its place`(options: String) throws {
        try source.write("app.log", "1\n one\n2\n one\n")
        let child = try source.follow("--start-regex '^[0-9]' --scan-interval 100ms \(options) in/app.log")
        defer { child.kill() }
        _ = try source.records(count: 1)
        try source.append("app.log", " two\n")
        _ = try source.shell.run(
            "cd in; mv app.log app.log.1; echo ' three' >>app.log.1; printf '3\\n one\\n4\\n' >app.log")
        let records = ["1\n one", "2\n one\n two\n three", "3\n one", "4"]
        #expect(try source.records(count: 3).prefix(3) == records.prefix(3))
        // Who has not heard of the rotation may go on all the same: none of it is lost.
        try source.append("app.log.1", " late\n5\n")
        _ = try source.shell.run("cd in; mv app.log.1 app.log.2; mv app.log app.log.1; printf '6\\n7\\n' >app.log")
        let all = try source.records(count: 7)
        let inTurn = all.filter { $0 != " late" && $0 != "5" && $0 != "7" }
        #expect(inTurn == records + ["6"], "\(all)")
        #expect(all.contains(" late") && all.contains("5"), "\(all)")
        try source.stop(child)
    }

    @Test func `who goes on writing to the rotated file is not waited for longer than for it to be closed`() throws {
        try source.write("app.log", "1\n one\n")
        let child = try source.follow("--start-regex '^[0-9]' --close-after 0.5 --scan-interval 100ms in/app.log")
        defer { child.kill() }
        let writer = try source.shell.start(
            "exec >>in/app.log; : >started; while :; do echo ' more'; read -t 0.05 <> <(:); done")
        defer { writer.kill() }
        try Wait.until("it writes") { try source.shell.run("test -e started").status == 0 }
        _ = try source.shell.run("cd in; mv app.log app.log.1; printf '2\\n3\\n' >app.log")
        try Wait.until("the new file is sent") { try source.records().contains("2") }
        writer.kill()
        try source.stop(child)
    }

    @Test func `what a slow writer adds to a file that has no name any more comes before what is new`() throws {
        _ = try source.shell.run("seq 1 10 >in/app.log")
        let old = try FileHandle(forWritingTo: URL(fileURLWithPath: source.path("app.log")))
        try old.seekToEnd()
        let child = try source.follow("'in/app.log*'")
        defer { child.kill() }
        _ = try source.values(count: 10)
        _ = try source.shell.run("cd in; mv app.log app.log.1; : >app.log; gzip app.log.1")
        try child.waitForErrors(containing: "app.log.1.gz is a copy of")
        try old.write(contentsOf: Data((11...20).map { "\($0)\n" }.joined().utf8))
        _ = try source.shell.run("seq 21 30 >>in/app.log")
        try expectOrder(30)
        try source.stop(child)
    }

    @Test func `it waits after another rotation, and in the next process`() throws {
        try rotateWhileDown()
        let child = try source.follow("--scan-interval 100ms in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 3122)
        _ = try source.shell.run("cd in; mv app.log.1 app.log.2; mv app.log app.log.1; seq 4001 4100 >app.log")
        try child.waitForErrors(containing: "app.log.1 now")
        child.kill()
        _ = try child.wait()
        try source.once("in/app.log")
        try expectOrder(4100)
    }
}
