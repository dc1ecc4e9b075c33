import FluvioProtocol
import Foundation
import TestSupport
import Testing

/// `kill -9` at any moment, again and again, on the same directory.
@Suite("kill -9 under load", .onOwnThreads, .timeLimit(.minutes(60)))
struct KillTorture {
    static let modes = ["os", "batch", "interval:20"]

    @Test(arguments: modes)
    func `nothing that was acknowledged is missing, in any mode, and no offset is missing or there twice`(
        mode: String
    ) throws {
        let kinds = Self.modes
        let place = try #require(kinds.firstIndex(of: mode))
        let rounds = (Torture.rounds + kinds.count - 1 - place) / kinds.count
        var random = SeededRandom(seed: Torture.seed &+ UInt64(place))
        let cluster = try TestCluster(options: ["--durability", mode])
        let shell = try Shell(cluster)
        let created = try shell.run("fluvio-admin -q topic create -p 2 --segment-size 200K t")
        try #require(created.status == 0, "\(created.errors)")
        var readers = (0..<2).map { PartitionReader("t", $0) }
        var (acknowledged, position): (Int, Int64) = (0, 0)
        for round in 0..<rounds {
            let first = Int32(round) * 4_000_000 % 2_000_000_000
            let load = ProduceLoad(
                "t", port: cluster.spuPort, position: position,
                numbers: (0..<4).map { first + $0 * 1_000_000..<first + ($0 + 1) * 1_000_000 })
            // Any moment will do, also one before the first answer.
            usleep(UInt32.random(in: 1_000...150_000, using: &random))
            try cluster.kill()
            let stored = try load.stored()
            try cluster.restart()
            let client = try TestClient(port: cluster.spuPort)
            for index in readers.indices { try readers[index].read(from: client) }
            for batch in stored where readers[Int(batch.partition)].numbers[batch.base] != batch.number {
                Issue.record(
                    """
                    round \(round) of seed \(Torture.seed), \(mode): batch \(batch.number) was acknowledged at offset \
                    \(batch.base) of partition \(batch.partition), \
                    where \(readers[Int(batch.partition)].numbers[batch.base].map { "\($0)" } ?? "nothing") is
                    """)
                return
            }
            acknowledged += stored.count
            // The next position may have been stored too, though nobody was told.
            position = max(position, load.position ?? 0)
            let answer = try client.call(FetchConsumerOffsetsRequest())
            let kept = answer.consumers.first?.offset ?? 0
            #expect(kept >= position, "round \(round) of seed \(Torture.seed), \(mode): \(answer)")
            position = kept
        }
        // From the start once more: no later round has harmed what an earlier one has left.
        let client = try TestClient(port: cluster.spuPort)
        for reader in readers {
            var again = PartitionReader("t", reader.partition)
            try again.read(from: client)
            #expect(again.numbers == reader.numbers)
        }
        print(
            """
            torture: \(mode): \(rounds) times kill -9, seed \(Torture.seed): \(acknowledged) batches acknowledged, \
            \(readers.map(\.numbers.count).reduce(0, +)) stored, none missing
            """)
        #expect(acknowledged > 0 || rounds < 5)
    }
}
