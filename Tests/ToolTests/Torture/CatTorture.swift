import Foundation
import Glibc
import TestSupport
import Testing

/// `fluvio-cat copy` and `consume --out` are killed at any moment, and the cluster too: what they keep must be enough to go
/// on without a record lost or twice.
@Suite("kill -9 of copy and of consume into files", .onOwnThreads, .timeLimit(.minutes(60)))
struct CatTorture {
    /// In `make test` twelve, and half of the rounds of `make torture`.
    static let rounds = min(Torture.rounds, 12 + max(0, Torture.rounds - 50) / 2)
    /// Records that each round adds.
    static let perRound = 30_000

    private let cluster: TestCluster
    private let shell: Shell

    init() throws {
        cluster = try TestCluster()
        shell = try Shell(cluster)
        let ran = try shell.run("fluvio-admin -q topic create -p 2 t t-copy")
        try #require(ran.status == 0, "\(ran)")
    }

    /// Adds records, starts the command, and kills it once it has got on, or earlier. It must not have ended by itself.
    private func kill(_ command: String, seed: UInt64, progress: () throws -> Int) throws {
        var random = SeededRandom(seed: Torture.seed &+ seed)
        for round in 0..<Self.rounds {
            let first = round * Self.perRound
            let added = try shell.run(
                "seq \(first + 1) \(first + Self.perRound) | sed 's/.*/key&,&/' | fluvio-cat produce -q -K , t")
            try #require(added.status == 0, "\(added)")
            let before = try progress()
            let child = try shell.start("exec fluvio-cat \(command)")
            defer { child.kill() }
            // Most die when they have got on, some before they could.
            if round % 4 != 3 { try Wait.until("it gets on") { try progress() > before } }
            usleep(UInt32.random(in: 0..<30_000, using: &random))
            let killsCluster = Int.random(in: 0..<4, using: &random) == 0
            if killsCluster { try cluster.kill() }
            child.send(SIGKILL)
            let ending = try child.wait()
            #expect(
                ending == .signalled(SIGKILL),
                "seed \(Torture.seed), round \(round), \(killsCluster ? "without a cluster" : ""): \(child.errorText)")
            if killsCluster { try cluster.restart() }
        }
    }

    @Test(arguments: ["--state s", "--state s --rehash", "-g x"])
    func `copy: every record is in the target, in its order, with a state once`(option: String) throws {
        let command = "copy \(option) --commit-every 20ms --max-bytes 64K --batch-size 1K t t-copy"
        try kill(command, seed: 300) {
            let ran = try shell.run("for p in 0 1; do fluvio-cat consume -e --tail 1 -p $p -f '%o\\n' t-copy; done")
            return ran.lines.reduce(0) { $0 + (Int($1) ?? 0) }
        }
        let count = Self.rounds * Self.perRound
        // What is stored on the servers is the place in the source alone: there records may come again.
        let isExact = option.hasPrefix("--state")
        let ran = try shell.run(
            """
            fluvio-cat -q \(command) -e || exit
            for p in 0 1; do
                fluvio-cat consume -e --keep-duplicates --raw -p $p t-copy >copy
                \(isExact ? "cat copy" : "awk '!seen[$0]++' copy") | cmp - <(fluvio-cat consume -e --raw -p $p t) || exit
                wc -l <copy
            done
            """)
        #expect(ran.status == 0 && ran.errors == "", "seed \(Torture.seed): \(ran)")
        let copied = ran.lines.reduce(0) { $0 + (Int($1) ?? 0) }
        if isExact { #expect(copied == count, "seed \(Torture.seed)") }
        print(
            """
            torture: copy \(option): \(Self.rounds) times kill -9, seed \(Torture.seed): \(count) records, none missing, \
            \(copied - count) twice
            """)
    }

    @Test(arguments: ["", ".gz"])
    func `consume into files: every record is in one file once, in its order`(ending: String) throws {
        let command =
            "consume --state s --commit-every 5ms --rotate-size 200K --max-bytes 64K --out 'o/{partition}.jsonl\(ending)' t"
        try kill(command, seed: 400) {
            Int(try shell.run("cat o/* 2>/dev/null | wc -c").lines.first ?? "") ?? 0
        }
        let ran = try shell.run(
            """
            fluvio-cat -q \(command) -e || exit
            for p in 0 1; do
                cat $(ls o/$p-*) | \(ending == ".gz" ? "zcat" : "cat") >all
                fluvio-cat consume -e -p $p t | cmp - all || exit
            done
            ls o | wc -l
            """)
        #expect(ran.status == 0 && ran.errors == "", "seed \(Torture.seed): \(ran)")
        #expect(Int(ran.lines.first ?? "") ?? 0 > 2)
        print(
            """
            torture: consume --out \(ending): \(Self.rounds) times kill -9, seed \(Torture.seed): \
            \(Self.rounds * Self.perRound) records in \(ran.lines.first ?? "") files, none missing or twice
            """)
    }
}
