import Foundation
import Glibc
import TestSupport
import Testing

/// Which partition records go to, where that is asked for.
@Suite("fluvio-source-file: partitions", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourcePartitionTests {
    let source: SourceShell

    init() throws { source = try SourceShell(partitions: 4) }

    /// What each partition holds, in its order.
    private func partitions(_ topic: String? = nil) throws -> [[String]] {
        try (0..<4).map { try source.values(topic, options: "-p \($0)") }
    }

    private func lines(_ numbers: ClosedRange<Int>) -> String { numbers.map { "\($0)\n" }.joined() }

    private func values(_ numbers: ClosedRange<Int>) -> [String] { numbers.map(String.init) }

    @Test(arguments: ["", "-k 'regex:\\d'", "-k name", "-k fid:offset --format jsonl"])
    func `all records go to the partition that is named, with or without a key`(key: String) throws {
        for name in 1...3 { try source.write("\(name).log", lines(1...40)) }
        for partition in [3, 1] {
            try source.once("--partition \(partition) \(key) 'in/*.log'")
            for name in 1...3 { try source.append("\(name).log", lines(1...40)) }
        }
        #expect(try partitions().map(\.count) == [0, 120, 0, 120])
        let ran = try source.shell.run("seq 50 | fluvio-source-file -p 2 \(key) $1 -", source.topic)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try source.values(options: "-p 2") == values(1...50))
    }

    @Test func `what is read from standard input keeps its order where it has no key`() throws {
        let ran = try source.shell.run("seq 1000 | fluvio-source-file --batch-size 1K $1 -", source.topic)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try partitions().filter { !$0.isEmpty } == [values(1...1000)])
    }

    @Test func `a partition that the topic does not have is refused at the start`() throws {
        try source.write("a.log", lines(1...10))
        let reason = "topic \(source.topic) has no partition 4; it has 4 partitions, numbered from 0"
        for rest in ["--once --state-dir state $1 in/a.log", "$1 - <in/a.log"] {
            let ran = try source.shell.run("exec fluvio-source-file -p 4 \(rest)", source.topic)
            #expect(ran.status == 1 && ran.errors.contains(reason), "\(ran.errors)")
            #expect(ran.errors.split(separator: "\n").count == 1, "\(ran.errors)")
        }
        let check = try source.shell.run(
            "exec fluvio-source-file check -p 4 --state-dir state $1 in/a.log", source.topic)
        #expect(check.status == 1 && check.text.contains(reason), "\(check.text)")
        #expect(try partitions().allSatisfy(\.isEmpty))
        let both = try source.once("-p 1 --partitioner sip in/a.log", status: 2)
        #expect(both.errors.contains("--partition and --partitioner exclude each other"))
        let round = try source.once("--partitioner round-robin in/a.log", status: 2)
        #expect(round.errors.contains("takes the lines of a file out of their order"))
    }

    @Test(arguments: ["sip", "sticky"])
    func `keys go where those of fluvio-cat go`(partitioner: String) throws {
        let other = source.topic + "-cat"
        let made = try source.shell.run(
            """
            fluvio-admin -q topic create -p 4 $1
            for n in $(seq 200); do echo "k$n v"; done | tee in/a.log | sed 's/ .*/:&/; s/^\\(k[0-9]*\\):/\\1:\\1/' \
                | fluvio-cat produce -q -K : --partitioner \(partitioner) $1
            for f in x.log y.log z.log w.log; do echo $f | tee in/$f | fluvio-cat produce -q --partitioner \(partitioner) -k $f $1; done
            """, other)
        try #require(made.status == 0, "\(made.errors)")
        try source.once("--partitioner \(partitioner) -k 'regex:^\\w+' in/a.log")
        try source.once("--partitioner \(partitioner) -k name in/[wxyz].log")
        let (mine, theirs) = (try partitions(), try partitions(other))
        #expect(theirs.filter { $0.count > 10 }.count == 4, "\(theirs)")
        #expect(mine.map { $0.sorted() } == theirs.map { $0.sorted() })
    }

    @Test(arguments: ["", "-k 'regex:\\d'", "--partitioner sticky -k name"])
    func `after kill -9 each record is there once, and no other partition is mixed in`(options: String) throws {
        let before = options.contains("partitioner") ? options : "--partition 2 \(options)"
        try source.write("a.log", lines(1...1000))
        let child = try source.follow("\(before) --checkpoint-every 1h in/a.log")
        defer { child.kill() }
        _ = try source.values(count: 1000)
        child.send(SIGKILL)
        _ = try child.wait()
        try source.append("a.log", lines(1001...3000))
        for other in ["--partition 3 \(options.contains("partitioner") ? "" : options)", "-k fid:offset"] {
            let ran = try source.once("\(other) in/a.log", status: 2)
            #expect(ran.errors.contains("made under other rules"), "\(ran.errors)")
            #expect(ran.errors.contains(options.contains("partitioner") ? "partition=by-key" : "partition=2"))
        }
        let second = try source.follow("\(before) --checkpoint-every 1h --batch-size 1K in/a.log")
        defer { second.kill() }
        _ = try source.values(count: 1500)
        second.send(SIGKILL)
        _ = try second.wait()
        try source.once("\(before) in/a.log")
        #expect(try partitions().filter { !$0.isEmpty } == [values(1...3000)])
        // At rest it may go elsewhere.
        try source.append("a.log", lines(3001...3010))
        let place = try partitions()[3].isEmpty ? 3 : 0
        try source.once("--partition \(place) in/a.log")
        #expect(try partitions()[place] == values(3001...3010))
    }

    @Test func `a file of which nothing was under way in a crash goes to the partition that is named`() throws {
        try source.write("a.log", lines(1...10))
        try source.once("--partition 2 in/a.log")
        let child = try source.follow("--partition 2 --checkpoint-every 1h in/a.log")
        defer { child.kill() }
        try source.append("a.log", "11")
        try Wait.until("it was asked") { try source.status()["clean"] as? Bool != true }
        child.send(SIGKILL)
        _ = try child.wait()
        try source.append("a.log", "\n")
        for _ in 1...2 { try source.once("--partition 1 in/a.log") }
        #expect(try partitions() == [[], ["11"], values(1...10), []])
    }
}
