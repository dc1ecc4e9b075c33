import Foundation
import Glibc
import TestSupport
import Testing

/// A file that grows, a source, a topic, a sink, a table: all but the file die at any moment.
@Suite("file to topic to table, and all of them are killed", .onOwnThreads, .timeLimit(.minutes(60)))
struct PathTorture {
    enum Victim: CaseIterable {
        case source, sink, cluster, server
    }

    static let rounds = min(Torture.rounds, 10 + max(0, Torture.rounds - 50) / 4)

    @Test func `the table has every line of the file once`() throws {
        var random = SeededRandom(seed: Torture.seed &+ 99)
        let cluster = try TestCluster()
        let database = try TestDatabase()
        let shell = try Shell(cluster, variables: try database.variables())
        let created = try shell.run(
            "fluvio-admin -q topic create -p 2 t; psql -qc 'CREATE TABLE t (value text NOT NULL)'; : >in.log; "
                + "echo '{\"columns\":{\"value\":{\"from\":\"value\"}}}' >m")
        try #require(created.status == 0, "\(created.errors)")
        func source() throws -> ChildProcess {
            try shell.start("exec fluvio-source-file --state-dir state --checkpoint-every 0.1 t in.log")
        }
        func sink() throws -> ChildProcess {
            try shell.start("exec fluvio-sink-pg --batch-rows 200 --batch-bytes 4K -m m t")
        }
        var programs = [try source(), try sink()]
        defer { for program in programs { program.kill() } }
        var kills: [Victim: Int] = [:]
        var lines = 0
        for _ in 0..<Self.rounds {
            let wrote = try shell.run(
                "seq -f 'line %.0f of the file' \(lines) \(lines + 999) >>in.log")
            try #require(wrote.status == 0)
            lines += 1000
            usleep(UInt32.random(in: 0...300_000, using: &random))
            let victim = Victim.allCases[Int.random(in: 0..<Victim.allCases.count, using: &random)]
            kills[victim, default: 0] += 1
            switch victim {
            case .source, .sink:
                let index = victim == .source ? 0 : 1
                programs[index].kill()
                _ = try programs[index].wait()
                programs[index] = victim == .source ? try source() : try sink()
            case .cluster:
                try cluster.kill()
                try cluster.restart()
            case .server:
                try database.stop("immediate")
                try database.start()
            }
        }
        try shell.wait(
            "SELECT count(DISTINCT value) FROM t", for: ["\(lines)"],
            or: "seed \(Torture.seed); \(programs.map(\.errorText))")
        #expect(
            try shell.query("SELECT count(*), count(DISTINCT value) FROM t") == ["\(lines)|\(lines)"],
            "seed \(Torture.seed)")
        #expect(try shell.query("SELECT count(*) FROM fluvio_sink.dead") == ["0"])
        print(
            "torture: file to table: \(Self.rounds) failures \(kills), seed \(Torture.seed): \(lines) lines, all once")
    }
}
