import FluvioProtocol
import Synchronization
import Unix

// What happens to the requests of a partition, and the books that are kept of it.
extension PartitionQueue {
    /// The answer of a request under way came at once or not: where answers come fast, requests of a megabyte or two
    /// are the fastest; where each takes its time whatever its size (replicas), larger ones are.
    private static let slowAnswer = Duration.milliseconds(20)

    /// Tells the delivery of an event, and keeps the books of what follows.
    func handle(_ event: Delivery.Event) -> Outcomes {
        state.withLock { state in handle(event, &state) }
    }

    func handle(_ event: Delivery.Event, _ state: inout State) -> Outcomes {
        let now = MonotonicTime.now
        if case .stored = event, state.delivery.phase.isSending {
            state.limit = now - state.sent > Self.slowAnswer ? settings.capacity : 2 * requestSize
        }
        let step = state.delivery.event(event, at: now, using: &state.random)
        let acknowledgements = acknowledge(step.acknowledged, &state)
        if let released = step.released { release(upTo: released, &state) }
        for notice in step.notices {
            switch notice {
            case .leaderAlone(let records): state.counts.leaderAlone += records
            case .tookOver(let next): resume(at: next, &state)
            default: break
            }
        }
        return Outcomes(action: step.action, acknowledgements: acknowledgements, notices: step.notices)
    }

    /// Counts what is acknowledged, and joins batches that follow each other.
    private func acknowledge(_ batches: [Delivery.Acknowledged], _ state: inout State) -> [Acknowledgement] {
        var acknowledgements: [Acknowledgement] = []
        var index = 0
        while index < batches.count {
            let first = batches[index]
            var count = Int(first.batch.count)
            var last = first
            index += 1
            while index < batches.count, let offset = first.offset, batches[index].offset == offset + Int64(count) {
                last = batches[index]
                count += Int(last.batch.count)
                index += 1
            }
            state.counts.acknowledged += count
            state.settled.settle(count, at: first.offset)
            // The tag is that of the request's last record: an earlier batch may not claim it.
            let request = last.endsRequest ? state.kept.first { $0.number == last.request } : nil
            acknowledgements.append(
                Acknowledgement(
                    partition: partition, firstOffset: first.offset ?? -1, count: count, lastTag: request?.lastTag))
        }
        return acknowledgements
    }

    private func release(upTo number: UInt64, _ state: inout State) {
        let count = state.kept.prefix { $0.number <= number }.count
        if state.spare == nil {
            // One that is being sent at the moment is gone for good.
            for kept in state.kept.prefix(count) {
                guard let request = kept.request.withLock({ $0.take() }) else { continue }
                state.spare = consume request.records
                break
            }
        }
        state.kept.removeFirst(count)
    }

    /// Goes on as a producer of before: behind the highest sequence of it that the log holds.
    private func resume(at next: RecordSequence, _ state: inout State) {
        guard let first = state.delivery.settings.predecessor?.next else { return }
        // Epochs change at positions only (``checkpoint()``), so the numbers can be counted.
        state.alreadyStored = next.epoch == first.epoch ? Int(next.sequence - first.sequence) : 0
        state.filling.identify(
            as: .init(producerID: producerID, producerEpoch: next.epoch, nextSequence: next.sequence))
    }

    /// Records that were in the log before this process began.
    var alreadyStored: Int { state.withLock { $0.alreadyStored } }

    /// Hands out the number of the next record, to be changed, and the end of the log, if nothing is open.
    func settled<R>(_ body: (inout RecordSetBuilder.Identity, Int64) -> R) -> R? {
        state.withLock { state in
            guard state.delivery.isReady, state.filling.isEmpty, var identity = state.filling.identity,
                let end = state.delivery.end
            else { return nil }
            let result = body(&identity, end)
            state.filling.identify(as: identity)
            return result
        }
    }

    /// Gives the partition up. What was sent without an answer counts as unknown.
    func fail(_ error: FluvioError, isStored: Bool? = nil) {
        state.withLock { state in
            guard state.failure == nil else { return }
            _ = handle(.refused, &state)
            state.failure = error
            if isStored == nil { state.counts.unknown += state.delivery.unacknowledged }
        }
    }

    /// Keeps what went wrong, for whoever is to be told.
    func note(_ error: FluvioError) { state.withLock { $0.trouble = error } }

    /// What went wrong last.
    var trouble: FluvioError? { state.withLock { $0.trouble } }

    /// What the partition is doing.
    var phase: Delivery.Phase { state.withLock { $0.delivery.phase } }

    /// Trouble is being looked into already.
    var isDisturbed: Bool { state.withLock { $0.delivery.trouble != nil || $0.delivery.phase == .failed } }

    /// A new leader is about to be confirmed; false: somebody is at it.
    func beginMove() -> Bool { !isMoving.exchange(true, ordering: .acquiringAndReleasing) }

    func endMove() { isMoving.store(false, ordering: .releasing) }

    /// True once: ``ProducerEvent/leaderAlone(partition:)`` is to be told.
    func tellsLeaderAlone() -> Bool {
        state.withLock { state in
            defer { state.hasToldLeaderAlone = true }
            return !state.hasToldLeaderAlone
        }
    }

    /// What is stored by the leader, and perhaps not by the others yet.
    var isUnconfirmed: Bool { state.withLock { $0.delivery.phase != .failed && $0.delivery.isUnconfirmed } }

    /// The newest batch that the leader has and its replicas perhaps not, if it is time to look: something waits for
    /// it, or much is kept because of it. ``Delivery/Event/confirmed(_:highWatermark:)`` must follow.
    func takeUnconfirmed(isAwaited: Bool) -> Delivery.Found? {
        state.withLock { state in
            guard let newest = state.delivery.newestUnconfirmed,
                isAwaited || state.delivery.keptBytes > state.delivery.keepLimit / 4
            else { return nil }
            _ = handle(.confirming, &state)
            return newest
        }
    }
}
