import FluvioClient

/// How far a file's records are acknowledged: pure. What the checkpoint says of a file is a *mark*: a byte offset, and for
/// each partition how many of the file's records before it go there. A mark counts once all these are acknowledged, so it
/// needs no pause: records behind it may be under way.
struct LaneProgress: Sendable {
    /// A place between two records.
    struct Mark: Equatable, Sendable {
        /// Bytes before it.
        var offset: Int
        /// Records before it, over all.
        var line: Int
        /// For each partition, records since the lane began that stand before it.
        var counts: [Int]
        /// The last bytes before it.
        var tail: [UInt8] = []
        /// The beginning of the file, as far as it was known then.
        var head = Head()
        /// What is passed over there.
        var excess: FileRecord.Excess?
    }

    /// Records that were acknowledged together.
    private struct Stretch {
        var first: Int
        var count: Int
        /// Where they stand in the log; nil: somewhere.
        var offset: Int64?
    }

    /// Where the lane began, by partition.
    private let base: [ProducerPosition]
    /// Records that have come by, those among them that the log had already too.
    private var taken: [Int]
    /// Of those that come next, so many are in the log already.
    private var there: [Int]
    private var stored: [Int]
    private var ends: [Int64]
    private var stretches: [[Stretch]]
    private var marks: [Mark] = []
    private var firstMark = 0
    /// The last mark that counts.
    private(set) var settled: Mark

    /// - Parameters:
    ///   - base: where each partition is at `offset`.
    ///   - stored: records from there on that the log has already.
    init(_ base: [ProducerPosition], stored: [Int], offset: Int, line: Int) {
        self.base = base
        self.stored = stored
        there = stored
        taken = base.map { _ in 0 }
        ends = base.map(\.end)
        stretches = base.map { _ in [] }
        settled = Mark(offset: offset, line: line, counts: taken)
    }

    /// The next record goes to a partition. False: it is there already, and must not be sent.
    @inline(__always)
    mutating func take(_ partition: Int) -> Bool {
        taken[partition] += 1
        if there[partition] == 0 { return true }
        there[partition] -= 1
        return false
    }

    /// So many records go to a partition, none of which the log has already (``isCatchingUp``).
    mutating func take(_ count: Int, of partition: Int) { taken[partition] += count }

    /// The record that was taken last did not fit, and will come again.
    mutating func giveBack(_ partition: Int) { taken[partition] -= 1 }

    /// Whether some are to come by that the log has already.
    var isCatchingUp: Bool { there.contains { $0 > 0 } }

    /// All records before this place have been taken.
    mutating func mark(
        offset: Int, line: Int, tail: [UInt8] = [], head: Head = Head(), excess: FileRecord.Excess? = nil
    ) {
        let mark = Mark(
            offset: offset, line: line, counts: taken, tail: tail, head: head, excess: excess)
        // Nothing was sent since: the last one moves on.
        if marks.count > firstMark, marks[marks.count - 1].counts == taken {
            marks[marks.count - 1] = mark
        } else {
            marks.append(mark)
        }
    }

    /// The next records of a partition are stored, from `offset` on, if that is known.
    mutating func acknowledged(_ partition: Int, count: Int, at offset: Int64?) {
        stretches[partition].append(Stretch(first: stored[partition], count: count, offset: offset))
        stored[partition] += count
    }

    /// Whether nothing is under way, and the last mark counts.
    var isSettled: Bool { firstMark == marks.count && taken == settled.counts }

    /// Moves ``settled`` on; false if it stays.
    mutating func settle() -> Bool {
        let before = firstMark
        while firstMark < marks.count, isReached(marks[firstMark]) { firstMark += 1 }
        guard firstMark > before else { return false }
        settled = marks[firstMark - 1]
        if firstMark == marks.count || firstMark > 64 {
            marks.removeFirst(firstMark)
            firstMark = 0
        }
        for partition in base.indices { advanceEnd(of: partition) }
        return true
    }

    private func isReached(_ mark: Mark) -> Bool {
        for (wanted, stored) in zip(mark.counts, stored) where wanted > stored { return false }
        return true
    }

    /// Nothing of ours behind the mark stands before its end in the log, and a batch that reaches over it is not cut.
    private mutating func advanceEnd(of partition: Int) {
        let count = settled.counts[partition]
        var passed = 0
        for stretch in stretches[partition] {
            guard stretch.first < count || stretch.first + stretch.count <= count else { break }
            if stretch.first + stretch.count <= count {
                if let offset = stretch.offset { ends[partition] = offset + Int64(stretch.count) }
                passed += 1
            } else {
                if let offset = stretch.offset { ends[partition] = offset }
                break
            }
        }
        stretches[partition].removeFirst(passed)
    }

    /// Where each partition is at the last mark that counts.
    var positions: [ProducerPosition] {
        base.indices.map { partition in
            var position = base[partition]
            // A lane ends long before its numbers do (see ``needsRenewal``).
            position.sequence &+= Int32(truncatingIfNeeded: settled.counts[partition])
            position.end = ends[partition]
            return position
        }
    }

    /// Whether numbers of records are half used up: then the lane must come to rest and begin anew in the next epoch.
    var needsRenewal: Bool {
        for (position, count) in zip(base, taken) where Int(position.sequence) + count > Int(Int32.max / 2) {
            return true
        }
        return false
    }
}
