import Foundation
import Glibc
import TestSupport
import Testing

/// Consumers that go on where they were: on servers (`-g`) and in files (`--state`).
@Suite("consume: stored positions", .onOwnThreads, .timeLimit(.minutes(60)))
struct StoredPositionTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    @Test(arguments: ["-g $1", "--state s"])
    func `the next run goes on where the last was, and -n ends exactly there`(option: String) throws {
        let ran = try shell.run(
            """
            seq 10 | fluvio-cat produce -q --create $1
            fluvio-cat consume -e --raw \(option) -n 4 $1 | xargs
            fluvio-cat consume -e --raw \(option) -n 0 $1 | xargs
            fluvio-cat consume -e --raw \(option) $1 | xargs
            fluvio-cat consume -e --raw \(option) $1 | wc -l
            seq 11 12 | fluvio-cat produce -q $1; fluvio-cat consume -e --raw \(option) $1 | xargs
            fluvio-cat consume -e --raw \(option) -o 8 $1 | xargs
            fluvio-cat consume -e --raw \(option) $1 | wc -l
            """, topic)
        // The empty line of the third run is not among the lines.
        #expect(ran.lines == ["1 2 3 4", "5 6 7 8 9 10", "0", "11 12", "9 10 11 12", "0"])
        #expect(ran.errors == "")
    }

    @Test(arguments: ["-g $1", "--state s"])
    func `partitions and topics have positions of their own`(option: String) throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 3 $1-a $1-b
            seq 30 | fluvio-cat produce -q $1-a; seq 31 60 | fluvio-cat produce -q $1-b
            fluvio-cat consume -e --raw \(option) -n 25 $1-a $1-b >1
            fluvio-cat consume -e --raw \(option) $1-a $1-b >2
            sort -n 1 2 | cmp - <(seq 60) && wc -l <1
            """, topic)
        #expect(ran.lines == ["25"] && ran.errors == "")
    }

    @Test(arguments: ["-g $1", "--state s"])
    func `a topic that was made anew is not taken for the old one`(option: String) throws {
        let ran = try shell.run(
            """
            seq 3 | fluvio-cat produce -q --create $1
            fluvio-cat consume -e --raw \(option) $1 >/dev/null
            fluvio-admin -q topic delete --yes $1; echo new | fluvio-cat produce -q --create $1
            fluvio-cat consume -e --raw \(option) $1; echo $?
            """, topic)
        // The servers forget positions with the topic; a file cannot know, and must not skip what it has not read.
        #expect(option.hasPrefix("-g") ? ran.lines == ["new", "0"] : ran.lines == ["1"], "\(ran)")
    }

    @Test func `what the reader's pipe did not take is not stored`() throws {
        // More than a pipe and the buffers hold; the reader takes little and goes.
        let ran = try shell.run(
            """
            seq 1000000 | fluvio-cat produce -q --create $1
            fluvio-cat consume --raw -g $1 --commit-every 10ms $1 | head -n 1; echo ${PIPESTATUS[0]}
            fluvio-cat consume -e --raw -g $1 -n 1 $1
            """, topic)
        #expect(ran.lines.prefix(2) == ["1", "141"])
        let next = try #require(ran.lines.last.flatMap { Int($0) })
        // A pipe of 1 MiB and what head read hold 200,000 lines at the most.
        #expect(next > 1 && next < 400_000, "\(next)")
    }

    @Test(arguments: ["-g $1", "--state s"])
    func `a killed consumer repeats at most what was not stored, and loses nothing`(option: String) throws {
        _ = try shell.run("seq 300000 | fluvio-cat produce -q --create $1", topic)
        for _ in 0..<5 {
            let child = try shell.start(
                "exec fluvio-cat consume --raw --commit-every 1ms \(option) $1 >>out", topic)
            defer { child.kill() }
            let size = try shell.run("stat -c %s out 2>/dev/null || echo 0").lines.first.flatMap { Int($0) } ?? 0
            try Wait.until("something is written") {
                (try? shell.directory.read("out").count).map { $0 > size || $0 == 1_988_895 } ?? false
            }
            child.send(SIGKILL)
            _ = try child.wait()
        }
        let ran = try shell.run(
            "fluvio-cat consume -e --raw \(option) $1 >>out; sort -n -u out | cmp - <(seq 300000) && echo all", topic)
        #expect(ran.lines == ["all"], "\(ran.errors)")
    }

    @Test func `--no-commit begins at the position and leaves it`() throws {
        let ran = try shell.run(
            """
            seq 5 | fluvio-cat produce -q --create $1; fluvio-cat consume -e --raw -n 2 -g $1 $1 >/dev/null
            for i in 1 2; do fluvio-cat consume -e --raw --no-commit -g $1 $1 | xargs; done
            """, topic)
        #expect(ran.lines == ["3 4 5", "3 4 5"])
    }

    @Test func `a signal stores what was written before it ends the consumer`() throws {
        _ = try shell.run("seq 3 | fluvio-cat produce -q --create $1", topic)
        let child = try shell.start("exec fluvio-cat consume --raw --commit-every 1h -g $1 $1", topic)
        defer { child.kill() }
        try child.waitForOutput(containing: "3\n")
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
        #expect(try shell.run("fluvio-cat consume -e --raw -g $1 $1 | wc -l", topic).lines == ["0"])
    }

    @Test func `a position is stored also after the server came back and had nothing new to send`() throws {
        let cluster = try TestCluster()
        let shell = try Shell(cluster)
        _ = try shell.run("seq 3 | fluvio-cat produce -q --create t")
        let child = try shell.start("exec fluvio-cat consume --raw --commit-every 1h -g x t")
        defer { child.kill() }
        try child.waitForOutput(containing: "3\n")
        try cluster.kill()
        try child.waitForErrors(containing: "trying again")
        try cluster.restart()
        try child.waitForErrors(containing: "goes on where it was")
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
        let ran = try shell.run("seq 4 5 | fluvio-cat produce t; fluvio-cat consume -e --raw -g x t")
        #expect(ran.lines == ["4", "5"])
    }

    @Test func `two consumers of one id both get everything; the last to store decides, and the other says so`() throws
    {
        _ = try shell.run("printf 'one\\ntwo\\n' | fluvio-cat produce -q --create $1", topic)
        let follower = try shell.start("exec fluvio-cat consume --raw --commit-every 10ms -g $1 $1", topic)
        defer { follower.kill() }
        func left() throws -> [String] {
            try shell.run("fluvio-cat consume -e --raw --no-commit -g $1 $1", topic).lines
        }
        try Wait.until("the first stores its position") { try left().isEmpty }
        // Another reads again from the beginning under the same id, and stores an earlier position.
        let other = try shell.run("fluvio-cat consume -e --raw -o 0 -n 1 -g $1 $1", topic)
        #expect(other.lines == ["one"] && other.errors == "")
        #expect(try left() == ["two"])
        _ = try shell.run("echo three | fluvio-cat produce $1", topic)
        try follower.waitForOutput(containing: "one\ntwo\nthree\n")
        try follower.waitForErrors(
            containing: "fluvio-cat: another process uses consumer '\(topic)': it stored offset 1 for topic \(topic), "
                + "partition 0; each gets all records, and the last to store decides where the next goes on\n")
        try Wait.until("the first stores its position again") { try left().isEmpty }
        follower.send(SIGTERM)
        #expect(try follower.wait() == .signalled(SIGTERM))
        #expect(try follower.outputText() == "one\ntwo\nthree\n")
    }

    @Test func `two processes with one file: the second exits with 5 and does nothing`() throws {
        _ = try shell.run("echo a | fluvio-cat produce -q --create $1", topic)
        let first = try shell.start("exec fluvio-cat consume --raw --state s $1", topic)
        defer { first.kill() }
        try first.waitForOutput(containing: "a\n")
        let second = try shell.run("fluvio-cat consume -e --raw --state s $1", topic)
        #expect(second.status == 5 && second.text == "")
        #expect(second.errors == "fluvio-cat: s is in use by another process\n")
    }

    @Test(arguments: ["", "{", "[]", #"{"version":2}"#, #"{"version":1,"command":"copy","topics":{}}"#])
    func `a file that is no state is an error, never a new beginning`(content: String) throws {
        try shell.directory.write("s", content)
        let ran = try shell.run("echo a | fluvio-cat produce -q --create $1; fluvio-cat consume -e --state s $1", topic)
        #expect(ran.status == 1 && ran.text == "" && ran.errors.contains("fluvio-cat: s is "), "\(ran)")
    }
}
