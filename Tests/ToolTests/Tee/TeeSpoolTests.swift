import Foundation
import Glibc
import TestSupport
import Testing

/// What is sure with a spool, and what is not.
@Suite("fluvio-tee: what a spool promises", .onOwnThreads, .timeLimit(.minutes(60)))
struct TeeSpoolTests {
    let cluster: TestCluster
    let shell: Shell

    init() throws {
        cluster = try TestCluster()
        shell = try Shell(cluster)
        _ = try shell.run("fluvio-admin -q topic create t u")
    }

    @Test func `--spool-sync passes everything on, and the topics have it`() throws {
        let ran = try shell.run(
            """
            (seq 20000; printf 'no newline') >in
            fluvio-tee --spool s --spool-sync --file f t u <in | cmp - in; echo ${PIPESTATUS[0]}; cmp in f
            for t in t u; do fluvio-cat consume -e --raw $t | cmp - <(cat in; echo); done; ls s
            """)
        #expect(ran.lines == ["0", "lock"] && ran.errors == "", "\(ran)")
    }

    @Test func `a line that --spool-sync passes on is passed on without more input`() throws {
        let child = try ChildProcess(
            "fluvio-tee", ["--spool", shell.directory.path("s"), "--spool-sync", "t"], environment: cluster.environment,
            input: nil)
        defer { child.kill() }
        for line in ["one\n", "two\n"] {
            try child.input?.write(contentsOf: Data(line.utf8))
            try child.waitForOutput(containing: line)
        }
        try child.input?.close()
        #expect(try child.wait() == .exited(0))
    }

    @Test func `a full disk stops --spool-sync from passing on what is not kept`() throws {
        // The limit of a file's size stands for the disk; SIGXFSZ is ignored, as a full disk sends none.
        try cluster.kill()
        let ran = try shell.run(
            """
            trap '' XFSZ; seq 100000 >in
            (ulimit -f 100; fluvio-tee --lazy --retry-for 200ms --spool s --spool-sync --spool-full drop t <in | cat >out)
            echo ${PIPESTATUS[0]}; cmp <(head -c $(stat -c %s out) in) out && echo prefix
            """)
        #expect(ran.errors.contains("cannot write to the spool: File too large"), "\(ran.errors)")
        #expect(ran.lines.last == "prefix", "\(ran)")
    }

    @Test(arguments: [
        "--spool-sync t", "--spool-sync --raw-chunks --spool s t", "--spool-sync --flush-partial 1s --spool s t",
    ])
    func `what --spool-sync does not go with is refused`(options: String) throws {
        let ran = try shell.run("fluvio-tee \(options) </dev/null")
        #expect(ran.status == 2 && ran.errors.contains("--spool-sync"), "\(ran)")
    }
}
