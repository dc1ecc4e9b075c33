import Foundation
import Glibc
import TestSupport
import Testing

/// Rows of the table of guarantees that say that something is lost, or may be twice: nothing more than that.
@Suite("fluvio-source-file: what cannot be known", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceGuaranteeTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    private func lines(_ numbers: ClosedRange<Int>, _ word: String = "line number") -> String {
        numbers.map { "\(word) \($0)\n" }.joined()
    }

    @Test(arguments: [true, false])
    func `cut, and the same 64 bytes before the same place: what stands before them is not seen`(
        isRunning: Bool
    ) throws {
        let before = lines(100...999)
        try source.write("app.log", before)
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        #expect(try source.values(count: 900).count == 900)
        if isRunning { child.send(SIGSTOP) } else { try source.stop(child) }
        // Of as many bytes, with the same beginning and end.
        let middle = lines(200...899, "LINE NUMBER")
        try source.write("app.log", lines(100...199) + middle + lines(900...999) + "the end\n")
        if isRunning {
            child.send(SIGCONT)
        } else {
            try source.once("in/app.log")
        }
        let values = try source.values(count: 901)
        #expect(values.count == 901 && values.last == "the end")
        if isRunning { try source.stop(child) }
    }

    @Test func `made and removed between two looks: all of it is lost, and nothing else`() throws {
        try source.write("a.log", "1\n")
        let child = try source.follow()
        defer { child.kill() }
        _ = try source.values(count: 1)
        child.send(SIGSTOP)
        for number in 0..<5 {
            try source.write("gone.log", "never \(number)\n")
            try #require(unsafe unlink(source.path("gone.log")) == 0)
            try source.append("a.log", "2\n")
        }
        // In the place of one that is gone, perhaps with its number.
        try source.write("b.log", "3\n")
        child.send(SIGCONT)
        #expect(try source.values(count: 7).sorted() == ["1", "2", "2", "2", "2", "2", "3"])
        try source.stop(child)
    }

    @Test(arguments: ["mv in/app.log in/app.log.1", "gzip <in/app.log >in/app.log.1.gz; rm in/app.log"])
    func `killed and rotated when only a common header was known: nothing is lost`(rotation: String) throws {
        let header = "# every file begins so\n"
        try source.write("app.log.2", header + lines(1...10))
        try source.write("app.log", header)
        let child = try source.follow("--checkpoint-every 1h 'in/app.log*'")
        defer { child.kill() }
        _ = try source.values(count: 12)
        try source.append("app.log", lines(11...100))
        _ = try source.values(count: 102)
        // The checkpoint says that both have their headers, and no more.
        child.send(SIGKILL)
        _ = try child.wait()
        #expect(try source.shell.run(rotation).status == 0)
        try source.write("app.log", header + lines(101...110))
        try source.once("'in/app.log*'")
        let values = try source.values()
        #expect(Set(values) == Set((1...110).map { "line number \($0)" } + ["# every file begins so"]))
        let twice = Dictionary(grouping: values, by: { $0 }).filter { $0.value.count > 1 }.keys
        let underWay = Set((1...100).map { "line number \($0)" } + ["# every file begins so"])
        #expect(underWay.isSuperset(of: twice), "\(twice)")
        #expect(values.count < 3 * 113)
        let count = values.count
        try source.once("'in/app.log*'")
        #expect(try source.values().count == count)
    }

    @Test func `copied and not cut: the copy has nothing of its own`() throws {
        try source.write("app.log", lines(1...1000))
        let child = try source.follow("'in/app.log*'")
        defer { child.kill() }
        _ = try source.values(count: 1000)
        try source.append("app.log", lines(1001...1005))
        _ = try source.values(count: 1005)
        // It ends before what was read of the original, and nobody writes to it any more.
        _ = try source.shell.run("head -n 1000 in/app.log >in/app.log.1; touch -d '1 minute ago' in/app.log.1")
        try child.waitForErrors(containing: "in/app.log.1 is a copy of")
        try source.append("app.log", lines(1006...1010))
        #expect(try source.values(count: 1010).count == 1010)
        try source.stop(child)
        for _ in 1...2 {
            try source.once("'in/app.log*'")
            #expect(try source.values() == (1...1010).map { "line number \($0)" })
        }
        // What is written to it after all is its own.
        try source.append("app.log.1", "later\n")
        try source.once("'in/app.log*'")
        #expect(try source.values().contains("later"))
    }
}
