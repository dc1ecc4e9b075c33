import FluvioProtocol
import Testing

@testable import FluvioLocal

@Suite("An election")
struct ElectionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var online: Set<Int32>
        /// Where the leader, 5001, was last.
        var leader: Int64
        var followers: [Int32: Int64]
        var outcome: Election
        var testDescription: String { "\(online.sorted()) of \(leader), \(followers)" }
    }

    @Test(
        "takes the follower that is least behind, if that is less than four records",
        arguments: [
            Case(online: [5001, 5002], leader: 9, followers: [5002: 9], outcome: .keep),
            Case(online: [5002, 5003], leader: 9, followers: [5002: 9, 5003: 9], outcome: .elect(5002)),
            Case(online: [5002, 5003], leader: 9, followers: [5002: 7, 5003: 8], outcome: .elect(5003)),
            Case(online: [5002], leader: 9, followers: [5002: 6, 5003: 9], outcome: .elect(5002)),
            Case(online: [5002], leader: 9, followers: [5002: 5, 5003: 9], outcome: .wait),
            Case(online: [5002], leader: 9, followers: [5002: 12], outcome: .elect(5002)),
            // It has not said yet how far it is.
            Case(online: [5002], leader: 9, followers: [5002: -1], outcome: .wait),
            Case(online: [5002], leader: 0, followers: [5002: -1], outcome: .elect(5002)),
            Case(online: [5002], leader: 9, followers: [:], outcome: .wait),
            // No replica of this partition.
            Case(online: [5004], leader: 9, followers: [5004: 9], outcome: .wait),
            Case(online: [], leader: 9, followers: [5002: 9], outcome: .wait),
        ])
    func decides(_ it: Case) {
        let spec = PartitionSpec(leader: 5001, replicas: [5001, 5002, 5003])
        let status = PartitionSpec.Status(
            leader: ReplicaStatus(spu: 5001, hw: 0, leo: it.leader), lsr: 0,
            replicas: it.followers.sorted { $0.key < $1.key }.map { ReplicaStatus(spu: $0.key, hw: 0, leo: $0.value) })
        #expect(Election(spec, status, online: it.online.contains) == it.outcome)
    }
}

@Suite("What a leader knows of its followers")
struct ReplicaProgressTests {
    @Test("The high watermark is what all replicas have, and unknown while one is silent")
    func watermark() {
        var progress = ReplicaProgress(replicas: [5002, 5001, 5003], leader: 5001)
        #expect(progress.followers.map(\.spu) == [5002, 5003])
        let steps: [(Int32, Int64, Bool, Int64?)] = [
            (5002, 5, true, nil), (5003, 3, true, 3), (5003, 3, false, 3), (5003, 7, true, 5), (5002, 20, true, 7),
            (5003, 20, true, 10), (5004, 1, false, 10), (5001, 1, false, 10), (5002, 2, true, 2),
        ]
        for (id, end, isNews, mark) in steps {
            let news = progress.reached(id, end: end, highWatermark: 0)
            #expect(news == isNews)
            #expect(progress.highWatermark(own: 10) == mark, "\(id) \(end)")
        }
        let news = progress.reached(5002, end: 2, highWatermark: 1)
        #expect(news)
    }

    @Test("A leader without followers has nobody to wait for")
    func alone() {
        #expect(ReplicaProgress(replicas: [5001], leader: 5001).highWatermark(own: 4) == 4)
    }
}

@Suite("Two tails")
struct TailComparisonTests {
    /// Headers of batches of one record each, told apart by their sequences.
    private func batches(from offset: Int64, _ tags: [UInt32]) -> [BatchHeader] {
        zip(offset..., tags).map { offset, tag in
            var header = BatchHeader()
            (header.baseOffset, header.crc) = (offset, tag)
            return header
        }
    }

    @Test(
        "are the same up to the first batch that differs, however long they are",
        arguments: [
            ([1, 2, 3], [1, 2, 3], 13), ([1, 2, 3], [1, 2], 12), ([1, 2], [1, 2, 3], 12),
            // As long as each other, and with the same batch at the end.
            ([1, 2, 3], [1, 9, 3], 11), ([1, 2], [8, 9], 10), ([], [1], 10), ([], [], 10),
        ] as [([UInt32], [UInt32], Int64)])
    func compare(own: [UInt32], other: [UInt32], common: Int64) {
        // However many come at once.
        for piece in 1...4 {
            var comparison = TailComparison(from: 10)
            var steps = 0
            while !comparison.isOver, steps < 10 {
                let at = Int(comparison.common - 10)
                comparison.take(
                    Array(batches(from: 10, own).dropFirst(at).prefix(piece)),
                    Array(batches(from: 10, other).dropFirst(at)))
                steps += 1
            }
            #expect(comparison.common == common && comparison.isOver)
        }
    }
}
