import Foundation
import TestSupport
import Testing

/// State directories in which something else stands than this fluvio-source-file has written.
@Suite("fluvio-source-file: state of others", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceStateTests {
    let source: SourceShell

    init() throws {
        source = try SourceShell()
        try source.write("a.log", "1\n")
        try source.once()
        try source.append("a.log", "2\n")
    }

    /// What every way to look at the checkpoint says of it.
    private func refusals(_ options: String = "") throws -> [Shell.Ran] {
        try [
            "--once \(options) --state-dir state $1 in/a.log", "--dry-run --state-dir state $1 in/a.log",
            "status --state-dir state", "check --state-dir state $1 in/a.log",
        ].map { try source.shell.run("exec timeout 30 fluvio-source-file \($0)", source.topic) }
    }

    @Test(
        arguments: ["refuse", "prev", "beginning", "end"], ["", "; sed -i '$s/crc32c=.*/sha256=00/' state/checkpoint"])
    func `a checkpoint of a newer version is refused as such, whatever is said of damaged ones`(
        policy: String, other: String
    ) throws {
        // With the checksum that it has in this version, or has not.
        let newer = """
            sed -i 's/^{"v":1,/{"v":2,/' state/checkpoint
            sum=$(head -n -1 state/checkpoint | python3 -c '
            import sys
            crc = 0xffffffff
            for byte in sys.stdin.buffer.read():
                crc ^= byte
                for _ in range(8): crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
            print("%08x" % (crc ^ 0xffffffff))')
            sed -i "\\$s/=.*/=$sum/" state/checkpoint\(other)
            """
        try #require(try source.shell.run(newer).status == 0)
        let before = try source.shell.run("cat state/checkpoint").text
        for ran in try refusals("--on-bad-checkpoint \(policy)") {
            #expect(ran.status == 1)
            let said = ran.errors + ran.text
            #expect(
                said.contains("state/checkpoint was written by a newer fluvio-source-file, in version 2 "), "\(said)")
            #expect(said.contains("go on with that one, or name another --state-dir"))
            #expect(!said.contains("damaged"))
        }
        #expect(try source.values() == ["1"])
        #expect(try source.shell.run("cat state/checkpoint").text == before)
    }

    @Test(
        arguments: [
            ("mkfifo", "it is no regular file"), ("mkdir", "it is a directory"),
            ("ln -s /dev/zero", "it is no regular file"),
            (
                "python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])'",
                "it is no regular file"
            ),
        ])
    func `what is no file is not taken for a checkpoint, nor waited for`(make: String, reason: String) throws {
        try #require(try source.shell.run("rm state/checkpoint; \(make) state/checkpoint").status == 0)
        for ran in try refusals() {
            #expect(ran.status == 1)
            #expect(
                (ran.errors + ran.text).contains("cannot read state/checkpoint: \(reason)"), "\(ran.errors)\(ran.text)")
        }
        #expect(try source.values() == ["1"])
    }
}
