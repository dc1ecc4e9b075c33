import Foundation
import TestSupport
import Testing

/// Rotation that moves files to another directory, which is among the paths as well.
@Suite("fluvio-source-file: rotation to another directory", .onOwnThreads, .timeLimit(.minutes(20)))
struct SourceElsewhereTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    /// As logrotate does it with `olddir` and `compress`, in one go, or with time to be seen in between.
    @Test(arguments: ["", "sleep 0.5"], [("gzip", "gz"), ("zstd -q --rm", "zst"), ("xz -0", "xz")])
    func `what is compressed there is not sent again`(pause: String, program: (name: String, suffix: String)) throws {
        _ = try source.shell.run("mkdir old; seq 1 1000 >in/app.log")
        let child = try source.follow("in/app.log 'old/*'")
        defer { child.kill() }
        _ = try source.values(count: 1000)
        for round in 1...2 {
            let script = """
                [ $2 = 2 ] && mv old/app.log.1.$3 old/app.log.2.$3
                mv in/app.log old/app.log.1; : >in/app.log; \(pause)
                \(program.name) old/app.log.1; \(pause)
                seq $((1000 * $2 + 1)) $((1000 * $2 + 1000)) >>in/app.log
                """
            _ = try source.shell.run(script, source.topic, "\(round)", program.suffix)
            let values = try source.values(count: 1000 * (round + 1))
            #expect(values.compactMap { Int($0) } == Array(1...1000 * (round + 1)), "\(child.errorText)")
        }
        try source.stop(child)
        try source.once("in/app.log 'old/*'")
        #expect(try source.values().count == 3000)
    }

    @Test func `files of one name in two directories, of which one is removed, are two`() throws {
        _ = try source.shell.run("mkdir old; seq 1 1000 >in/app.log; : >old/app.log")
        let child = try source.follow("in/app.log 'old/*'")
        defer { child.kill() }
        _ = try source.values(count: 1000)
        _ = try source.shell.run("rm in/app.log; seq 2 1001 >old/app.log.1")
        #expect(try source.values(count: 2000).suffix(2) == ["1000", "1001"])
        try source.stop(child)
    }
}
