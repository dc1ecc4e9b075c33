import FluvioProtocol
import Synchronization
import Unix

/// The records of one partition between the caller and the wire: a set that is being filled, and at most one request
/// whose fate is open. Safe to use from any thread; nothing here waits or sends.
///
/// One request at a time is enough: the next set fills meanwhile, and grows while the answer takes longer than the
/// filling. It is what keeps the order, and what lets the log itself say after trouble how far it got (``Delivery``).
final class PartitionQueue: Sendable {
    /// What became of an appended record.
    enum Outcome: Equatable, Sendable {
        case appended(record: Int)
        /// It is in, and there is enough for a request, or it is to leave at once.
        case due(record: Int)
        /// The queue is full: wait for an acknowledgement.
        case full
        /// The queue is full, and nothing is under way: dispatch, and append again.
        case fullAndReady
        /// It is above the largest batch that a server stores.
        case tooLarge
        /// The partition has failed; nothing is taken any more.
        case failed
    }

    /// A sealed set of batches, on its way or to be sent again.
    struct Request: ~Copyable, Sendable {
        var records: RecordSetBuilder
        /// The caller's tag of the last record in it.
        let lastTag: UInt64
        /// Names it in the ``Delivery``; 0: it has not left yet.
        var number: UInt64 = 0
        /// Batches in front that are stored, and not sent again.
        var storedBatches = 0
    }

    /// A request that may have to be sent again. A box, as an array holds nothing that cannot be copied.
    private final class Kept: Sendable {
        let number: UInt64
        let lastTag: UInt64
        /// Nil while it is being sent.
        let request: Mutex<Request?>

        init(_ request: consuming Request) {
            number = request.number
            lastTag = request.lastTag
            self.request = Mutex(request)
        }
    }

    private struct State: ~Copyable {
        var filling: RecordSetBuilder
        var lastTag: UInt64 = 0
        var spare: RecordSetBuilder?
        /// What is under way, and what has been acknowledged and is not settled for good.
        var kept: [Kept] = []
        var delivery: Delivery
        var isFlushing = false
        /// The last record that came found no room.
        var wantsRoom = false
        var failure: FluvioError?
        var counts = ProducerCounts()
        var settled = SettledRecords()
        /// Bytes that are gathered while a request is under way.
        var limit: Int
        var sent = MonotonicTime.now
        var random = SystemRandomNumberGenerator()
        /// What went wrong last.
        var trouble: FluvioError?
        var hasToldLeaderAlone = false
        /// Records that were in the log before this process began.
        var alreadyStored = 0
    }

    /// What the caller does about an event.
    struct Outcomes: Sendable {
        var action: Delivery.Action
        var acknowledgements: [Acknowledgement]
        var notices: [Delivery.Notice]
    }

    let partition: UInt32
    /// Names our batches in the log. Random, so that no two producers share one.
    let producerID: Int64
    private let settings: RecordSetBuilder.Settings
    private let requestSize: Int
    private let sendsAtOnce: Bool
    private let state: Mutex<State>
    private let compressor = Mutex(Compressor())
    private let isMoving = Atomic<Bool>(false)

    /// - Parameters:
    ///   - requestSize: bytes from which a request leaves without being told to.
    ///   - sendsAtOnce: a record leaves as soon as nothing is under way.
    init(
        partition: UInt32, producerID: Int64, settings: RecordSetBuilder.Settings, requestSize: Int,
        sendsAtOnce: Bool, delivery: Delivery.Settings
    ) {
        self.partition = partition
        self.producerID = producerID
        self.settings = settings
        self.requestSize = min(requestSize, settings.capacity)
        self.sendsAtOnce = sendsAtOnce
        let identity = RecordSetBuilder.Identity(producerID: producerID, producerEpoch: 0, nextSequence: 0)
        state = Mutex(
            State(
                filling: RecordSetBuilder(settings, as: identity), delivery: Delivery(delivery),
                limit: 2 * self.requestSize))
    }

    // MARK: The caller's side

    /// Copies a record into the set that is being filled.
    ///
    /// - Parameter tag: comes back with the acknowledgement that covers the record.
    func append(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer, timestamp: Int64, tag: UInt64
    ) -> Outcome {
        state.withLock { state in
            guard state.delivery.phase != .failed else { return .failed }
            let isReady = state.delivery.isReady
            if !isReady, state.filling.byteCount() >= state.limit {
                state.isFlushing = true
                state.wantsRoom = true
                return .full
            }
            var outcome = unsafe state.filling.append(key: key, value: value, timestamp: timestamp)
            if outcome == .sequencesUsedUp, let identity = state.filling.identity {
                state.filling.identify(as: identity.nextEpoch)
                outcome = unsafe state.filling.append(key: key, value: value, timestamp: timestamp)
            }
            switch outcome {
            case .appended:
                state.lastTag = tag
                let record = state.counts.appended
                state.counts.appended = record + 1
                guard isReady else { return .appended(record: record) }
                let isDue = sendsAtOnce || state.filling.byteCount() >= requestSize
                return isDue ? .due(record: record) : .appended(record: record)
            case .tooLarge: return .tooLarge
            // Only two billion records in one set could use up an epoch twice.
            case .full, .sequencesUsedUp:
                state.isFlushing = true
                state.wantsRoom = !isReady
                return isReady ? .fullAndReady : .full
            }
        }
    }

