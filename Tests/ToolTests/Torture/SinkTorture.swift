import Foundation
import Glibc
import TestSupport
import Testing

/// A sink between a cluster and a database, each of which dies at any moment.
@Suite("the sink is killed, its backend, its server, its cluster", .onOwnThreads, .timeLimit(.minutes(60)))
struct SinkTorture {
    /// What dies.
    enum Victim: CaseIterable {
        case sink, backend, server, cluster
    }

    /// In `make test` twenty, and two thirds of the rounds of `make torture`, which are 300 unless told.
    static let rounds = min(Torture.rounds, 20 + max(0, Torture.rounds - 50) * 3 / 4)

    @Test func `every record is a row once, and every bad one a dead letter once`() throws {
        var random = SeededRandom(seed: Torture.seed &+ 77)
        let cluster = try TestCluster()
        let database = try TestDatabase()
        let shell = try Shell(cluster, variables: try database.variables())
        let created = try shell.run(
            """
            fluvio-admin -q topic create -p 2 t
            psql -qc 'CREATE TABLE t (id bigint NOT NULL CHECK (id % 1000 <> 999), name text)'
            """)
        try #require(created.status == 0, "\(created.errors)")
        let options = "--batch-rows 200 --batch-bytes 4K --max-dead 1000000 t"
        var sink = try shell.start("exec fluvio-sink-pg \(options)")
        defer { sink.kill() }
        // One record of a thousand is refused by a constraint, one of a thousand is no JSON.
        let perRound = 2000
        var sent = 0
        var kills: [Victim: Int] = [:]
        for round in 0..<Self.rounds {
            let load = try shell.run(
                """
                seq \(sent) \(sent + perRound - 1) | sed -E 's/.*/{"id":&,"name":"n&\\\\t\\\\\\\\"}/; s/^\\{"id":[0-9]*500,.*/no JSON/' |
                    fluvio-cat produce -q --retry-for 60 t
                """)
            try #require(load.status == 0, "round \(round) of seed \(Torture.seed): \(load.errors)")
            sent += perRound
            usleep(UInt32.random(in: 0...60_000, using: &random))
            let victim = Victim.allCases[Int.random(in: 0..<Victim.allCases.count, using: &random)]
            kills[victim, default: 0] += 1
            switch victim {
            case .sink:
                sink.kill()
                _ = try sink.wait()
                sink = try shell.start("exec fluvio-sink-pg \(options)")
            case .backend:
                _ = try? shell.query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'fluvio-sink%'")
            case .server:
                try database.stop("immediate")
                try database.start()
            case .cluster:
                try cluster.kill()
                try cluster.restart()
            }
        }
        let expected = "\(sent - 2 * sent / 1000)|\(sent - 2 * sent / 1000)"
        do {
            try shell.wait(
                "SELECT sum(next_offset) FROM fluvio_sink.offsets", for: ["\(sent)"], or: "seed \(Torture.seed)")
        } catch {
            sink.send(SIGTERM)
            _ = try? sink.wait()
            let offsets = try shell.query("SELECT partition, next_offset, records FROM fluvio_sink.offsets")
            Issue.record("\(error): \(offsets), \(kills): \(sink.errorText)")
            throw error
        }
        #expect(try shell.query("SELECT count(*), count(DISTINCT id) FROM t") == [expected], "seed \(Torture.seed)")
        #expect(
            try shell.query("SELECT count(*), count(DISTINCT (partition, \"offset\")) FROM fluvio_sink.dead")
                == ["\(2 * sent / 1000)|\(2 * sent / 1000)"], "seed \(Torture.seed)")
        #expect(
            try shell.query("SELECT sum(records), sum(dead) FROM fluvio_sink.offsets") == ["\(sent)|\(2 * sent / 1000)"]
        )
        print(
            "torture: the sink: \(Self.rounds) failures \(kills), seed \(Torture.seed): \(sent) records, none missing, none twice"
        )
    }
}
