import Foundation
import TestSupport
import Testing

/// The lines of files that rotation makes one after the other keep their order.
@Suite("fluvio-source-file: order", .onOwnThreads, .timeLimit(.minutes(20)))
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