    /// What is there leaves as soon as nothing is under way.
    func flush() {
        state.withLock { if !$0.filling.isEmpty { $0.isFlushing = true } }
    }

    /// If the last record found no room: forgets the oldest sixteenth of what is being filled, but at least a batch, as
    /// if it had never been appended. Its numbers are given to what is behind it.
    func discardOldest() -> Int {
        state.withLock { state in
            guard state.wantsRoom, state.delivery.phase != .failed else { return 0 }
            state.wantsRoom = false
            let count = state.filling.dropOldest(bytes: state.filling.byteCount() / 16)
            state.counts.appended -= count
            return count
        }
    }

    /// Nothing is filled, under way, or being found out; or the partition has failed.
    var isSettled: Bool {
        state.withLock {
            $0.delivery.phase == .failed || ($0.delivery.isReady && $0.filling.isEmpty)
        }
    }

    /// Why the partition has failed.
    var failure: FluvioError? { state.withLock { $0.failure } }

    /// What is known of a record.
    enum Fate {
        case open
        /// Where, if that is known.
        case stored(Int64?)
        case failed(FluvioError)
    }

    /// What is known of the record that was appended as number `record`, from 0.
    func fate(of record: Int) -> Fate {
        state.withLock { state in
            if record < state.settled.count { return .stored(state.settled.offset(of: record)) }
            return state.failure.map { .failed($0) } ?? .open
        }
    }

    /// The records so far.
    var counts: ProducerCounts { state.withLock { $0.counts } }

    // MARK: The sending side

    /// Takes what has filled, sealed, if it is to leave now. ``park(_:)`` must follow.
    func takeRequest() throws(CompressionError) -> Request? {
        let taken: Request? = state.withLock { state in
            guard state.delivery.isReady, !state.filling.isEmpty,
                state.isFlushing || sendsAtOnce || state.filling.byteCount() >= requestSize
            else { return nil }
            var next = state.spare.take() ?? RecordSetBuilder(settings)
            next.reset(as: state.filling.identity)
            swap(&state.filling, &next)
            _ = state.delivery.event(.building, at: state.sent, using: &state.random)
            state.isFlushing = false
            return Request(records: next, lastTag: state.lastTag)
        }
        guard var request = taken else { return nil }
        let result = compressor.withLock { compressor in
            Result { () throws(CompressionError) in try request.records.seal(with: &compressor) }
        }
        try result.get()
        return request
    }

    /// Takes a request that is to be sent again. ``park(_:)`` must follow.
    func take(_ number: UInt64, skipping batches: Int) -> Request? {
        state.withLock { state in
            guard let kept = state.kept.first(where: { $0.number == number }) else { return nil }
            return kept.request.withLock { request in
                request?.storedBatches = batches
                return request.take()
            }
        }
    }

    /// Keeps a request that is about to leave for the leader, until it is settled.
    func park(_ request: consuming Request) -> Outcomes {
        var request: Request? = request
        return state.withLock { state in
            state.sent = .now
            guard let number = request?.number, number == 0 else {
                let kept = state.kept.first { $0.number == request?.number ?? 0 }
                kept?.request.withLock { $0 = request.take() }
                return Outcomes(
                    action: .transmit(request: kept?.number ?? 0, skipping: 0), acknowledgements: [], notices: [])
            }
            let batches = request?.batches ?? []
            let bytes = request?.records.byteCount() ?? 0
            let outcomes = handle(.request(batches, bytes: bytes), &state)
            if var request = request.take() {
                request.number = state.delivery.lastNumber
                state.kept.append(Kept(request))
            }
            return outcomes
        }
    }

    /// The answer of a request under way came at once or not: where answers come fast, requests of a megabyte or two
    /// are the fastest; where each takes its time whatever its size (replicas), larger ones are.
    private static let slowAnswer = Duration.milliseconds(20)

    // MARK: Events

    /// Tells the delivery of an event, and keeps the books of what follows.
    func handle(_ event: Delivery.Event) -> Outcomes {
        state.withLock { state in handle(event, &state) }
    }

    private func handle(_ event: Delivery.Event, _ state: inout State) -> Outcomes {
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

extension PartitionQueue.Request {
    /// The batches, as the log will show them.
    var batches: [Delivery.Batch] {
        records.batches.map { batch in
            Delivery.Batch(
                first: RecordSequence(
                    epoch: batch.identity?.producerEpoch ?? 0, sequence: batch.identity?.nextSequence ?? 0),
                count: Int32(batch.recordCount))
        }
    }
}

extension RecordSetBuilder.Identity {
    /// The same producer's next epoch.
    var nextEpoch: Self { Self(producerID: producerID, producerEpoch: producerEpoch &+ 1, nextSequence: 0) }
}
