import Glibc
import TestSupport
import Testing

@testable import ToolSupport

@Suite("Signals", .timeLimit(.minutes(10)))
struct SignalTests {
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `the first signal asks a waiting task to stop, and the tool dies by it`(signal: CInt) throws {
        let child = try ChildProcess("tool-probe", ["wait"])
        defer { child.kill() }
        try child.waitForErrors(containing: "ready")
        child.send(signal)
        #expect(try child.wait() == .signalled(signal))
        #expect(child.errorText == "tool-probe: ready\ntool-probe: stopped by \(signal)\n")
    }

    @Test func `a signal ends the wait for standard input`() throws {
        let child = try ChildProcess("tool-probe", ["read"], input: nil)
        defer { child.kill() }
        try child.waitForErrors(containing: "ready")
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
        #expect(child.errorText.hasSuffix("stopped by \(SIGTERM)\n"))
    }

    @Test(arguments: [("HUP", SIGHUP), ("INT", SIGINT), ("TERM", SIGTERM)])
    func `a signal ignored at the start stays ignored`(name: String, signal: CInt) throws {
        let child = try ChildProcess("tool-probe", ["wait"], ignored: [name])
        defer { child.kill() }
        try child.waitForErrors(containing: "ready")
        child.send(signal)
        let other = signal == SIGINT ? SIGTERM : SIGINT
        // The report shows that the first one has been passed over before the other is sent.
        child.send(SIGUSR1)
        try child.waitForErrors(containing: "reported")
        child.send(other)
        #expect(try child.wait() == .signalled(other))
    }

    @Test func `SIGUSR1 asks for a report as often as it comes, and ends nothing`() throws {
        let child = try ChildProcess("tool-probe", ["wait"])
        defer { child.kill() }
        try child.waitForErrors(containing: "ready")
        child.send(SIGUSR1)
        try child.waitForErrors(containing: "reported\n")
        child.send(SIGUSR1)
        try child.waitForErrors(containing: "reported\ntool-probe: reported\n")
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
    }

    @Test func `a second signal kills a tool that is stuck in a write`() throws {
        let child = try ChildProcess("tool-probe", ["stuck", "--grace", "1h"])
        defer { child.kill() }
        try child.waitForErrors(containing: "stuck in")
        child.send(SIGINT)
        try child.waitForErrors(containing: "asked")
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
    }

    @Test func `the end of the grace kills a tool that is stuck in a write`() throws {
        let child = try ChildProcess("tool-probe", ["stuck", "--grace", "0"])
        defer { child.kill() }
        try child.waitForErrors(containing: "stuck in")
        child.send(SIGHUP)
        #expect(try child.wait() == .signalled(SIGHUP))
    }

    @Test func `a reader that goes kills by SIGPIPE in silence`() throws {
        let child = try ChildProcess("tool-probe", ["-q", "stuck"])
        defer { child.kill() }
        try child.waitForOutput(containing: "xxx")
        try child.closeOutput()
        #expect(try child.wait() == .signalled(SIGPIPE))
        #expect(child.errorText == "")
    }

    @Test func `a reader that goes is an error where SIGPIPE was ignored`() throws {
        let child = try ChildProcess("tool-probe", ["-q", "stuck"], ignored: ["PIPE"])
        defer { child.kill() }
        try child.waitForOutput(containing: "xxx")
        try child.closeOutput()
        #expect(try child.wait() == .exited(1))
        #expect(child.errorText == "tool-probe: write error: Broken pipe\n")
    }

    @Test(arguments: [["-q", "stuck"], ["--help"], ["metadata"], ["--version"], ["--generate", "man"]])
    func `a full disk is an error`(arguments: [String]) throws {
        let child = try ChildProcess("tool-probe", arguments, output: "/dev/full")
        defer { child.kill() }
        #expect(try child.wait() == .exited(1))
        #expect(child.errorText == "tool-probe: write error: No space left on device\n")
    }

    @Test func `the sequence of signals is decided in values`() {
        var sequence = StopSequence()
        #expect(sequence.event(.signal(SIGUSR1)) == .report)
        #expect(sequence.event(.deadline) == .wait)
        #expect(sequence.event(.signal(SIGINT)) == .stop(SIGINT))
        #expect(sequence.event(.signal(SIGUSR1)) == .report)
        #expect(sequence.event(.deadline) == .end(.signal(SIGINT)))
        #expect(sequence.event(.signal(SIGTERM)) == .end(.signal(SIGTERM)))
        #expect(sequence.event(.finished(.brokenPipe)) == .end(.brokenPipe))
    }
}
