import FluvioProtocol
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import FluvioLocal

/// Batches that producers had acknowledged, and may therefore count on.
private final class Acknowledged: Sendable {
    private let sequences = Mutex<[Int32]>([])
    private let stopped = Atomic(false)

    var all: [Int32] { sequences.withLock { $0 } }
    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    func add(_ sequence: Int32) { sequences.withLock { $0.append(sequence) } }
    func stop() { stopped.store(true, ordering: .relaxed) }
}

/// `FLUVIO_REPLICA_ROUNDS` says how often (1), `FLUVIO_TORTURE_SEED` with which seed it begins.
@Suite("Servers killed, frozen and started at random", .serialized, .timeLimit(.minutes(60)))
struct RandomRoundsTests {
    private static let partitions: UInt32 = 4

    private static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        let first = environment["FLUVIO_TORTURE_SEED"].flatMap { UInt64($0) } ?? .random(in: 0..<1 << 40)
        let count = environment["FLUVIO_REPLICA_ROUNDS"].flatMap { UInt64($0) } ?? 1
        return (0..<count).map { first &+ $0 }
    }()

    /// Sends COMMITTED batches of one record to a partition, each with a sequence of its own, until told to stop. What
    /// is not acknowledged is given up: only what was promised counts.
    private static func load(
        _ cluster: ReplicaCluster, _ partition: UInt32, _ acknowledged: Acknowledged
    ) {
        var sequence = Int32(partition) << 24
        while !acknowledged.isStopped {
            let name = "t-\(partition)"
            guard let leader = cluster.cluster.leader(of: name), let client = try? cluster.connect(leader) else {
                usleep(2_000)
                continue
            }
            while !acknowledged.isStopped {
                sequence += 1
                let batch = Batches.make(1 + Int(sequence) % 3, size: 100, tag: sequence)
                guard
                    let id = try? client.send(batch, to: "t", partition: partition, .readCommitted, timeout: 200),
                    let answer = try? client.produced(id, within: 1)
                else { break }
                if answer.error == .success {
                    acknowledged.add(sequence)
                } else if answer.error == .notLeaderForPartition {
                    usleep(1_000)
                    break
                }
            }
        }
    }

    @Test(
        "leave equal replicas when all are back, with everything in them that was acknowledged COMMITTED",
        arguments: seeds)
    func rounds(seed: UInt64) async throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let cluster = try await ReplicaCluster { $0.spuTimeout = .milliseconds(30) }
        _ = try await cluster.client.create("t", partitions: Self.partitions, replicas: 2)
        let acknowledged = (0..<Self.partitions).map { _ in Acknowledged() }
        let threads = (0..<Self.partitions).map { partition in
            let thread = Thread { Self.load(cluster, partition, acknowledged[Int(partition)]) }
            thread.start()
            return thread
        }
        var condition: [Int32: SpuCondition] = [5001: .running, 5002: .running, 5003: .running]
        for _ in 0..<60 {
            let id = Int32.random(in: 5001...5003, using: &random)
            let actions: [SpuCommand.Action]
            switch condition[id] {
            case .running?: actions = [.kill, .freeze, .stop]
            case .frozen?: actions = [.start, .start, .kill]
            default: actions = [.start]
            }
            let action = try #require(actions.randomElement(using: &random))
            try cluster.tell(action, id)
            condition[id] = action == .start ? .running : action == .freeze ? .frozen : .stopped
            try await Task.sleep(for: .milliseconds(Int.random(in: 1...60, using: &random)))
        }
        for id in condition.keys where condition[id] != .running { try cluster.tell(.start, id) }
        try await Task.sleep(for: .milliseconds(100))
        for acknowledged in acknowledged { acknowledged.stop() }
        for thread in threads {
            _ = try await eventually("a producer's end") { thread.isFinished ? true : nil as Bool? }
        }
        var total = 0
        for (partition, acknowledged) in acknowledged.enumerated() {
            try await cluster.settled("t-\(partition)")
            let leader = try await cluster.leader("t-\(partition)")
            let stored = Batches.headers(try cluster.records(leader, "t-\(partition)")).map(\.firstSequence)
            // In order, too, though some may be there that nobody was promised.
            let wanted = Set(acknowledged.all)
            #expect(stored.filter(wanted.contains) == acknowledged.all, "partition \(partition), seed \(seed)")
            total += wanted.count
        }
        print("\(total) batches were acknowledged")
        #expect(total > 0)
    }
}
