import Foundation
import TestSupport
import Testing

/// Without topics the tool is tee(1): the same script with both, the same output, messages and status.
@Suite("fluvio-tee beside GNU tee", .onOwnThreads, .timeLimit(.minutes(60)))
struct GnuTeeTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        /// Calls `T [OPTION]... [FILE]...`, where options begin with a dash.
        let script: String
        var testDescription: String { name }

        init(_ name: String, _ script: String) {
            self.name = name
            self.script = script
        }
    }

    private static let gnu = "T() { command tee \"$@\"; }\n"
    /// Files are options here.
    private static let ours = """
        T() {
            local arguments=() word
            for word; do
                case $word in -?*) arguments+=("$word") ;; *) arguments+=(--file "$word") ;; esac
            done
            command fluvio-tee "${arguments[@]}"
        }\n
        """

    static let cases = [
        Case(
            "bytes pass unchanged",
            "head -c 300000 /dev/urandom >in; T a b <in | cmp - in && cmp a in && cmp b in; echo $?"),
        Case("an empty input makes empty files", "T a </dev/null; echo $?; wc -c <a"),
        Case(
            "files are emptied first, or appended to",
            "echo old >a; echo old >b; echo x | T a; echo x | T -a b; cat a b"),
        Case("--append", "echo old >b; echo x | T --append b; cat b"),
        Case("a file that cannot be made", "mkdir d; seq 3 | T d a; echo $?; cat a"),
        Case("a directory that is missing", "seq 3 | T no/a b; echo $?; cat b"),
        Case("exit over a file that cannot be made", "seq 3 | T --output-error=exit no/a b; echo $?"),
        Case("a full disk as standard output", "seq 100000 | T a >/dev/full; echo $?; wc -l <a"),
        Case("a full disk as standard output, small", "echo x | T a >/dev/full; echo $?; cat a"),
        Case("a full disk as a file", "seq 100000 | T /dev/full a | md5sum; echo ${PIPESTATUS[1]}; wc -l <a"),
        Case("exit over a full disk", "seq 3 | T --output-error=exit /dev/full; echo $?"),
        Case("closed standard input", "T a <&-; echo $?; wc -c <a"),
        Case("closed standard output", "seq 3 | T a >&-; echo $?; cat a"),
        Case("a directory as standard input", "T a <.; echo $?"),
        Case("a slow reader", "seq 200000 | T a | dd bs=700 status=none | md5sum; md5sum <a"),
        Case("a FIFO as a file", "mkfifo f; cat f >out & seq 100000 | T f | md5sum; wait; md5sum <out"),
        Case("a FIFO as standard input", "mkfifo f; { seq 3 >f & } ; T a <f; wait; cat a"),
        Case("a file of the name -", "seq 3 | T -a -- - 2>&1 | wc -l; ls"),
        Case("an unknown mode", "seq 3 | T --output-error=never 2>/dev/null; echo $?"),
    ]

    private func run(_ tee: String, _ script: String) throws -> (status: CInt, text: String, errors: String) {
        let ran = try Shell(nil).run(tee + script)
        let errors = ran.errors.replacingOccurrences(of: "fluvio-tee:", with: "tee:")
        return (ran.status, ran.text, errors)
    }

    @Test(arguments: cases.filter { $0.name != "a file of the name -" && $0.name != "an unknown mode" })
    func `the same`(of item: Case) throws {
        let theirs = try run(Self.gnu, item.script)
        let ours = try run(Self.ours, item.script)
        #expect(ours.status == theirs.status)
        #expect(ours.text == theirs.text)
        // Of a closed standard input GNU tee complains twice, of what it could not read and of what it cannot close.
        let said = { (errors: String) in
            item.name == "closed standard input" ? errors.split(separator: "\n").prefix(1).map(String.init) : [errors]
        }
        #expect(said(ours.errors) == said(theirs.errors))
    }

    /// What a dead reader means: status, what is said, and whether the other outputs are whole.
    @Test(
        arguments: [
            "", "-p", "--output-error", "--output-error=warn", "--output-error=warn-nopipe", "--output-error=exit",
            "--output-error=exit-nopipe",
        ], ["", "trap '' PIPE; "])
    func `the same with a reader that is dead`(option: String, trap: String) throws {
        let script = """
            (\(trap)seq 300000 | { T \(option) a; echo $? >status; } | head -c 1 >/dev/null)
            cat status; if [ $(wc -l <a) = 300000 ]; then echo whole; else echo cut; fi
            """
        let theirs = try run(Self.gnu, script)
        let ours = try run(Self.ours, script)
        #expect(ours.text == theirs.text)
        // Whether seq notices depends on who is faster.
        let relevant = { (errors: String) in errors.split(separator: "\n").filter { $0.hasPrefix("tee:") } }
        #expect(relevant(ours.errors) == relevant(theirs.errors))
    }

    @Test func `when no output is left it stops reading`() throws {
        let ran = try Shell(nil).run("yes | fluvio-tee -p | head -1; echo ${PIPESTATUS[1]}")
        #expect(ran.lines == ["y", "0"] && ran.errors == "")
    }

    @Test func `a file may have the name -, and a wrong mode is a usage error`() throws {
        let ran = try Shell(nil).run(
            "seq 3 | fluvio-tee --file - | wc -l; ls -- -; echo x | fluvio-tee --output-error=never; echo $?")
        #expect(ran.lines == ["3", "-", "2"])
    }

    @Test func `a non-blocking standard output is waited for, where GNU tee of old gives up`() throws {
        let ran = try Shell(nil).run(
            """
            cat >run.py <<'.'
            import fcntl, os, sys
            fcntl.fcntl(1, fcntl.F_SETFL, os.O_NONBLOCK)
            os.execvp(sys.argv[1], sys.argv[1:])
            .
            seq 300000 | python3 run.py fluvio-tee --file a | dd bs=700 status=none | md5sum; echo ${PIPESTATUS[1]}
            md5sum <a
            """)
        #expect(ran.lines.count == 3 && ran.lines[0] == ran.lines[2] && ran.lines[1] == "0", "\(ran.errors)")
    }

    @Test func `who shares the pipe keeps its flags`() throws {
        let ran = try Shell(nil).run(
            """
            cat >flags.py <<'.'
            import fcntl, os, sys
            os.write(2, b"%d\\n" % (fcntl.fcntl(1, fcntl.F_GETFL) & os.O_NONBLOCK))
            .
            { seq 3 | fluvio-tee; python3 flags.py; } | cat >/dev/null
            """)
        #expect(ran.errors == "0\n")
    }

    @Test func `what comes is passed on at once, and -i ignores an interrupt`() throws {
        let shell = try Shell(nil)
        let child = try shell.start("exec fluvio-tee -i --file a", input: nil)
        defer { child.kill() }
        try child.input?.write(contentsOf: Data("one".utf8))
        try child.waitForOutput(containing: "one")
        child.send(SIGINT)
        try child.input?.write(contentsOf: Data("two".utf8))
        try child.waitForOutput(containing: "two")
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
        #expect(try shell.directory.read("a") == Array("onetwo".utf8))
    }

    @Test func `a signal ends it at once while nobody reads what it writes`() throws {
        let shell = try Shell(nil)
        let child = try shell.start("exec fluvio-tee --grace 60s --file a < <(exec yes)")
        defer { child.kill() }
        // With 15 pages or 16 in the pipe it waits for room, and for nothing else: there is always more to read.
        try Wait.until("the pipe is full") {
            let before = try child.unreadWhileAsleep() ?? 0
            usleep(100_000)
            return try before >= 15 * 4096 && child.unreadWhileAsleep() == before
        }
        child.send(SIGINT)
        #expect(try child.wait() == .signalled(SIGINT))
        #expect(child.errorText == "fluvio-tee: interrupted: not all of the input was passed on\n")
    }
}
