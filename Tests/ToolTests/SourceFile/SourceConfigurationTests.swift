import Foundation
import TestSupport
import Testing

/// `--config`, as people and editors write it.
@Suite("fluvio-source-file: options from a file", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceConfigurationTests {
    let source: SourceShell

    init() throws {
        source = try SourceShell()
        try source.write("a.log", "one,two # three\n")
        try source.write("b.log", "b\n")
    }

    private func run(_ text: String, _ arguments: String = "") throws -> Shell.Ran {
        try source.shell.directory.write("c.conf", text.replacing("TOPIC", with: source.topic))
        return try source.shell.run("exec fluvio-source-file --config c.conf --state-dir state \(arguments)")
    }

    @Test(
        arguments: [
            "topic = TOPIC\r\npath = in/a.log\r\nonce\r\ndelimiter = ,\r\n",
            "\u{feff}topic = TOPIC\npath = in/a.log\nonce\ndelimiter = ,\n",
            "topic = 'TOPIC'\npath = 'in/a.log' # one\nonce # yes\ndelimiter = \",\"\n",
            "topic=TOPIC # there\npath=in/a.log\t# one\nonce\ndelimiter=,\n#end",
            "  topic =  \"TOPIC\"  \n\n\tpath = \"in/a.log\"\nonce\ndelimiter = ','#\n",
        ])
    func `lines end in one character or two, values are quoted or not, and comments are none of them`(text: String)
        throws
    {
        let ran = try run(text)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try source.values().joined(separator: "|").hasPrefix("one|two # three"))
    }

    @Test(
        arguments: [
            ("once\nmax-line = lots\n", "line 2: --max-line: 'lots' is not a size"),
            ("foo = bar\n", "line 1: unknown option '--foo'"),
            ("# one\n\nonce = yes\n", "line 3: option '--once' takes no value"),
            ("metrics\ntopic = a\n", "line 1: option '--metrics' wants a value"),
            ("[section]\n", "line 1: NAME = VALUE is wanted"), ("topic: a\n", "line 1: NAME = VALUE is wanted"),
            ("max_line = 1\n", "line 1: unknown option '--max_line'; did you mean '--max-line'?"),
            ("help\n", "line 1: '--help' is for the command line alone"),
            ("path\n", "line 1: path needs a value"), ("config = a\n", "line 1: a file cannot name another one"),
        ])
    func `what is wrong is told with its line`(text: String, error: String) throws {
        let ran = try run(text)
        #expect(ran.status == 2)
        #expect(ran.errors.hasPrefix("fluvio-source-file: c.conf, \(error)"), "\(ran.errors)")
    }

    @Test func `operands of the command line stand in the place of the file's`() throws {
        let text = "topic = nobody\npath = in/a.log\nonce\n"
        #expect(try run(text, source.topic).status == 0)
        #expect(try source.values() == ["one,two # three"])
        #expect(try run(text, "run \(source.topic) in/b.log").status == 0)
        #expect(try source.values().last == "b")
        #expect(try run("path = in/*.log\nonce\n", "check \(source.topic)").text.contains("files, 2 of them"))
    }

    @Test func `a command is what stands in its place, and no value that reads the same`() throws {
        let text = "once\nexclude = status\n"
        let ran = try run(text, "--exclude run --max-line 1K run \(source.topic) in/a.log")
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try source.values() == ["one,two # three"])
        #expect(
            try run("once\n", "--exclude check --max-line 1K check \(source.topic) in/b.log").text.contains(
                "files, 1 of them"))
        #expect(try run(text, "\(source.topic) --exclude run in/b.log").status == 0)
        #expect(try source.values().last == "b")
        // Behind two dashes there is none.
        #expect(try run("path = in/*.log\nonce\n", "-- check").errors.contains("'check'"))
    }

    @Test func `the option is found by whatever spelling, and as no value of another`() throws {
        try source.shell.directory.write("d.conf", "topic = \(source.topic)\npath = in/a.log\nonce\n")
        let short = try source.shell.run("exec fluvio-source-file --conf d.conf --state-dir state")
        #expect(short.status == 0, "\(short.errors)")
        #expect(try source.values() == ["one,two # three"])
        let value = try source.shell.run(
            "exec fluvio-source-file --once --state-dir other --exclude --config $1 in/b.log", source.topic)
        #expect(value.status == 0, "\(value.errors)")
        #expect(try source.values().last == "b")
    }
}
