import Foundation
import Glibc
import TestSupport
import Testing

/// Many files, large ones beside small ones, and logrotate(8) itself.
@Suite("fluvio-source-file: many files", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceCrowdTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    private func values(of word: String, _ values: [String]) -> [Int] {
        values.filter { $0.hasPrefix("\(word) ") }.compactMap { Int($0.dropFirst(word.count + 1)) }
    }

    @Test func `five writers whose files are renamed when they are large, by many names at a time`() throws {
        for name in ["a", "b", "c", "d", "e"] { try source.append("\(name).log", "\(name) 0\n") }
        let child = try source.follow("--checkpoint-every 0.1 'in/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 5)
        let count = 20_000
        // Each writes on in the old file after the name has gone, as a program does that reopens when it is told.
        let script = """
            for name in a b c d e; do
                {
                    exec 3>>in/$name.log
                    for first in $(seq 1 2000 \(count)); do
                        seq -f "$name %.0f" $first $((first + 999)) >&3
                        for n in 8 7 6 5 4 3 2 1; do [ -e in/$name.log.$n ] && mv in/$name.log.$n in/$name.log.$((n + 1)); done
                        mv in/$name.log in/$name.log.1
                        seq -f "$name %.0f" $((first + 1000)) $((first + 1999)) >&3
                        exec 3>>in/$name.log
                    done
                } &
            done
            wait
            """
        #expect(try source.shell.run(script).status == 0)
        let all = try source.values(count: 5 * (count + 1))
        for name in ["a", "b", "c", "d", "e"] { #expect(values(of: name, all).sorted() == Array(0...count), "\(name)") }
        try source.stop(child)
        try source.once("'in/*.log'")
        #expect(try source.values().count == 5 * (count + 1))
    }

    @Test(arguments: ["nocompress", "compress", "compress\ndelaycompress", "copytruncate", "dateext\ndateformat -%s"])
    func `rotated by logrotate, running and down`(options: String) throws {
        try source.shell.directory.write(
            "rotate.conf", "\(source.path("app.log")) {\nrotate 9\nsu root root\ncreate\n\(options)\n}\n")
        var last: time_t = 0
        func rotate() throws {
            // Its names have seconds in them.
            try Wait.until("the next second") { time(nil) > last }
            let ran = try source.shell.run("exec /usr/sbin/logrotate -f -s rotate.state rotate.conf")
            last = time(nil)
            try #require(ran.status == 0, "\(ran.errors)")
        }
        func write(_ numbers: ClosedRange<Int>) throws {
            try source.append("app.log", numbers.map { "line number \($0)\n" }.joined())
        }
        try write(1...100)
        let child = try source.follow("in/app.log")
        defer { child.kill() }
        _ = try source.values(count: 100)
        try rotate()
        try write(101...200)
        _ = try source.values(count: 200)
        try source.stop(child)
        // What nobody has read yet is rotated, compressed and copied.
        try write(201...300)
        try rotate()
        try write(301...400)
        try source.once("in/app.log")
        try write(401...500)
        try source.once("in/app.log")
        #expect(try source.values() == (1...500).map { "line number \($0)" })
    }

    @Test func `a large file that is renamed while it is read for the first time`() throws {
        let count = 300_000
        _ = try source.shell.run("seq -f 'old %.0f' \(count) >in/app.log")
        let child = try source.follow("--memory 1M in/app.log")
        defer { child.kill() }
        try Wait.until("something is sent") { try !source.values(options: "-n 1").isEmpty }
        try source.rename("app.log", "app.log.1")
        try source.append("app.log", "new 1\n")
        let all = try source.values(count: count + 1)
        #expect(values(of: "old", all) == Array(1...count) && all.last == "new 1")
        try source.stop(child)
    }

    @Test func `a small file does not wait for a large one`() throws {
        _ = try source.shell.run("seq -f 'large %.0f' 1000000 >in/a.log; seq -f 'small %.0f' 10 >in/b.log")
        let child = try source.follow("--memory 1M 'in/*.log'")
        defer { child.kill() }
        // Among the first half of all.
        try Wait.until("the small one is there") {
            let ran = try source.shell.run(
                "fluvio-cat consume -q -e --raw -n 500000 $1 | grep ^small | cmp - in/b.log", source.topic)
            return ran.status == 0
        }
        try source.stop(child)
    }

    @Test func `what there are descriptors for is followed, and the others are told`() throws {
        let count = 200
        let made = try source.shell.run("for n in $(seq \(count)); do echo $n >in/$n.log; done")
        #expect(made.status == 0)
        let child = try source.shell.start(
            "ulimit -n 200; exec fluvio-source-file --state-dir state $1 'in/*.log'", source.topic)
        defer { child.kill() }
        try child.waitForErrors(containing: "too many files for the descriptors that there are")
        _ = try source.values(count: 20)
        _ = try source.shell.run("for n in $(seq \(count)); do echo more $n >>in/$n.log; done")
        try Wait.until("what was appended") { try source.values().filter { $0.hasPrefix("more") }.count >= 20 }
        child.send(SIGTERM)
        _ = try child.wait()
        #expect(!child.errorText.contains("cannot write the checkpoint"), "\(child.errorText)")
        try source.once()
        let values = try source.values()
        #expect(Set(values) == Set((1...count).flatMap { ["\($0)", "more \($0)"] }) && values.count == 2 * count)
    }

    @Test func `files of no bytes and of one, and such that grow by one`() throws {
        _ = try source.shell.run(
            ": >in/none.log; printf 'e\\n' >in/e.log; printf x >in/one.log; printf 'x\\n' >in/two.log")
        let child = try source.follow()
        defer { child.kill() }
        #expect(try source.values(count: 2).sorted() == ["e", "x"])
        for byte in "abc\nd" { try source.append("none.log", String(byte)) }
        _ = try source.values(count: 3)
        try source.stop(child)
        try source.once()
        #expect(try source.values().sorted() == ["abc", "d", "e", "x", "x"])
        try source.append("one.log", "y\n")
        try source.once()
        #expect(try source.values().sorted() == ["abc", "d", "e", "x", "x", "y"])
    }
}
