import FluvioProtocol
import Unix

/// What is asked about a partition before its first record is read: who leads it, where reading begins, where the
/// partition ends, and what stands before.
struct PartitionOpening: Sendable {
    let leader: Int32
    let link: ServerLink
    /// From where to where records are kept, as far as they are to be read.
    let range: Range<Int64>
    /// Offsets that were asked for and are not kept any more.
    let gap: Range<Int64>?
    /// Reading begins behind the end that the leader knows of: the stream looks for the leader anew.
    let isBehindEnd: Bool
    /// Of producers that number their batches (``RepeatFilter``).
    let context: [RecordChunk]

    /// Asks the leader; one that is away, at whatever question, is waited for, as later on.
    static func find(
        _ replica: ReplicaKey, of partitions: Int, _ cluster: any LeaderDirectory, _ settings: ConsumerSettings,
        _ say: @Sendable (ConsumerEvent) -> Void
    ) async throws(FluvioError) -> PartitionOpening {
        let began = MonotonicTime.now
        var schedule = RetrySchedule(limit: settings.retry)
        var random = SystemRandomNumberGenerator()
        var isLost = false
        while true {
            let failure: FluvioError
            do throws(FluvioError) {
                let leader = try await cluster.leader(of: replica)
                let link = try await cluster.sharedLink(to: leader)
                let opening = try await PartitionOpening(replica, of: partitions, leader, link, settings)
                if isLost { say(.recovered(partition: replica.partition)) }
                return opening
            } catch {
                failure = error
            }
            guard failure.mayPass,
                let delay = schedule.delay(afterFailureAt: MonotonicTime.now - began, using: &random)
            else { throw failure }
            if !isLost { say(.lost(partition: replica.partition, failure)) }
            isLost = true
            await cluster.news(of: replica, within: delay)
            if Task.isCancelled { throw .cancelled }
        }
    }

    private init(
        _ replica: ReplicaKey, of partitions: Int, _ leader: Int32, _ link: ServerLink, _ settings: ConsumerSettings
    ) async throws(FluvioError) {
        let timeout = settings.requestTimeout
        let start: Int64
        var end: Int64
        (start, end) = try await link.offsets(of: replica, timeout: timeout)
        if settings.stopsAtEnd, settings.isolation == .readCommitted {
            end = try await link.committedEnd(end, of: replica, timeout: timeout)
        }
        let position = settings.starts[replica.partition] ?? settings.start
        let from = position.offset(start: start, end: end)
        // UNCOMMITTED records reach beyond the high watermark, and so does what was committed by a leader whose
        // successor does not know yet how far its replicas are.
        isBehindEnd = from > end && settings.isolation == .readCommitted
        if isBehindEnd {
            guard try await link.reaches(from, of: replica, timeout: timeout) else {
                throw FluvioError(
                    .offsetOutOfRange, "offset \(from) is behind the end of the partition, which is \(end)",
                    at: FluvioError.Place(topic: replica.topic, partition: Int(replica.partition)))
            }
        }
        context = try await link.before(
            from, from: start, of: replica, bytes: settings.readBack(partitions: partitions), timeout: timeout)
        gap = from < start ? from..<start : nil
        range = max(from, start)..<max(from, start, end)
        self.leader = leader
        self.link = link
    }
}
