import Documents
import Glibc
import TestSupport
import Testing
import ToolSupport
import Unix

@testable import FluvioClient

@Suite("Diagnostics", .timeLimit(.minutes(10)))
struct DiagnosticsTests {
    @Test(arguments: [
        ("plain, é and 日本", "plain, é and 日本"), ("two\nlines", "two\\nlines"), ("\t\r", "\\t\\r"),
        ("\u{1B}[31mred", "\\x1b[31mred"), ("\u{7F}\u{0}", "\\x7f\\x00"), ("\u{9B}31m", "\\u{9b}31m"),
        ("a\u{202E}b", "a\\u{202e}b"), ("\u{2066}x\u{2028}", "\\u{2066}x\\u{2028}"), ("e\u{301}\r\n", "e\u{301}\\r\\n"),
    ])
    func `nothing in a message commands a terminal or breaks the line`(message: String, printed: String) {
        #expect(Diagnostics.printable(message) == printed)
    }

    @Test(arguments: [
        (["fail", "1"], CInt(1), "tool-probe: a note\ntool-probe: line\\none\n"),
        (["-q", "fail", "3"], 3, "tool-probe: line\\none\n"),
        (["fail", "5", "-v"], 5, "tool-probe: a note\ntool-probe: a detail\ntool-probe: line\\none\n"),
        (["fail", "4", "-qv"], 4, "tool-probe: a note\ntool-probe: a detail\ntool-probe: line\\none\n"),
    ])
    func `errors are always said, notes not with -q, details with -v`(
        arguments: [String], status: CInt, errors: String
    ) throws {
        let child = try ChildProcess("tool-probe", arguments)
        defer { child.kill() }
        #expect(try child.wait() == .exited(status))
        #expect(child.errorText == errors)
        #expect(try child.outputText() == "")
    }

    @Test func `a wrong command line is one line and where to look, and exits 2`() throws {
        let child = try ChildProcess("tool-probe", ["produce", "--form"])
        defer { child.kill() }
        #expect(try child.wait() == .exited(2))
        #expect(
            child.errorText == """
                tool-probe: unknown option '--form'; did you mean '--from'?
                Try 'tool-probe produce --help'.

                """)
    }

    @Test func `an argument that is not UTF-8 keeps its bytes, and messages show them`() throws {
        let child = try ChildProcess(
            "/bin/sh", ["-c", "exec '\(ChildProcess.products)/tool-probe' produce --form \"$(printf 'a\\377b')\""])
        defer { child.kill() }
        #expect(try child.wait() == .exited(2))
        let other = try ChildProcess(
            "/bin/sh", ["-c", "exec '\(ChildProcess.products)/tool-probe' produce \"--$(printf 'a\\377b')\" t"])
        defer { other.kill() }
        #expect(try other.wait() == .exited(2))
        #expect(other.errorText.hasPrefix("tool-probe: unknown option '--a\\xffb'"), "\(other.errorText)")
    }

    @Test func `bytes that are not UTF-8 go into a text and come out of it`() {
        let samples: [[UInt8]] = [
            [], Array("plain".utf8), [0xff], [0x61, 0x80, 0x62], Array("é€😀".utf8) + [0xe2, 0x82],
            [0xf4, 0x8f, 0xbe, 0x80], [0xf4, 0x8f, 0xbf, 0xbf, 0xff], Array(0x80...0xff),
            [0xc0, 0xaf, 0xed, 0xa0, 0x80],
        ]
        for bytes in samples { #expect(Unix.bytes(of: Unix.text(of: bytes)) == bytes, "\(bytes)") }
        #expect(Unix.text(of: Array("é".utf8)) == "é")
    }

    @Test func `a tool tells the fluvio command what it is`() throws {
        let child = try ChildProcess("tool-probe", ["metadata"])
        defer { child.kill() }
        #expect(try child.wait() == .exited(0))
        #expect(
            try child.outputText() == """
                {"title":"tool-probe","package":"fluvio/tool-probe",\
                "description":"Behaves as a test wants it to.","version":"\(Toolkit.version)"}

                """)
    }

    @Test func `values of the environment reach a command`() throws {
        let child = try ChildProcess("tool-probe", ["produce", "t", "f"], environment: ["FLUVIO_PROFILE": "prod"])
        defer { child.kill() }
        #expect(try child.wait() == .exited(0))
        #expect(try child.outputText() == "t [\"f\"] prod\n")
    }

    @Test(
        arguments: [
            ("form", "from"), ("--form", "--from"), ("porduce", "produce"), ("prodce", "produce"),
            ("consumer", "consume"),
            ("compresion", "compression"), ("FROM", "from"), ("x", nil), ("xyz", nil), ("produceeeee", nil), ("", nil),
            ("--f", nil),
        ] as [(String, String?)])
    func `a slip of the fingers is understood, and no more`(word: String, meant: String?) {
        let words = word.hasPrefix("--") ? ["--from", "--help"] : ["produce", "consume", "from", "compression"]
        #expect(Suggestion.nearest(to: word, among: words) == meant)
    }

    @Test func `every kind of error has its exit status`() {
        func status(_ error: any Error) -> ExitCode { ToolError(reporting: error).code }
        #expect(status(ToolError("x", .refused)) == .refused)
        #expect(status(UsageError("x")) == .usage)
        #expect(status(FluvioError(.unreachable, "x")) == .unreachable)
        #expect(status(FluvioError(.busy, "x")) == .busy)
        #expect(status(FluvioError(.profileNotFound, "x")) == .usage)
        #expect(status(FluvioError(.topicNotFound, "x")) == .incomplete)
        #expect(status(SystemError(code: ENOENT, call: "open", subject: "f")) == .incomplete)
        #expect(
            ToolError(reporting: SystemError(code: ENOENT, call: "open", subject: "f")).description
                == "f: No such file or directory")
        #expect(ToolError(reporting: OutputError.readerGone).description == "write error: Broken pipe")
    }

    @Test func `a stop by a signal is only a success if that was asked for and nothing is missing`() {
        var options = StopOptions()
        #expect(options.outcome(of: SIGTERM, isComplete: true) == .signal(SIGTERM))
        options.signalIsSuccess = true
        #expect(options.outcome(of: SIGTERM, isComplete: true) == .exit(.success))
        #expect(options.outcome(of: SIGINT, isComplete: false) == .signal(SIGINT))
        #expect(options.outcome(of: SIGHUP, isComplete: true) == .signal(SIGHUP))
    }
}
