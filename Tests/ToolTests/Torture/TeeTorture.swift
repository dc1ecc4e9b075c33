import Foundation
import Glibc
import TestSupport
import Testing

/// A tee with a spool that is killed at any moment, while its cluster comes and goes.
@Suite("kill -9 of a tee with a spool", .onOwnThreads, .timeLimit(.minutes(60)))
struct TeeTorture {
    @Test(arguments: ["", "--spool-sync"])
    func `what a spool promises holds`(option: String) throws {
        let rounds = max(2, Torture.rounds / 5)
        var random = SeededRandom(seed: Torture.seed &+ 200 &+ UInt64(option.count))
        let cluster = try TestCluster()
        let shell = try Shell(cluster)
        _ = try shell.run("fluvio-admin -q topic create -p 2 t; touch out")
        let perRound = 100_000
        for round in 0..<rounds {
            // Numbers rise over the rounds; each tee gets those of its round, in many small writes.
            let first = round * perRound
            let child = try shell.start(
                """
                exec fluvio-tee -q --lazy --spool s \(option) t:1 >>out < <(
                    seq \(first) 37 \(first + perRound - 1) | while read n; do seq $n $((n + 36)); done)
                """)
            defer { child.kill() }
            let isAway = Bool.random(using: &random)
            usleep(UInt32.random(in: 0...300_000, using: &random))
            if isAway { try cluster.kill() }
            usleep(UInt32.random(in: 0...300_000, using: &random))
            child.send(SIGKILL)
            _ = try child.wait()
            if isAway { try cluster.restart() }
        }
        let ran = try shell.run(
            """
            fluvio-tee -q --drain s || exit
            fluvio-cat consume -e --keep-duplicates --raw t >got
            # In the order in which they were read, but for what comes again after a kill.
            awk '!seen[$0]++' got | sort -n -c && echo ordered
            # What was passed on, whole lines, and is not in the topic.
            sort -u got >sorted; grep -x '[0-9]*' out | head -c -1 | sort -u | comm -23 - sorted | wc -l
            echo $(($(wc -l <got) - $(wc -l <sorted))); wc -l <got; ls s
            """)
        try #require(ran.lines.count == 5, "seed \(Torture.seed): \(ran)")
        #expect(ran.lines[0] == "ordered" && ran.lines[4] == "lock", "seed \(Torture.seed): \(ran)")
        // The last line of a round may have been passed on in part, as the pipe was cut there.
        if option == "--spool-sync" { #expect(ran.lines[1] == "0", "seed \(Torture.seed): \(ran)") }
        print(
            """
            torture: tee \(option): \(rounds) times kill -9, seed \(Torture.seed): \(ran.lines[3]) records, \
            \(ran.lines[2]) twice, \(ran.lines[1]) passed on and not in the spool
            """)
    }
}
