import Foundation
import TestSupport
import Testing

/// Many files at once, as they lie there when a source is started for the first time.
@Suite("fluvio-source-file: a backlog", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceBacklogTests {
    private let source: SourceShell

    init() throws { source = try SourceShell() }

    @Test func `hundreds of rotated files, each after the one before, want few checkpoints`() throws {
        let count = 400
        var lines: [String] = []
        for number in (1...count).reversed() {
            let some = (1...3).map { "file \(number), line \($0)" }
            lines += some
            try source.write("app.log.\(number)", some.map { "\($0)\n" }.joined())
        }
        try source.once("--metrics file:figures 'in/app.log*'")
        #expect(try source.values() == lines)
        // Not one for each file: with its producer those of the files after it are made.
        let ran = try source.shell.run("sed -n 's/^fluvio_source_checkpoints_total{.*} //p' figures")
        let checkpoints = try #require(Int(ran.lines.first ?? ""))
        #expect(checkpoints > 1 && checkpoints < count / 4)
        // All of them are at their ends, and none is read again.
        try source.once("'in/app.log*'")
        #expect(try source.values().count == lines.count)
    }

    @Test func `a thousand small files of their own`() throws {
        for number in 1...1000 { try source.write("host\(number)x.log", "only \(number)\n") }
        try source.once("'in/*.log'")
        #expect(try Set(source.values()) == Set((1...1000).map { "only \($0)" }))
        #expect(try source.values().count == 1000)
    }
}
