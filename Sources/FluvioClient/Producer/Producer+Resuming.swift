import FluvioProtocol
import FluvioTransport
import Unix

// Going on as the producer that another process was.
extension Producer {
    /// What a killed process has sent may land for a moment still: its connection cannot be drained by others.
    private static let quiet = Duration.seconds(1)
    private static let look = Duration.milliseconds(100)

    /// Where every partition is, once everything is acknowledged: what to give to the next process, as
    /// ``ProducerSettings/resume``. Nil while something is open.
    ///
    /// Numbers of records that are half used up begin anew in the next epoch: so they never run out between two calls,
    /// and what a later process finds in the log can be counted.
    public func checkpoint() -> [UInt32: ProducerPosition]? {
        var positions: [UInt32: ProducerPosition] = [:]
        for queue in usedQueues {
            guard let position = queue.checkpoint() else { return nil }
            positions[queue.partition] = position
        }
        return positions
    }

    /// Records that the log held already when the producer began: of those after the ``ProducerPosition`` that it was
    /// given, the first so many of each partition. They must not be appended again.
    public var alreadyStored: [UInt32: Int] {
        queues.reduce(into: [:]) { counts, queue in
            if queue.alreadyStored > 0 { counts[queue.partition] = queue.alreadyStored }
        }
    }

    /// Reads the log from a position on until it has been quiet for a while and all of ours in it is committed, and
    /// goes on behind the highest sequence found.
    func resume(_ queue: PartitionQueue, at position: ProducerPosition, leader: ServerLink) async throws(FluvioError) {
        if settings.resumesAtRest { return queue.resume(at: position, newest: nil) }
        let started = MonotonicTime.now
        var quietSince = started
        var last = Tail()
        while true {
            let tail = try await tail(of: queue, from: position.end, at: leader)
            let now = MonotonicTime.now
            if tail.end != last.end { quietSince = now }
            let newest = tail.found.max { $0.batch.last < $1.batch.last }
            let isCommitted =
                settings.isolation == .readUncommitted
                || newest.map { $0.offset + Int64($0.batch.count) <= tail.highWatermark } ?? true
            if now - quietSince >= Self.quiet {
                if isCommitted { return queue.resume(at: position, newest: newest?.batch.last) }
                if case .duration(let limit) = settings.retry, now - started > limit + Self.quiet {
                    throw FluvioError(
                        .unacknowledged, "records of before are stored by the leader only", at: place(of: queue),
                        advice: "see whether all replicas are online")
                }
            }
            last = tail
            guard (try? await Task.sleep(for: Self.look)) != nil else { throw .cancelled }
        }
    }
}

extension PartitionQueue {
    /// Where it is; nil while something is open.
    func checkpoint() -> ProducerPosition? {
        settled { identity, end in
            if identity.nextSequence > Int32.max / 2 { identity = identity.nextEpoch }
            return ProducerPosition(
                producerID: identity.producerID, epoch: identity.producerEpoch, sequence: identity.nextSequence,
                end: end)
        }
    }
}
