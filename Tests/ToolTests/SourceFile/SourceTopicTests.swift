import Foundation
import TestSupport
import Testing

/// Topics that are made anew while there is a checkpoint of them, or take nothing.
@Suite("fluvio-source-file: topics that change", .onOwnThreads, .timeLimit(.minutes(20)))
struct SourceTopicTests {
    let source: SourceShell

    init() throws { source = try SourceShell(partitions: 3) }

    private func makeAnew(partitions: Int) throws {
        let ran = try source.shell.run(
            "fluvio-admin -q topic delete --yes $1; until fluvio-admin -q topic create -p $2 $1 2>error; do sleep 0.1; done",
            source.topic, "\(partitions)")
        try #require(ran.status == 0, "\(ran.errors)")
    }

    @Test(arguments: ["", "--key regex:.*"])
    func `with fewer partitions: what is new goes there, and it is told`(key: String) throws {
        // So many that each partition gets some of them.
        let numbers = 1...40
        for number in numbers { try source.write("\(number).log", "\(number)\n") }
        try source.once("\(key) 'in/*.log'")
        try makeAnew(partitions: 1)
        for number in numbers { try source.append("\(number).log", "\(number) new\n") }
        let ran = try source.once("\(key) 'in/*.log'")
        #expect(ran.errors.contains("was made anew, as it had at least 3 partitions and has 1"), "\(ran.errors)")
        #expect(Set(try source.values()) == Set(numbers.map { "\($0) new" }))
        try source.once("\(key) 'in/*.log'")
        #expect(try source.values().count == numbers.count)
    }

    @Test func `what was under way is refused until it is said what to do, however often it is tried`() throws {
        let source = try SourceShell()
        try source.write("a.log", "acknowledged\nand known to be\n")
        try source.once()
        try source.append("a.log", (1...1000).map { "\($0)\n" }.joined())
        let child = try source.follow("--checkpoint-every 1h 'in/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 1002)
        child.kill()
        _ = try child.wait()
        let ran = try source.shell.run(
            "fluvio-admin -q topic delete --yes $1; until fluvio-admin -q topic create $1 2>error; do sleep 0.1; done; echo other | fluvio-cat produce -q $1",
            source.topic)
        try #require(ran.status == 0, "\(ran.errors)")
        try source.append("a.log", "1001\n")
        for _ in 1...2 {
            let ran = try source.once(status: 1)
            #expect(ran.errors.contains("'--on-unknown resend' sends again what was under way"), "\(ran.errors)")
            #expect(try source.values() == ["other"])
        }
        let resent = try source.once("--on-unknown resend 'in/*.log'")
        #expect(resent.errors.contains("what was under way is sent again, and some may be there twice"))
        let all = ["other"] + (1...1001).map(String.init)
        #expect(try source.values() == all)
        try source.once()
        #expect(try source.values() == all)
    }

    @Test func `what was under way is counted by the rules that made it, and by no others`() throws {
        let source = try SourceShell()
        try source.write("a.log", (1...2000).map { "\($0)\n" }.joined())
        let child = try source.follow("--checkpoint-every 1h 'in/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 2000)
        child.kill()
        _ = try child.wait()
        try source.append("a.log", (2001...3000).map { "\($0)\n" }.joined())
        for _ in 1...2 {
            let ran = try source.once("--start-regex '^1' 'in/*.log'", status: 2)
            #expect(ran.errors.contains("made under other rules (delimiter=\\n"), "\(ran.errors)")
            #expect(ran.errors.contains("run it once more with the options of before"))
        }
        try source.once()
        #expect(try source.values() == (1...3000).map(String.init))
        try source.append("a.log", "1\n2\n")
        try source.once("--start-regex '^1' 'in/*.log'")
        #expect(try source.values(options: "-d '|'").joined(separator: "_").hasSuffix("3000|1_2|"))
    }

    @Test func `records that a topic does not take are not said to be sent`() throws {
        let source = try SourceShell()
        let topic = source.topic + "-small"
        try source.write("a.log", (1...2000).map { "\($0)\n" }.joined())
        let ran = try source.shell.run(
            "fluvio-admin -q topic create --segment-size 2K $1; exec fluvio-source-file --once --state-dir state $1 in/a.log",
            topic)
        #expect(ran.status == 1)
        #expect(ran.errors.contains("records sent, some without an acknowledgement"), "\(ran.errors)")
        #expect(ran.errors.contains("smaller batches may fit (--batch-size)"))
        let small = try source.shell.run(
            "exec fluvio-source-file --once --batch-size 1K --state-dir state $1 in/a.log", topic)
        #expect(small.status == 0, "\(small.errors)")
        #expect(try source.values(topic).count == 2000)
    }
}
