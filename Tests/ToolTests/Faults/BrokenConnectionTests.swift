import TestSupport
import Testing

/// A connection that breaks at any answer, one run for each of them: strace(1) makes the call fail that would have read it.
@Suite("a connection that breaks at any answer", .onOwnThreads, .timeLimit(.minutes(60)))
struct BrokenConnectionTests {
    @Test(
        arguments: [
            // From the middle: what stands before is looked at too.
            "fluvio-cat consume -e -o 100 --raw t",
            "fluvio-cat consume -e --tail 200 --isolation read_uncommitted --raw t",
            "fluvio-cat copy -e --state s t copy && fluvio-cat consume -e -o 100 --raw copy",
            "fluvio-cat produce copy in && fluvio-cat consume -e -o 100 --raw copy",
            "fluvio-cat consume -e -g g --raw t | tail -200", "fluvio-cat consume -e -g half --raw t",
            "fluvio-cat copy -e -g g t copy && fluvio-cat consume -e -o 100 --raw copy",
            "fluvio-tee copy <in >tee && fluvio-cat consume -e -o 100 --raw copy",
            "fluvio-source-file --once --state-dir s copy in && fluvio-cat consume -e -o 100 --raw copy",
        ], ["error=ECONNRESET", "retval=0"])
    func `all records come, and once`(command: String, failure: String) throws {
        let cluster = try TestCluster()
        defer { withExtendedLifetime(cluster) {} }
        let shell = try Shell(cluster)
        guard try shell.run("command -v strace").status == 0 else { return }
        // The first answer of a thread is left alone: who connects again does so on a thread of its own, and would find it
        // broken each time.
        let ran = try shell.run(
            """
            set -o pipefail; seq 300 >in; tail -200 in >want
            fluvio-admin -q topic create t && fluvio-cat produce -q t in || exit
            for n in $(seq 2 100); do
                for c in g half; do fluvio-admin -q consumer delete -y $c 2>/dev/null; done
                fluvio-cat consume -q -e -n 100 -g half t >/dev/null || exit
                rm -rf s*; fluvio-admin -q topic delete -f copy 2>/dev/null; fluvio-admin -q topic create copy || exit
                timeout 60 strace -qq -f -o trace -e trace=recvfrom -e inject=recvfrom:$1:when=$n \(command) >out 2>err
                echo "status $?" >>out; echo 'status 0' | cat want - | cmp - out || { echo "at answer $n"; cat err; exit 1; } >&2
                grep -q INJECTED trace || break
            done
            echo $n
            """, failure)
        #expect(ran.status == 0, "\(ran)")
        #expect((5..<100).contains(Int(ran.lines.last ?? "") ?? 0), "\(ran)")
    }
}
