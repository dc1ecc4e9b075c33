import Foundation
import Glibc
import TestSupport
import Testing

/// Several topics, partitions, rates, reports, SmartModules.
@Suite("produce: where to, how fast, and what is told", .onOwnThreads, .timeLimit(.minutes(60)))
struct SendingTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    @Test func `-t repeated sends everything to each topic, and operands are files then`() throws {
        let ran = try shell.run(
            """
            seq 5000 >f
            fluvio-cat produce -v --create -t $1 -t $1-b f
            for t in $1 $1-b; do fluvio-cat consume -e --raw $t | cmp - f && echo same; done
            """, topic)
        #expect(ran.lines == ["same", "same"])
        #expect(ran.errors.contains("5000 records read; \(topic): 5000 acknowledged; \(topic)-b: 5000 acknowledged\n"))
    }

    @Test func `partitioners: by key and round, all round, one for what has no key`() throws {
        let counts = "fluvio-cat consume -e $t | jq -s -c 'group_by(.partition) | map(length)'"
        let ran = try shell.run(
            """
            for p in sip round-robin sticky; do
                t=$1-$p; fluvio-admin -q topic create -p 4 $t
                seq 100 | fluvio-cat produce --partitioner $p $t; \(counts)
                seq 100 | fluvio-cat produce --partitioner $p -k same $t; \(counts)
            done
            """, topic)
        #expect(ran.lines.count == 6 && ran.lines[0] == "[25,25,25,25]" && ran.lines[2] == "[25,25,25,25]")
        #expect(ran.lines[3] == "[50,50,50,50]")
        func total(_ line: String) -> [Int] { (try? JSONDecoder().decode([Int].self, from: Data(line.utf8))) ?? [] }
        #expect(total(ran.lines[1]).sorted() == [25, 25, 25, 125])
        #expect(ran.lines[4] == "[100]")
        #expect(total(ran.lines[5]).reduce(0, +) == 200 && total(ran.lines[5]).allSatisfy { $0 % 100 == 0 })
    }

    @Test func `a rate is kept: no second has more than its share`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create $1
            seq 300 | fluvio-cat produce --rate 200/s $1
            fluvio-cat consume -e $1 | jq -s 'map(.value | tonumber) == [range(1; 301)]'
            """, topic)
        #expect(ran.lines == ["true"], "\(ran.errors)")
        let begin = ContinuousClock.now
        _ = try shell.run("seq 40 | fluvio-cat produce --rate 100/s $1", topic)
        // A lower bound is no matter of how fast the machine is: forty need four tenths, less the tenth at once.
        #expect(ContinuousClock.now - begin > .milliseconds(250))
        let recorded = ContinuousClock.now
        _ = try shell.run(
            #"printf '{"timestamp":1000,"value":"a"}\n{"timestamp":1400,"value":"b"}\n' | fluvio-cat produce -J --rate recorded $1"#,
            topic)
        #expect(ContinuousClock.now - recorded > .milliseconds(400))
    }

    @Test func `a signal ends the wait for a turn`() throws {
        _ = try shell.run("fluvio-admin -q topic create $1", topic)
        let child = try shell.start("exec fluvio-cat produce --acks --grace 60s --rate 1/s $1 < <(seq 100000)", topic)
        defer { child.kill() }
        try child.waitForErrors(containing: "\"line\":1}")
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
        #expect(child.errorText.contains(", 0 unknown\n"), "\(child.errorText)")
    }

    @Test func `--acks-fd writes to a descriptor, and with several files names them`() throws {
        let ran = try shell.run(
            """
            seq 3 >a; seq 5 >b
            fluvio-cat produce -q --create --acks-fd 3 $1 a b 3>acks; jq -c '[.file, .line]' acks | tail -n 1
            jq -s 'map(.n) | add' acks
            fluvio-cat produce --acks-fd 9 $1 a; echo $?
            """, topic)
        #expect(ran.lines == [#"["b",5]"#, "8", "2"], "\(ran.errors)")
        #expect(ran.errors == "fluvio-cat: --acks-fd: descriptor 9 is not open\n")
    }

    @Test func `--progress tells how far it is, though standard error is no terminal`() throws {
        _ = try shell.run("fluvio-admin -q topic create $1", topic)
        let child = try shell.start("exec fluvio-cat produce --progress=10ms $1", topic, input: nil)
        defer { child.kill() }
        try child.input?.write(contentsOf: Data("a\nbc\n".utf8))
        try child.waitForErrors(containing: "fluvio-cat: 2 records read, 2 acknowledged, 3 bytes, ")
        try child.input?.close()
        #expect(try child.wait() == .exited(0))
    }

    @Test func `nobody reading the acknowledgements holds up a signal for the grace, and no longer`() throws {
        _ = try shell.run("fluvio-admin -q topic create $1; mkfifo f", topic)
        // The reader opens the FIFO and never reads.
        let child = try shell.start(
            "exec 3<>f; exec fluvio-cat produce --grace 100ms --linger 0 --batch-size 256 --acks-fd 3 $1 < <(exec seq 100000000)",
            topic)
        defer { child.kill() }
        try Wait.until("records are stored") {
            try shell.run("fluvio-cat consume -e -n 1 --raw $1", topic).text == "1\n"
        }
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
    }

    @Test(arguments: ["--smartmodule flt", "--smartmodule flt --params key=a", "--smartmodule-path f.wasm"])
    func `the local cluster refuses SmartModules, and nothing is stored`(option: String) throws {
        let ran = try shell.run(
            """
            printf '\\0asm\\1\\0\\0\\0' >f.wasm
            fluvio-admin -q topic create $1
            seq 3 | fluvio-cat produce \(option) $1; echo $?; fluvio-cat consume -e $1 | wc -l
            """, topic)
        #expect(ran.lines == ["1", "0"], "\(ran.errors)")
        #expect(ran.errors.lowercased().contains("smartmodule"), "\(ran.errors)")
    }

    @Test func `acceptance 8: SIGTERM with an idle standard input, all lines acknowledged`() throws {
        _ = try shell.run("fluvio-admin -q topic create $1", topic)
        let child = try shell.start("exec fluvio-cat produce --grace 60s --acks $1", topic, input: nil)
        defer { child.kill() }
        try child.input?.write(contentsOf: Data("1\n2\n3\n".utf8))
        try child.waitForErrors(containing: "\"line\":3}")
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
        #expect(child.errorText.hasSuffix("fluvio-cat: interrupted: 3 records read, 3 acknowledged, 0 unknown\n"))
    }

    @Test func `acceptance 16: one line into an open pipe arrives, with nothing behind it`() throws {
        _ = try shell.run("fluvio-admin -q topic create $1", topic)
        let writer = try shell.start("exec fluvio-cat produce $1", topic, input: nil)
        defer { writer.kill() }
        let reader = try shell.start("exec fluvio-cat consume --raw $1", topic)
        defer { reader.kill() }
        for line in ["one\n", "two\n", "three\n"] {
            try writer.input?.write(contentsOf: Data(line.utf8))
            try reader.waitForOutput(containing: line)
        }
        try writer.input?.close()
        #expect(try writer.wait() == .exited(0))
    }
}
