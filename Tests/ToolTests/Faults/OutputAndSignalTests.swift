import Foundation
import Glibc
import TestSupport
import Testing

/// What becomes of standard output and of signals.
@Suite("output that fails, and signals", .onOwnThreads, .timeLimit(.minutes(60)))
struct OutputAndSignalTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    @Test(arguments: ["1", "10000000"])
    func `acceptance 7: a full disk is status 1 for one byte and for ten million`(size: String) throws {
        let ran = try shell.run(
            """
            head -c $2 /dev/zero | tr '\\0' x | fold -w 1000 | fluvio-cat produce -q --create $1 || exit 99
            fluvio-cat consume -e --raw $1 >/dev/full
            """, topic, size)
        #expect(ran.status == 1)
        #expect(ran.errors == "fluvio-cat: write error: No space left on device\n")
    }

    @Test func `closed standard output is an error if it is written to`() throws {
        let ran = try shell.run(
            """
            echo a | fluvio-cat produce -q --create $1
            fluvio-cat consume -e $1 >&-
            """, topic)
        #expect(ran.status == 1)
        #expect(ran.errors == "fluvio-cat: write error: Bad file descriptor\n")
    }

    @Test func `acceptance 6: head ends consume by SIGPIPE in silence, on an idle topic too`() throws {
        let ran = try shell.run(
            """
            echo only | fluvio-cat produce -q --create $1
            fluvio-cat consume --raw $1 | head -1; echo ${PIPESTATUS[0]}
            seq 300000 | fluvio-cat produce $1
            fluvio-cat consume --raw $1 | head -1; echo ${PIPESTATUS[0]}
            """, topic)
        #expect(ran.lines == ["only", "141", "only", "141"])
        #expect(ran.errors == "")
    }

    @Test func `acceptance 6: where SIGPIPE is ignored it is an error with a message`() throws {
        let ran = try shell.run(
            """
            trap '' PIPE
            echo only | fluvio-cat produce -q --create $1
            fluvio-cat consume --raw $1 | head -1; echo ${PIPESTATUS[0]}
            """, topic)
        #expect(ran.lines == ["only", "1"])
        #expect(ran.errors == "fluvio-cat: write error: Broken pipe\n")
    }

    @Test func `acceptance 19: standard output in non-blocking mode is waited for`() throws {
        let ran = try shell.run(
            """
            # More than any pipe holds.
            seq 500000 | fluvio-cat produce -q --create $1
            { python3 -c 'import os; os.set_blocking(1, False)'; fluvio-cat consume -e --raw $1; echo $? >status
            } | { until [ -e go ]; do read -t 0.02 <> <(:); [ -e waiting ] && touch go; touch waiting; done
                  md5sum; }
            seq 500000 | md5sum; cat status
            """, topic)
        #expect(ran.lines.count == 3 && ran.lines[0] == ran.lines[1] && ran.lines[2] == "0", "\(ran.lines)")
        #expect(ran.errors == "")
    }

    /// Starts produce with an open standard input that has brought `lines`, and waits until they are acknowledged.
    private func idle(_ options: String = "") throws -> ChildProcess {
        let child = try shell.start("exec fluvio-cat produce --create --acks \(options) $1", topic, input: nil)
        try child.input?.write(contentsOf: Data("a\nb\nc\n".utf8))
        try child.waitForErrors(containing: #""line":3}"#)
        return child
    }

    private func values() throws -> [String] {
        try shell.run("fluvio-cat consume -e --raw $1", topic).lines
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a signal while standard input is idle ends produce by it, with all lines acknowledged`(signal: CInt) throws {
        let child = try idle()
        defer { child.kill() }
        // Without its end, this is no line yet.
        try child.input?.write(contentsOf: Data("rest".utf8))
        child.send(signal)
        #expect(try child.wait() == .signalled(signal))
        #expect(child.errorText.hasSuffix("fluvio-cat: interrupted: 3 records read, 3 acknowledged, 0 unknown\n"))
        #expect(try values() == ["a", "b", "c"])
    }

    @Test func `--sigint-ok makes that a success`() throws {
        let child = try idle("--sigint-ok")
        defer { child.kill() }
        child.send(SIGINT)
        #expect(try child.wait() == .exited(0))
        #expect(try values() == ["a", "b", "c"])
    }

    @Test func `SIGUSR1 tells how far produce is, and ends nothing`() throws {
        let child = try idle("-q")
        defer { child.kill() }
        child.send(SIGUSR1)
        try child.waitForErrors(containing: "fluvio-cat: 3 records read, 3 acknowledged, 3 bytes, ")
        try child.input?.write(contentsOf: Data("d\n".utf8))
        try child.input?.close()
        #expect(try child.wait() == .exited(0))
        #expect(try values() == ["a", "b", "c", "d"])
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal ends a waiting consume by it, with all it had written`(signal: CInt) throws {
        _ = try shell.run("seq 3 | fluvio-cat produce -q --create $1", topic)
        let child = try shell.start("exec fluvio-cat consume --raw $1", topic)
        defer { child.kill() }
        try child.waitForOutput(containing: "3\n")
        child.send(signal)
        #expect(try child.wait() == .signalled(signal))
        #expect(try child.outputText() == "1\n2\n3\n")
        #expect(child.errorText == "")
    }

    @Test(arguments: [("0", [SIGTERM]), ("1h", [SIGINT, SIGTERM])] as [(String, [CInt])])
    func `consume dies by a signal though nobody reads what it writes`(grace: String, signals: [CInt]) throws {
        _ = try shell.run("seq 500000 | fluvio-cat produce -q --create $1", topic)
        let child = try shell.start("exec fluvio-cat consume --grace $2 --raw $1", topic, grace)
        defer { child.kill() }
        try child.waitForOutput(containing: "1\n")
        for signal in signals { child.send(signal) }
        #expect(try child.wait() == .signalled(try #require(signals.last)))
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal ends consume while nobody reads its output, however long the grace is`(signal: CInt) throws {
        _ = try shell.run("seq 1000000 | fluvio-cat produce -q --create $1", topic)
        let child = try shell.start("exec fluvio-cat consume --raw --grace 1h $1", topic)
        defer { child.kill() }
        try child.waitForOutput(containing: "1\n")
        child.send(signal)
        #expect(try child.wait() == .signalled(signal))
        #expect(child.errorText == "")
    }

    @Test func `-q silences notes, not errors`() throws {
        let ran = try shell.run(
            """
            echo a | fluvio-cat -q produce --create $1; echo x | fluvio-cat produce -q -K , $1; echo $?
            """, topic)
        #expect(ran.lines == ["4"])
        #expect(ran.errors == "fluvio-cat: line 1: no key separator in 1 byte\n")
    }

    @Test func `a line appended to a followed file comes out of a waiting consume`() throws {
        _ = try shell.run("touch log; fluvio-admin -q topic create $1", topic)
        let reader = try shell.start(
            "fluvio-cat consume $1 | jq --unbuffered -r '.value | ascii_upcase'", topic)
        defer { reader.kill() }
        let writer = try shell.start("exec tail -n +1 -F log 2>/dev/null | fluvio-cat produce $1", topic)
        defer { writer.kill() }
        for word in ["one", "two", "three"] {
            _ = try shell.run("echo \(word) >>log")
            try reader.waitForOutput(containing: "\(word.uppercased())\n")
        }
        _ = try shell.run("pkill -TERM -P \(writer.pid); pkill -TERM -P \(reader.pid); true")
        _ = try writer.wait()
        _ = try reader.wait()
        #expect(try reader.outputText() == "ONE\nTWO\nTHREE\n")
    }
}
