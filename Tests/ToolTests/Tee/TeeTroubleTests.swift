import Foundation
import Glibc
import TestSupport
import Testing

/// The cluster goes away. Each test has one of its own.
@Suite("fluvio-tee: trouble and the spool", .onOwnThreads, .timeLimit(.minutes(60)))
struct TeeTroubleTests {
    let cluster: TestCluster
    let shell: Shell

    init() throws {
        cluster = try TestCluster()
        shell = try Shell(cluster)
        _ = try shell.run("fluvio-admin -q topic create t u")
    }

    /// A tee that gets 1..1000, then, once `go` is there, 1001..20000. Its standard output goes to `out`.
    private func start(_ options: String) throws -> ChildProcess {
        let child = try shell.start(
            """
            exec fluvio-tee --acks --linger 1ms \(options) >out < <(
                seq 1000; until [ -e go ]; do read -t 0.02 <> <(:); done; seq 1001 20000)
            """)
        try child.waitForErrors(containing: "\"topic\"")
        return child
    }

    private func isOutputWhole() throws -> Bool { try shell.run("seq 20000 | cmp - out").status == 0 }

    @Test func `--on-broker-down continue gives the topic up and passes everything on`() throws {
        let child = try start("--on-broker-down continue t")
        defer { child.kill() }
        try cluster.kill()
        try shell.directory.write("go", "")
        #expect(try child.wait() == .exited(1))
        #expect(try isOutputWhole())
        #expect(child.errorText.contains("going on without it") && child.errorText.contains("not sent"))
    }

    @Test func `--on-broker-down exit stops`() throws {
        let child = try start("--on-broker-down exit t")
        defer { child.kill() }
        try cluster.kill()
        // What is acknowledged already is no loss: there must be something to send.
        try shell.directory.write("go", "")
        #expect(try child.wait() == .exited(1))
        #expect(!child.errorText.contains("going on without it"))
    }

    @Test func `without a policy the cluster is waited for, and nothing is lost`() throws {
        let child = try start("--retry-for 60s t u")
        defer { child.kill() }
        try cluster.kill()
        try shell.directory.write("go", "")
        try child.waitForErrors(containing: "trying again")
        try cluster.restart()
        #expect(try child.wait() == .exited(0), "\(child.errorText.suffix(500))")
        #expect(try isOutputWhole())
        let ran = try shell.run("for t in t u; do fluvio-cat consume -e --raw $t | cmp - out && echo same; done")
        #expect(ran.lines == ["same", "same"])
    }

    @Test func `what has no room is dropped, counted, and does not stop the stream`() throws {
        try cluster.kill()
        let ran = try shell.run(
            """
            seq 2000000 | fluvio-tee --lazy --when-full drop --queue 64K --retry-for 0 t | md5sum; echo ${PIPESTATUS[1]}
            seq 2000000 | md5sum
            """)
        #expect(ran.lines.count == 3 && ran.lines[0] == ran.lines[2] && ran.lines[1] == "1", "\(ran.errors)")
    }

    @Test(arguments: ["drop-new", "drop-old"])
    func `a full queue drops what its policy says, and the rest arrives`(policy: String) throws {
        // A stopped server: it takes what its socket holds, and answers nothing.
        let pid = try #require(pid_t(String(decoding: try cluster.directory.read("pid"), as: UTF8.self)))
        let child = try shell.start(
            """
            exec fluvio-tee --summary=json --queue 64K --when-full \(policy) t >out < <(
                seq 10; until [ -e go ]; do read -t 0.02 <> <(:); done; seq 11 1000000)
            """)
        defer { child.kill() }
        try Wait.until("the first arrive") {
            try shell.run("fluvio-cat consume -e --raw t | wc -l").text.hasPrefix("10")
        }
        Glibc.kill(pid, SIGSTOP)
        defer { Glibc.kill(pid, SIGCONT) }
        try shell.directory.write("go", "")
        try child.waitForErrors(containing: "there is no room")
        try Wait.until("all is passed on") { try shell.run("tail -n 1 out").text == "1000000\n" }
        Glibc.kill(pid, SIGCONT)
        #expect(try child.wait() == .exited(1))
        let ran = try shell.run(
            "fluvio-cat consume -e --raw t >got; wc -l <got; sort -n -c -u got && echo ordered; tail -n 1 got")
        let line = try #require(child.errorText.split(separator: "\n").first { $0.hasPrefix("{") })
        let summary = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let stored = Int(ran.lines[0]) ?? -1
        #expect(summary["acknowledged"] as? Int == stored)
        #expect(stored + (summary["dropped"] as? Int ?? 0) == 1_000_000)
        #expect(ran.lines[1] == "ordered")
        if policy == "drop-old" {
            #expect(ran.lines[2] == "1000000")
            // Only the oldest goes: what had room when the last record came is there without a gap.
            let ran = try shell.run("tac got | awk '$1 != 1000001 - NR { exit } { n++ } END { print n }'")
            #expect(Int(ran.lines.first ?? "") ?? 0 > 2000, "\(ran)")
        }
    }

