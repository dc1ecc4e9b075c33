import TestSupport
import Testing

/// How many system calls many lines take, as strace(1) counts them: what makes standard input as fast as a file. Times are
/// for the benchmarks.
@Suite("produce: system calls for many lines", .onOwnThreads, .timeLimit(.minutes(60)))
struct ThroughputTests {
    /// System calls of a run over 100,000 lines of 138 bytes.
    private struct Calls {
        var reads = 0
        var sends = 0
        /// Batches are told as they are acknowledged: a request has one line.
        var answers = 0
    }

    private func calls(_ shell: Shell, _ produce: String) throws -> Calls {
        let ran = try shell.run(
            """
            fluvio-admin -q topic delete --yes t 2>/dev/null; fluvio-admin -q topic create t
            \(produce.replacing("PRODUCE", with: "strace -f -qq -e trace=read,sendto,sendmsg,write,writev -o trace fluvio-cat produce --acks-fd 4")) 4>acks ||
                exit
            fluvio-cat consume -e --raw t | cmp - in || exit
            grep -cE 'read.*= [0-9]{4,}$' trace; grep -cE ' (sendto|sendmsg|write|writev)\\(' trace; wc -l <acks
            """)
        try #require(ran.status == 0 && ran.lines.count == 3, "\(ran)")
        let numbers = ran.lines.compactMap { Int($0) }
        return Calls(reads: numbers[0], sends: numbers[1], answers: numbers[2])
    }

    @Test func `acceptance 15: lines of standard input leave in as few requests as those of a file`() throws {
        let cluster = try TestCluster()
        defer { withExtendedLifetime(cluster) {} }
        let shell = try Shell(cluster)
        guard try shell.run("command -v strace").status == 0 else { return }
        let line = "2026-11-25T10:00:00.000Z INFO request id=%06d \(String(repeating: "x", count: 86))\\n"
        _ = try shell.run("seq -f '\(line.replacing("%06d", with: "%06.0f").dropLast(2))' 100000 >in")
        let file = try calls(shell, "PRODUCE t in")
        let redirected = try calls(shell, "PRODUCE t <in")
        let piped = try calls(shell, "cat in | PRODUCE t")
        let bytes = 138 * 100_000
        for calls in [file, redirected] {
            #expect(calls.reads > 10 && calls.reads <= bytes / (128 << 10), "\(calls)")
            #expect(calls.answers <= bytes / (256 << 10), "\(calls)")
        }
        #expect(redirected.answers <= file.answers + 5, "\(redirected) \(file)")
        #expect(redirected.sends <= file.sends * 2 + 50, "\(redirected) \(file)")
        // A pipe holds 64 KiB: no more can be read at a time, and what is there leaves when it is empty for a moment.
        #expect(piped.reads <= bytes / 4096 && piped.answers <= 100_000 / 20, "\(piped)")
    }
}
