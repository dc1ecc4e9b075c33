/// The fate of what a producer has sent to one partition: pure, so that it can be tried against any order of events.
///
/// One request is under way at a time. After trouble (connection gone, deadline, refusal, new leader) what it held is
/// of unknown fate, and the log itself is asked: the broker stores producer id and sequence of every batch, so the
/// tail of the log shows what arrived. Three rules keep records from being lost or stored twice:
/// - nothing is sent while an earlier batch is unsettled;
/// - what is in the log is not sent again, judged by the highest sequence found and never by a count;
/// - a batch is acknowledged only when it lies below the high watermark, if that was asked for (COMMITTED).
struct Delivery: Sendable {
    /// Records that were sent as one batch.
    struct Batch: Equatable, Sendable {
        /// The number of its first record.
        var first: RecordSequence
        /// Number of records, at least 1.
        var count: Int32

        /// The number of its last record.
        var last: RecordSequence { first.advanced(by: count - 1) }
    }

    /// A batch of ours that was found in the log.
    struct Found: Equatable, Sendable {
        var batch: Batch
        /// Offset of its first record.
        var offset: Int64
    }

    /// A batch that is acknowledged.
    struct Settled: Equatable, Sendable {
        var batch: Batch
        /// Offset of its first record; nil if it is known to be stored, but not where.
        var offset: Int64?
    }

    /// What follows from reading the tail of the log.
    enum Verdict: Equatable, Sendable {
        /// All that was unsettled is stored and acknowledged.
        case done
        /// The last `count` unsettled batches are not in the log: they are to be sent again, unchanged and in order.
        case resend(last: Int)
        /// Something is stored but not committed yet: read again, send nothing.
        case wait
    }

    /// Offset below which everything of ours is committed: where the tail is read from. At first the high watermark
    /// when the producer began.
    private(set) var end: Int64
    /// Sent and neither acknowledged nor found.
    private(set) var unsettled: [Batch] = []

    private let committed: Bool

    /// - Parameter committed: acknowledge only below the high watermark.
    init(end: Int64, committed: Bool) {
        self.end = end
        self.committed = committed
    }

    /// Batches leave for the leader. Only when nothing is unsettled.
    mutating func sent(_ batches: [Batch]) { unsettled = batches }

    /// The leader stored everything that was sent, from `offset` on.
    mutating func stored(at offset: Int64) -> [Settled] {
        var offset = offset
        var settled: [Settled] = []
        for batch in unsettled {
            settled.append(Settled(batch: batch, offset: offset))
            offset += Int64(batch.count)
        }
        unsettled = []
        // An acknowledgement of a COMMITTED request says that every replica has it.
        if committed { end = offset }
        return settled
    }

    /// The log from ``end`` to its end was read: what of ours was `found` there, in its order, and how far it is
    /// committed.
    mutating func observed(_ found: [Found], highWatermark: Int64) -> (settled: [Settled], verdict: Verdict) {
        guard let newest = found.max(by: { $0.batch.last < $1.batch.last }) else {
            end = max(end, highWatermark)
            return ([], unsettled.isEmpty ? .done : .resend(last: unsettled.count))
        }
        let newestEnd = newest.offset + Int64(newest.batch.count)
        var settled: [Settled] = []
        var uncommitted: [Batch] = []
        var missing: [Batch] = []
        for batch in unsettled {
            guard batch.last <= newest.batch.last else {
                missing.append(batch)
                continue
            }
            // Stored, for a later one is, and nothing leaves before all below it is settled.
            let offset = Self.offset(of: batch.first, in: found)
            let batchEnd = offset.map { $0 + Int64(batch.count) } ?? newestEnd
            if committed, batchEnd > highWatermark {
                uncommitted.append(batch)
            } else {
                settled.append(Settled(batch: batch, offset: offset))
            }
        }
        unsettled = uncommitted + missing
        guard uncommitted.isEmpty else { return (settled, .wait) }
        end = max(end, highWatermark)
        return (settled, missing.isEmpty ? .done : .resend(last: missing.count))
    }

    /// Where the record numbered `sequence` is stored, if `found` holds it.
    private static func offset(of sequence: RecordSequence, in found: [Found]) -> Int64? {
        for entry in found where entry.batch.first <= sequence && sequence <= entry.batch.last {
            return entry.offset + Int64(sequence.sequence - entry.batch.first.sequence)
        }
        return nil
    }
}