    @Test func `--when-full exit stops`() throws {
        try cluster.kill()
        let ran = try shell.run("yes | fluvio-tee --lazy --when-full exit t >/dev/null; echo ${PIPESTATUS[1]}")
        #expect(ran.lines == ["1"] && ran.errors.contains("there is no room for more; stopping"))
    }

    // MARK: The spool

    @Test func `a cluster that is away stops nothing with a spool, and gets everything, in order`() throws {
        let child = try start("--spool spool t u")
        defer { child.kill() }
        try cluster.kill()
        try shell.directory.write("go", "")
        try Wait.until("all is passed on") { try isOutputWhole() }
        try cluster.restart()
        #expect(try child.wait() == .exited(0), "\(child.errorText.suffix(500))")
        let ran = try shell.run(
            "for t in t u; do fluvio-cat consume -e --raw $t | cmp - out && echo same; done; ls spool")
        #expect(ran.lines == ["same", "same", "lock"])
    }

    @Test func `a spool outlives kill -9: order, times, no loss; then what is new (acceptance 14)`() throws {
        let first = try start("--spool spool t")
        defer { first.kill() }
        try cluster.kill()
        try shell.directory.write("go", "")
        try Wait.until("all is passed on") { try isOutputWhole() }
        // Standard output goes first. What a record takes is its bytes, without the newline, and 24.
        try Wait.until("all is in the spool") {
            try shell.run("echo $(($(seq 20000 | wc -c) + 20000 * 23 + 16 == $(cat spool/t.*.spool | wc -c)))").text
                == "1\n"
        }
        // A record in the middle of the next is what kill -9 may leave.
        first.send(SIGKILL)
        #expect(try first.wait() == .signalled(SIGKILL))
        let killed = Int64(Date().timeIntervalSince1970 * 1000)
        _ = try shell.run("f=$(ls spool/t.*.spool); printf 'torn' >>$f")
        try cluster.restart()
        let ran = try shell.run(
            """
            seq 20001 20010 | fluvio-tee --spool spool t >/dev/null; echo $?
            fluvio-cat consume -e t | jq -r .value | awk '!seen[$0]++' | cmp - <(seq 20010) && echo whole
            fluvio-cat consume -e t | jq -s -c --argjson killed $1 \
                '[(map(.timestamp) == (map(.timestamp) | sort)), (map(select(.timestamp <= $killed)) | length >= 20000)]'
            ls spool
            """, "\(killed)")
        #expect(ran.lines == ["0", "whole", "[true,true]", "lock"], "\(ran.errors)")
        #expect(ran.errors.contains("4 bytes of a record that was never whole; cut off"))
        #expect(ran.errors.contains("records of before are in the spool"))
    }

    @Test func `what is left is told, with status 1, and --drain sends it`() throws {
        try cluster.kill()
        let left = try shell.run("seq 1000 | fluvio-tee --lazy --spool spool --retry-for 100ms t:0 >/dev/null; echo $?")
        #expect(left.lines == ["1"])
        #expect(left.errors.contains("t: 0 records sent, 0 acknowledged, 1000 left in spool"), "\(left.errors)")
        try cluster.restart()
        let ran = try shell.run(
            """
            fluvio-tee --drain spool; echo $?; fluvio-cat consume -e --raw t | cmp - <(seq 1000) && echo whole
            ls spool; fluvio-tee --drain spool; echo $?
            """)
        #expect(ran.lines == ["0", "whole", "lock", "0"], "\(ran.errors)")
    }

    @Test func `only one process has a spool: status 5 for another`() throws {
        let child = try start("--spool spool t")
        defer { child.kill() }
        let ran = try shell.run("echo x | fluvio-tee --spool spool u; fluvio-tee --drain spool; echo $?")
        #expect(ran.lines == ["5"] && ran.errors.contains("another process has the spool"))
        try shell.directory.write("go", "")
        #expect(try child.wait() == .exited(0))
    }

    @Test func `damage in a spool is named, what is whole before it is sent, and the file is kept`() throws {
        try cluster.kill()
        _ = try shell.run("seq 1000 | fluvio-tee --lazy --spool spool --retry-for 100ms t >/dev/null")
        try cluster.restart()
        let ran = try shell.run(
            """
            f=$(ls spool/t.*.spool)
            printf 'X' | dd of=$f bs=1 seek=$((16 + 9 * 25 + 20)) conv=notrunc status=none
            fluvio-tee --drain spool; echo $?; fluvio-cat consume -e --raw t | tr '\\n' ' '; ls spool
            """)
        #expect(ran.lines.first == "1" && ran.errors.contains("damage in spool/t."), "\(ran.errors)")
        #expect(ran.text.contains("1 2 3 4 5 6 7 8 9 ") && ran.text.contains(".spool.damaged"), "\(ran.text)")
    }

    @Test func `a full spool blocks, or drops and says so`() throws {
        try cluster.kill()
        let ran = try shell.run(
            """
            seq 200000 | fluvio-tee --lazy --spool spool --spool-max 1M --spool-full drop-new --retry-for 100ms t | md5sum
            echo ${PIPESTATUS[1]}; seq 200000 | md5sum
            """)
        #expect(ran.lines.count == 3 && ran.lines[0] == ran.lines[2] && ran.lines[1] == "1", "\(ran.errors)")
        #expect(ran.errors.contains("dropped"))
    }
}
