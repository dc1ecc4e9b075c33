import Foundation
import Glibc
import TestSupport
import Testing

/// Files that are renamed, compressed, cut, deleted and made anew.
@Suite("fluvio-source-file: rotation", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceRotationTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    private func lines(_ numbers: ClosedRange<Int>, _ word: String = "line number") -> String {
        numbers.map { "\(word) \($0)\n" }.joined()
    }

    private func values(_ numbers: ClosedRange<Int>) -> [String] { numbers.map { "line number \($0)" } }

    @Test func `renamed while running, with lines that come late`() throws {
        try source.write("app.log", lines(1...10))
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 10)
        try source.rename("app.log", "app.log.1")
        // The writer has the old file open still.
        try source.append("app.log.1", lines(11...12))
        #expect(try source.values(count: 12) == values(1...12))
        try source.append("app.log", lines(13...20))
        #expect(try source.values(count: 20) == values(1...20))
        try source.stop(child)
    }

    @Test(arguments: ["", "gzip", "zstd -q --rm", "xz"])
    func `renamed while down, and compressed`(program: String) throws {
        try source.write("app.log", lines(1...1000))
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 1000)
        try source.stop(child)
        try source.append("app.log", lines(1001...1100))
        try source.rename("app.log", "app.log.1")
        if !program.isEmpty { #expect(try source.shell.run("\(program) in/app.log.1").status == 0) }
        try source.append("app.log", lines(1101...1200))
        try source.once("in/app.log")
        #expect(try source.values() == values(1...1200))
        try source.once("in/app.log")
        #expect(try source.values().count == 1200)
    }

    @Test func `rotated twice between two looks, running and down`() throws {
        try source.write("app.log", lines(1...10))
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 10)
        child.send(SIGSTOP)
        for (index, numbers) in [11...20, 21...30, 31...40].enumerated() {
            if index > 0 { try source.rename("app.log.1", "app.log.2") }
            try source.rename("app.log", "app.log.1")
            try source.append("app.log", lines(numbers))
            if index == 1 { try source.rename("app.log.2", "app.log.3") }
        }
        child.send(SIGCONT)
        #expect(try source.values(count: 40) == values(1...40))
        try source.stop(child)
        for (index, numbers) in [41...50, 51...60].enumerated() {
            try source.rename("app.log", "app.log-2026112\(index)")
            try source.append("app.log", lines(numbers))
        }
        try source.once("in/app.log")
        #expect(try source.values() == values(1...60))
    }

    @Test(arguments: ["in/app.log", "'in/app.log*'"])
    func `copied and cut: the copy's tail is not lost and nothing is twice`(paths: String) throws {
        try source.write("app.log", lines(1...100))
        let child = try source.follow(paths)
        defer { child.kill() }
        _ = try source.values(count: 100)
        child.send(SIGSTOP)
        try source.append("app.log", lines(101...120))
        #expect(try source.shell.run("cp in/app.log in/app.log.1; : >in/app.log").status == 0)
        try source.append("app.log", lines(121...125))
        child.send(SIGCONT)
        #expect(try source.values(count: 125) == values(1...125))
        try source.stop(child)
        // And once more, while it is down.
        try source.append("app.log", lines(126...130))
        #expect(
            try source.shell.run("mv in/app.log.1 in/app.log.2; cp in/app.log in/app.log.1; : >in/app.log").status == 0)
        try source.append("app.log", lines(131...132))
        try source.once(paths)
        #expect(try source.values() == values(1...132))
    }

    @Test func `cut without a copy: what was not read is counted`() throws {
        try source.write("app.log", lines(1...100))
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 100)
        try source.stop(child)
        // 20 lines of 16 bytes that nobody has read; the second is seen, and cut.
        try source.write("app.log", lines(201...203))
        let ran = try source.once("in/app.log")
        #expect(ran.errors.contains("app.log was cut at") && ran.errors.contains("nothing of it is known to be lost"))
        #expect(try source.values() == values(1...100) + values(201...203))
        let status = try source.status()
        #expect(status["lost_bytes"] as? Int == 0)
    }

    @Test func `cut and grown beyond where it was read`() throws {
        try source.write("app.log", lines(1...10))
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 10)
        child.send(SIGSTOP)
        try source.write("app.log", lines(501...600))
        child.send(SIGCONT)
        #expect(try source.values(count: 110) == values(1...10) + values(501...600))
        try source.stop(child)
        // What was seen to stand there was none of the file before.
        #expect(!child.errorText.contains("lost unread"), "\(child.errorText)")
        #expect(try source.status()["lost_bytes"] as? Int == 0)
    }

    @Test func `deleted and made again, perhaps with the same number`() throws {
        try source.write("app.log", lines(1...10))
        let child = try source.follow("--close-after 0 in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 10)
        for round in 1...5 {
            try #require(unsafe unlink(source.path("app.log")) == 0)
            // The same first lines, and as many bytes.
            try source.append("app.log", lines(1...10))
            #expect(try source.values(count: 10 + 10 * round).count == 10 + 10 * round)
        }
        try source.stop(child)
    }

    @Test func `deleted while it is read`() throws {
        try source.write("app.log", lines(1...10))
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 10)
        child.send(SIGSTOP)
        try source.append("app.log", lines(11...5000) + "the end")
        try #require(unsafe unlink(source.path("app.log")) == 0)
        child.send(SIGCONT)
        #expect(try source.values(count: 5000) == values(1...5000))
        try source.stop(child)
    }

    @Test func `a link that leads elsewhere`() throws {
        try source.write("one", lines(1...10))
        _ = try source.shell.run("ln -s one in/app.log")
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 10)
        try source.write("two", lines(11...20))
        _ = try source.shell.run("ln -sf two in/app.log")
        #expect(try source.values(count: 20) == values(1...20))
        try source.stop(child)
    }

    @Test func `holes are passed over, where a writer goes on behind what was cut`() throws {
        let script = """
            exec 3>in/app.log; seq -f 'line number %g' 1 20000 >&3
            """
        #expect(try source.shell.run(script).status == 0)
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 20_000)
        let ran = try source.shell.run(
            "size=$(stat -c %s in/app.log); : >in/app.log; echo 'line number 20001' | dd of=in/app.log bs=1 seek=$size conv=notrunc status=none"
        )
        #expect(ran.status == 0)
        let values = try source.values(count: 20_001)
        #expect(values == self.values(1...20_001), "\(values.suffix(2))")
        try source.stop(child)
    }

    @Test func `numbers of hosts are none of rotations, unless there is a file without one`() throws {
        let source = try SourceShell(partitions: 16)
        for host in 1...8 { try source.write("host-0\(host).log", "# header\n\(host)\n") }
        try source.once()
        let ran = try source.shell.run("fluvio-cat consume -e $1 | jq .partition | sort -u | wc -l", source.topic)
        #expect(try #require(Int(ran.text.trimmingCharacters(in: .newlines))) > 1, "they have one partition")
        try source.write("app.log", lines(1...10))
        try source.once("in/app.log")
        try source.append("app.log", lines(11...20))
        try source.rename("app.log", "app-1.log")
        try source.append("app.log", lines(21...30))
        try source.once("in/app.log")
        #expect(try source.values().filter { $0.hasPrefix("line") } == values(1...30))
    }

    @Test func `files with equal beginnings are different files`() throws {
        let head = String(repeating: "# the same header\n", count: 100)
        try source.write("a.log", head + "a\n")
        try source.write("b.log", head + "b\n")
        try source.once()
        try source.write("c.log", head + "c\n")
        try source.once()
        #expect(try source.values().count == 303)
    }

    @Test func `finished files are deleted or moved, when all of them is acknowledged`() throws {
        try source.write("a.log", lines(1...10))
        try source.once("--then delete 'in/*.log'")
        #expect(!FileManager.default.fileExists(atPath: source.path("a.log")))
        try source.write("b.log", lines(11...20))
        try source.once("--then move:done 'in/*.log'")
        #expect(!FileManager.default.fileExists(atPath: source.path("b.log")))
        #expect(try source.shell.directory.read("done/b.log") == Array(lines(11...20).utf8))
        #expect(try source.values() == values(1...20))
    }
}
