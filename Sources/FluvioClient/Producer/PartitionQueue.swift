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
        /// Batches in front that are settled, and not sent again.
        var settledBatches = 0
    }

    /// What a queue does at the moment.
    private enum Phase: Equatable {
        /// Nothing is under way; what has filled may be taken.
        case ready
        /// A request is being built, or is under way.
        case sending
        /// The fate of what was under way, or the place of the log's end, is being found out.
        case recovering
        /// For good.
        case failed
    }

    private struct State: ~Copyable {
        var phase = Phase.recovering
        var filling: RecordSetBuilder
        var lastTag: UInt64 = 0
        var spare: RecordSetBuilder?
        var request: Request?
        var delivery: Delivery?
        var isFlushing = false
        var failure: FluvioError?
        var counts = ProducerCounts()
        var settled = SettledRecords()
        /// Bytes that are gathered while a request is under way.
        var limit: Int
        var sent = MonotonicTime.now
        /// Records that were in the log before this process began.
        var alreadyStored = 0
    }

    let partition: UInt32
    /// Names our batches in the log. Random, so that no two producers share one.
    let producerID: Int64
    private let settings: RecordSetBuilder.Settings
    private let requestSize: Int
    private let sendsAtOnce: Bool
    private let isCommitted: Bool
    private let state: Mutex<State>
    private let compressor = Mutex(Compressor())

    /// - Parameters:
    ///   - requestSize: bytes from which a request leaves without being told to.
    ///   - sendsAtOnce: a record leaves as soon as nothing is under way.
    init(
        partition: UInt32, producerID: Int64, settings: RecordSetBuilder.Settings, requestSize: Int,
        sendsAtOnce: Bool, isCommitted: Bool
    ) {
        self.partition = partition
        self.producerID = producerID
        self.settings = settings
        self.requestSize = min(requestSize, settings.capacity)
        self.sendsAtOnce = sendsAtOnce
        self.isCommitted = isCommitted
        let identity = RecordSetBuilder.Identity(producerID: producerID, producerEpoch: 0, nextSequence: 0)
        state = Mutex(State(filling: RecordSetBuilder(settings, as: identity), limit: 2 * self.requestSize))
    }

    // MARK: The caller's side

    /// Copies a record into the set that is being filled.
    ///
    /// - Parameter tag: comes back with the acknowledgement that covers the record.
    func append(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer, timestamp: Int64, tag: UInt64
    ) -> Outcome {
        state.withLock { state in
            guard state.phase != .failed else { return .failed }
            if state.phase != .ready, state.filling.byteCount() >= state.limit {
                state.isFlushing = true
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
                guard state.phase == .ready else { return .appended(record: record) }
                let isDue = sendsAtOnce || state.filling.byteCount() >= requestSize
                return isDue ? .due(record: record) : .appended(record: record)
            case .tooLarge: return .tooLarge
            // Only two billion records in one set could use up an epoch twice.
            case .full, .sequencesUsedUp:
                state.isFlushing = true
                return state.phase == .ready ? .fullAndReady : .full
            }
        }
    }

    /// What is there leaves as soon as nothing is under way.
    func flush() {
        state.withLock { if !$0.filling.isEmpty { $0.isFlushing = true } }
    }

    /// Forgets what is being filled, as if it had never been appended: its numbers are given to what comes next.
    func discardWaiting() -> Int {
        state.withLock { state in
            let count = state.filling.recordCount
            guard count > 0, state.phase != .failed, var first = state.filling.identity else { return 0 }
            if let batch = state.filling.batches.first?.identity {
                first = batch
            } else {
                first.nextSequence -= Int32(count)
            }
            state.filling.reset(as: first)
            state.counts.appended -= count
            return count
        }
    }

    /// Nothing is filled, under way, or being found out; or the partition has failed.
    var isSettled: Bool {
        state.withLock { $0.phase == .failed || ($0.phase == .ready && $0.filling.isEmpty) }
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
            guard state.phase == .ready, !state.filling.isEmpty,
                state.isFlushing || sendsAtOnce || state.filling.byteCount() >= requestSize
            else { return nil }
            var next = state.spare.take() ?? RecordSetBuilder(settings)
            next.reset(as: state.filling.identity)
            swap(&state.filling, &next)
            state.phase = .sending
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

    /// Keeps a request that is about to leave for the leader.
    func park(_ request: consuming Request) {
        var request: Request? = request
        state.withLock { state in
            if let batches = request?.batches { state.delivery?.sent(batches) }
            state.request = request.take()
            state.sent = .now
        }
    }

    /// The leader stored the request under way from `offset` on.
    func stored(at offset: Int64) -> Acknowledgement? {
        state.withLock { state in
            guard state.phase == .sending, let settled = state.delivery?.stored(at: offset) else { return nil }
            let count = settled.reduce(0) { $0 + Int($1.batch.count) }
            state.counts.acknowledged += count
            state.settled.settle(count, at: offset)
            let tag = state.request?.lastTag ?? 0
            // Where answers come fast, requests of a megabyte or two are the fastest; where each takes its time whatever
            // its size (replicas), larger ones are.
            let isSlow = MonotonicTime.now - state.sent > Self.slowAnswer
            state.limit = isSlow ? settings.capacity : 2 * requestSize
            Self.recycle(&state)
            state.phase = .ready
            return Acknowledgement(partition: partition, firstOffset: offset, count: count, lastTag: tag)
        }
    }

    private static let slowAnswer = Duration.milliseconds(20)

    private static func recycle(_ state: inout State) {
        guard let request = state.request.take() else { return }
        state.spare = consume request.records
    }

    // MARK: Recovery

    /// Trouble: the fate of what is under way must be found out. False: somebody is at it already.
    func beginRecovery() -> Bool {
        state.withLock { state in
            guard state.phase == .sending || state.phase == .ready else { return false }
            state.phase = .recovering
            return true
        }
    }

    /// Where the log must be read from to see all of ours; nil: not known yet.
    var end: Int64? { state.withLock { $0.delivery?.end } }

    /// The log's high watermark before anything of ours was sent.
    func begin(at end: Int64) {
        state.withLock { state in
            if state.delivery == nil { state.delivery = Delivery(end: end, committed: isCommitted) }
        }
    }

    /// Goes on as a producer of before: behind the highest sequence of it that the log holds.
    func resume(at position: ProducerPosition, newest: RecordSequence?) {
        let first = RecordSequence(epoch: position.epoch, sequence: position.sequence)
        var next = first
        if let newest, newest >= first { next = newest.advanced(by: 1) }
        state.withLock { state in
            guard state.delivery == nil else { return }
            // Epochs change at positions only (``checkpoint()``), so the numbers can be counted.
            state.alreadyStored = next.epoch == first.epoch ? Int(next.sequence - first.sequence) : 0
            state.filling.identify(
                as: .init(producerID: producerID, producerEpoch: next.epoch, nextSequence: next.sequence))
            state.delivery = Delivery(end: position.end, committed: isCommitted)
        }
    }

    /// Records that were in the log before this process began.
    var alreadyStored: Int { state.withLock { $0.alreadyStored } }

    /// Hands out the number of the next record, to be changed, and the end of the log, if nothing is open.
    func settled<R>(_ body: (inout RecordSetBuilder.Identity, Int64) -> R) -> R? {
        state.withLock { state in
            guard state.phase == .ready, state.filling.isEmpty, var identity = state.filling.identity,
                let end = state.delivery?.end
            else { return nil }
            let result = body(&identity, end)
            state.filling.identify(as: identity)
            return result
        }
    }

    /// Takes what was found of ours in the log from ``end`` on.
    func observed(
        _ found: [Delivery.Found], highWatermark: Int64
    ) -> (acknowledgements: [Acknowledgement], verdict: Delivery.Verdict) {
        state.withLock { state in
            guard let (settled, verdict) = state.delivery?.observed(found, highWatermark: highWatermark) else {
                return ([], .done)
            }
            for batch in settled {
                state.counts.acknowledged += Int(batch.batch.count)
                state.settled.settle(Int(batch.batch.count), at: batch.offset)
            }
            state.request?.settledBatches += settled.count
            let tag = state.request?.lastTag ?? 0
            let acknowledgements = settled.enumerated().map { index, batch in
                // The tag is that of the request's last record: an earlier batch may not claim it.
                Acknowledgement(
                    partition: partition, firstOffset: batch.offset ?? -1, count: Int(batch.batch.count),
                    lastTag: verdict == .done && index == settled.count - 1 ? tag : nil)
            }
            return (acknowledgements, verdict)
        }
    }

    /// Nothing is open any more: the queue goes on.
    func endRecovery() {
        state.withLock { state in
            Self.recycle(&state)
            state.phase = .ready
        }
    }

    /// Takes the request that is not in the log, to send what is left of it again. ``park(_:)`` must follow.
    func takeForResending() -> Request? {
        state.withLock { state in
            state.phase = .sending
            return state.request.take()
        }
    }

    /// Gives the partition up. What was sent without an answer counts as unknown.
    func fail(_ error: FluvioError, isStored: Bool? = nil) {
        state.withLock { state in
            guard state.phase != .failed else { return }
            state.phase = .failed
            state.failure = error
            if isStored == nil {
                state.counts.unknown += state.delivery?.unsettled.reduce(0) { $0 + Int($1.count) } ?? 0
            }
        }
    }
}

extension PartitionQueue.Request {
    /// The batches that are not settled, as the log will show them.
    var batches: [Delivery.Batch] {
        records.batches.dropFirst(settledBatches).map { batch in
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
