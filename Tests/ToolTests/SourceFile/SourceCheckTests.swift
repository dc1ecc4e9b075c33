import Foundation
import Glibc
import TestSupport
import Testing

/// What `check` and `--dry-run` say is what a run does.
@Suite("fluvio-source-file: checks", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceCheckTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    private func dryRun(_ options: String) throws -> [String] {
        let ran = try source.shell.run(
            "exec fluvio-source-file --dry-run --state-dir state \(options) $1 'in/*' | sed 's|.*/in/||'", source.topic)
        return ran.lines
    }

    @Test func `a dry run passes over what a run passes over, and begins where it begins`() throws {
        _ = try source.shell.run(
            "seq 3 >in/new.log; printf half >>in/new.log; seq 3 | gzip >in/new.gz; seq 3 >in/old.log; touch -d '2 days ago' in/old.log"
        )
        #expect(
            try dryRun("") == [
                "new.gz: new, from 0 on, and it is compressed", "new.log: new, from 0 of 10 bytes",
                "old.log: new, from 0 of 6 bytes",
            ])
        #expect(try dryRun("--newer-than 1h").map { $0.prefix(5) } == ["new.g", "new.l"])
        #expect(try dryRun("--from 'time:1 hour ago'").map { $0.prefix(5) } == ["new.g", "new.l"])
        #expect(
            try dryRun("--from end").dropFirst() == [
                "new.log: new, from 6 of 10 bytes", "old.log: new, from 6 of 6 bytes",
            ])
        try source.once("in/old.log")
        #expect(try dryRun("--newer-than 1h").last == "old.log: known, from 6 of 6 bytes")
    }

    @Test(
        arguments: [
            ("--state-dir /proc/nowhere", "state directory /proc/nowhere: ", CInt(2)),
            ("--state-dir in/a.log/state", "state directory in/a.log/state: in/a.log: Not a directory", 2),
            (
                "--state-dir state --then move:/dev/shm/nowhere", "--then, /dev/shm/nowhere: is on another file system",
                1
            ),
            ("--state-dir state --then move:in/a.log", "--then, in/a.log: in/a.log: Not a directory", 1),
        ])
    func `what could not be written is told before`(options: String, line: String, status: CInt) throws {
        try source.write("a.log", "1\n")
        // Root may write anywhere but there.
        let ran = try source.shell.run(
            "exec setpriv --reuid 65534 --clear-groups fluvio-source-file check \(options) $1 in/a.log", source.topic)
        let plain = try source.shell.run("exec fluvio-source-file check \(options) $1 in/a.log", source.topic)
        #expect((ran.text + plain.text).contains(line), "\(ran.text) \(plain.text) \(ran.errors)")
        if !options.contains("/proc") { #expect(plain.status == status) }
        #expect(try source.shell.run("ls state").status != 0, "it was made")
    }

    @Test(.enabled(if: Shell.canHaveOwnMounts, "mounts need a namespace of their own"))
    func `with --once a state directory that stays full ends it`() throws {
        try source.write("a.log", "1\n")
        let script = """
            mkdir full; mount -t tmpfs -o size=4k tmpfs full || exit 97
            fluvio-source-file --once --retry-for 0.5 --state-dir full/state $1 in/a.log; status=$?
            umount full; exit $status
            """
        let ran = try source.shell.run("exec unshare -m sh -c \"$1\" sh $2", script, source.topic)
        #expect(ran.status == 1)
        #expect(ran.errors.contains("cannot write the checkpoint: full/state: No space left on device (--retry-for)"))
        try source.once()
        #expect(try source.values() == ["1"])
    }

    @Test func `what is not asked for any more is not lost`() throws {
        try source.write("a.log", "1\n")
        try source.write("b.log", "2\n")
        try source.once()
        try source.append("b.log", "3\n")
        let ran = try source.once("in/a.log")
        #expect(ran.errors.contains("b.log is none of the paths any more; 2 bytes of it are not read"))
        #expect(try source.status()["lost_bytes"] as? Int == 0)
        try source.once()
        #expect(try source.values().sorted() == ["1", "2", "3"])
    }

    @Test func `nothing is looked at without a pause`() throws {
        let ran = try source.shell.run("exec fluvio-source-file --scan-interval 0 $1 in/a.log", source.topic)
        #expect(ran.status == 2 && ran.errors.contains("--scan-interval must be 10ms or more"))
    }

    @Test func `the table of guarantees that cannot be written is an error`() throws {
        let ran = try source.shell.run("exec fluvio-source-file --help guarantees >/dev/full")
        #expect(ran.status == 1 && ran.errors == "fluvio-source-file: write error: No space left on device\n")
    }

    @Test func `more files than there are descriptors are told in one line`() throws {
        _ = try source.shell.run("for i in $(seq 400); do echo $i >in/$i.log; done")
        let ran = try source.shell.run(
            "ulimit -n 200; exec fluvio-source-file --once --state-dir state $1 'in/*.log'", source.topic)
        #expect(ran.status == 1)
        #expect(ran.errors.contains("too many files for the descriptors that there are (ulimit -Hn)"))
        #expect(ran.errors.split(separator: "\n").count < 6, "\(ran.errors)")
        try source.once()
        #expect(Set(try source.values()) == Set((1...400).map(String.init)))
    }

    @Test(arguments: ["--then delete", "--from end", "--newer-than 1h", "--exclude 'x*'"])
    func `what is for files is refused for standard input`(option: String) throws {
        let ran = try source.shell.run("echo 1 | fluvio-source-file \(option) $1 -", source.topic)
        #expect(ran.status == 2 && ran.errors.contains("are for files, not for standard input"))
        let check = try source.shell.run("fluvio-source-file check $1 - </dev/null", source.topic)
        #expect(check.lines == ["cluster: ok", "topic \(source.topic), 1 partition: ok"])
    }
}
