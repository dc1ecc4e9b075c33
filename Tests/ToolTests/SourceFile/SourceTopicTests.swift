import Foundation
import TestSupport
import Testing

/// Topics that are made anew while there is a checkpoint of them, or take nothing.
@Suite("fluvio-source-file: topics that change", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceTopicTests {
    let source: SourceShell

    init() throws { source = try SourceShell(partitions: 3) }

    private func makeAnew(_ topic: String? = nil, partitions: Int) throws {
        let ran = try source.shell.run(
            "fluvio-admin -q topic delete --yes $1; until fluvio-admin -q topic create -p $2 $1 2>error; do sleep 0.1; done",
            topic ?? source.topic, "\(partitions)")
        try #require(ran.status == 0, "\(ran.errors)")
    }

    @Test(arguments: ["", "--key regex:.*"], [0, 100])
    func `with as many partitions, and perhaps more records of others: it is told, and what is new goes there`(
        key: String, others: Int
    ) throws {
        let numbers = 1...20
        for number in numbers { try source.write("\(number).log", "\(number)\n") }
        try source.once("\(key) 'in/*.log'")
        let check = "fluvio-source-file check --state-dir state \(key) $1 'in/*.log'"
        #expect(try source.shell.run(check, source.topic).text.contains("topic \(source.topic), 3 partitions: ok\n"))
        try makeAnew(partitions: 3)
        _ = try source.shell.run("seq -f 'other %g' $2 | fluvio-cat produce -q $1", source.topic, "\(others)")
        for number in numbers { try source.append("\(number).log", "\(number) new\n") }
        let checked = try source.shell.run(check, source.topic)
        let told = "topic \(source.topic), 3 partitions: topic \(source.topic) was made anew"
        #expect(checked.status == 1 && checked.text.contains(told), "\(checked.text)")
        let ran = try source.once("-q \(key) 'in/*.log'")
        #expect(ran.errors.contains("topic \(source.topic) was made anew"), "\(ran.errors)")
        #expect(ran.errors.contains("what was sent before is not in it, and --from beginning sends all of it again"))
        #expect(ran.errors.split(separator: "\n").count == 1, "\(ran.errors)")
        func ours() throws -> [String] { try source.values().filter { !$0.hasPrefix("other") } }
        #expect(Set(try ours()) == Set(numbers.map { "\($0) new" }))
        // It is known from then on.
        let again = try source.once("\(key) 'in/*.log'")
        #expect(again.errors.isEmpty, "\(again.errors)")
        try source.once("--from beginning \(key) 'in/*.log'")
        #expect(Set(try ours()) == Set(numbers.flatMap { ["\($0)", "\($0) new"] }))
        #expect(try ours().count == 3 * numbers.count)
    }

    @Test func `while it is running: it is told with the first record, and to the next process no more`() throws {
        try source.write("a.log", "1\n2\n")
        try source.write("b.log", "3\n4\n")
        let child = try source.follow()
        defer { child.kill() }
        _ = try source.values(count: 4)
        try makeAnew(partitions: 3)
        try source.append("a.log", "5\n")
        #expect(try source.values(count: 1) == ["5"])
        try child.waitForErrors(containing: "and stores at offset 0: what was sent before is not in it")
        try source.append("b.log", "6\n")
        #expect(try source.values(count: 2).sorted() == ["5", "6"])
        try source.stop(child)
        #expect(child.errorText.components(separatedBy: "was made anew").count == 2, "\(child.errorText)")
        let ran = try source.once()
        #expect(ran.errors.isEmpty, "\(ran.errors)")
        #expect(try source.values().sorted() == ["5", "6"])
    }

    @Test func `a topic for what is refused is told as well`() throws {
        let dead = source.topic + "-dead"
        _ = try source.shell.run("fluvio-admin -q topic create $1", dead)
        let options = "--format jsonl --on-bad-line dead-letter --dead-letter \(dead) 'in/*.log'"
        try source.write("a.log", "[1]\nbad\n")
        try source.once(options, status: 4)
        try makeAnew(dead, partitions: 1)
        let checked = try source.shell.run("fluvio-source-file check --state-dir state $1 \(options)", source.topic)
        #expect(checked.status == 1 && checked.text.contains("\(dead) was made anew"), "\(checked.text)")
        try source.append("a.log", "[2]\nworse\n")
        let ran = try source.once(options, status: 4)
        #expect(
            ran.errors.contains("topic \(dead) was made anew, or has lost records, as partition 0 ends at offset 0"))
        #expect(try source.values(dead) == ["worse"])
        #expect(try source.values().sorted() == ["[1]", "[2]"])
    }

    @Test(arguments: ["retention", "--isolation read_uncommitted"])
    func `what a topic does not keep shows nothing, nor what could be taken back`(why: String) throws {
        let topic = source.topic + "-short"
        let create =
            "until fluvio-admin -q topic create --segment-size 1K --max-partition-size 2K $1 2>error; do sleep 0.1; done"
        _ = try source.shell.run(create, topic)
        let options = why == "retention" ? "" : why
        let run = "exec fluvio-source-file --once --batch-size 500 --state-dir state \(options) $1 in/a.log"
        try source.write("a.log", "1\n")
        #expect(try source.shell.run(run, topic).status == 0)
        if why == "retention" {
            let filled = try source.shell.run(
                "seq 1000 | fluvio-cat produce -q --batch-size 500 $1; until fluvio-cat consume -q -e -n 1 --strict -o 0 $1 2>&1 | grep -q 'not kept'; do sleep 0.1; done",
                topic)
            try #require(filled.status == 0, "\(filled.errors)")
        } else {
            _ = try source.shell.run("fluvio-admin -q topic delete --yes $1; \(create)", topic)
        }
        try source.append("a.log", "2\n")
        let ran = try source.shell.run(run, topic)
        #expect(ran.status == 0 && ran.errors.isEmpty, "\(ran.errors)")
        #expect(try source.values(topic).last == "2")
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
            #expect(ran.errors.contains("was made anew, or has lost records, as partition 0 ends at offset 1 and held"))
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
