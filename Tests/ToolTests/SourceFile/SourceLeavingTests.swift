import Foundation
import TestSupport
import Testing

/// `--then`, where something stands in the way.
@Suite("fluvio-source-file: files that leave", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceLeavingTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    private func names(_ directory: String) throws -> [String] { try source.shell.run("ls $1", directory).lines }

    @Test func `rotation gives the same names again: the second has its id behind it`() throws {
        for round in 1...3 {
            try source.write("app.log.1", "\(round)\n")
            try source.once("--then move:done 'in/*'")
        }
        let moved = try names("done")
        #expect(moved.count == 3 && moved.first == "app.log.1")
        #expect(moved.dropFirst().allSatisfy { $0.wholeMatch(of: /app\.log\.1\.[0-9a-f]{16}/) != nil })
        #expect(try names("in").isEmpty)
        #expect(try source.values() == ["1", "2", "3"])
    }

    @Test func `what could not leave does the next time, and nothing is sent again`() throws {
        try source.write("a.log", "1\n")
        _ = try source.shell.run("echo in the way >done")
        let ran = try source.once("--then move:done 'in/*'", status: 1)
        #expect(ran.errors.contains("a.log stays: Not a directory"))
        _ = try source.shell.run("rm done")
        try source.once("--then move:done 'in/*'")
        #expect(try names("in").isEmpty)
        #expect(try names("done") == ["a.log"])
        #expect(try source.values() == ["1"])
    }

    @Test func `what is moved to a directory among the paths stays there`() throws {
        try source.write("a.log", "1\n")
        for _ in 1...3 {
            try source.once("--then move:in/done 'in/**'")
            #expect(try source.shell.run("find in -type f").lines == ["in/done/a.log"])
        }
        #expect(try source.values() == ["1"])
    }

    @Test func `a directory on another file system is told`() throws {
        try #require(FileManager.default.fileExists(atPath: "/dev/shm"))
        try source.write("a.log", "1\n")
        let place = "/dev/shm/\(source.topic)"
        defer { _ = try? source.shell.run("rm -rf $1", place) }
        let ran = try source.once("--then move:\(place) 'in/*'", status: 1)
        #expect(
            ran.errors.contains("a.log stays: Invalid cross-device link; --then move: takes a directory on the same"))
        #expect(try names("in") == ["a.log"])
    }
}
