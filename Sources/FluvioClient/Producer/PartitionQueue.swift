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
    final class Kept: Sendable {
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

    struct State: ~Copyable {
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
    let settings: RecordSetBuilder.Settings
    let requestSize: Int
    let sendsAtOnce: Bool
    let state: Mutex<State>
    private let compressor = Mutex(Compressor())
    let isMoving = Atomic<Bool>(false)

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
