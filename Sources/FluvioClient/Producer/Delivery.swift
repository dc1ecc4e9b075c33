import Unix

/// All decisions about what a producer has sent to one partition: what leaves, what is acknowledged, and what is done
/// about trouble. Pure, so that it can be tried against any order of events: whoever drives it performs the
/// ``Action`` that follows from an ``Event`` and tells what came of it.
///
/// One request is under way at a time. After trouble (connection gone, deadline, refusal, new leader) what it held is
/// of unknown fate, and the log itself is asked: the broker stores producer id and sequence of every batch, so the
/// tail of the log shows what arrived. The rules that keep records from being lost or stored twice:
/// - nothing is sent while an earlier request is unsettled;
/// - the old connection is drained first: what its server has received it still appends;
/// - the tail is read up to the log's end, what is not committed too;
/// - what is in the log is not sent again, judged by the highest sequence found and never by a count;
/// - a batch is acknowledged only when it lies below the high watermark, if that was asked for (COMMITTED).
///
/// Without that (UNCOMMITTED, ``Confirmation/leader``) an election may take back what is acknowledged. So requests are
/// kept until they are seen below the high watermark, and proved again on trouble; within a bound.
struct Delivery: Sendable {
    /// When a batch counts as stored.
    enum Confirmation: Equatable, Sendable {
        /// When all replicas have it.
        case replicas
        /// When the leader has it; it is kept, up to so many bytes, until all replicas have it. 0: there are no others.
        case leader(keeping: Int)
    }

    /// How a delivery behaves.
    struct Settings: Equatable, Sendable {
        var confirmation = Confirmation.replicas
        /// For how long trouble may last.
        var retry = RetryLimit.duration(.seconds(30))
        /// The log shows what arrived. It does not where the server rewrites batches: then all is sent again.
        var isProvable = true
        /// A process that sent as this producer before, and may have been killed.
        var predecessor: Predecessor?
    }

    /// How far another process had come for certain.
    struct Predecessor: Equatable, Sendable {
        /// The number of the next record.
        var next: RecordSequence
        /// There is nothing of ours from that number on in the log before this offset.
        var end: Int64
        /// It was at rest there, and nothing was sent since: the log need not be asked.
        var isAtRest = false
    }

    /// While it is found out what a predecessor has sent.
    struct Takeover: Equatable, Sendable {
        /// Since when the log has not grown.
        var quietSince: MonotonicTime
        var logEnd: Int64?
    }

    /// What happens at the moment.
    enum Phase: Equatable, Sendable {
        /// Nothing is under way: a request may be taken.
        case ready
        /// A request is being built.
        case building
        /// The request of this number is under way.
        case sending(UInt64)
        case draining
        /// The leader is looked for, and connected to.
        case seeking
        /// The leader is asked what the log holds.
        case proving
        /// A moment, before the leader is looked for or asked again.
        case pausing
        /// For good.
        case failed
    }

    struct Trouble: Equatable, Sendable {
        var since: MonotonicTime
        var isAnnounced: Bool
        /// Drains so far.
        var attempts = 0
        var schedule: RetrySchedule
    }

    /// A request that has left, and is not forgotten yet.
    struct Request: Equatable, Sendable {
        let number: UInt64
        let batches: [Batch]
        let bytes: Int
        /// Batches in front that are in the leader's log, as far as is known: they are not sent again.
        var stored = 0
        /// Batches in front that are acknowledged.
        var acknowledged = 0
        /// Batches in front that no election takes back.
        var done = 0
        /// Where the last batch stands; nil: not known.
        var lastOffset: Int64?

        var isStored: Bool { stored == batches.count }
        var isDone: Bool { done == batches.count }
    }

    let settings: Settings
    var phase = Phase.seeking
    /// Offset below which everything of ours is committed: where the tail is read from. At first the high watermark
    /// when the producer began; nil before that is known.
    var end: Int64?
    /// In the order in which they left.
    var requests: [Request] = []
    var trouble: Trouble?
    /// Something happened that makes what is being done void: begin with the leader again.
    var isInterrupted = false
    /// A drain was not heard to its end: where a late twin of a batch may stand from then on.
    var twinsFrom: Int64?
    /// The tail is read only to see whether there are twins.
    var isLookingForTwins = false
    /// Nil: there is nobody to take over from, or that is done.
    var takeover: Takeover?
    /// A question for ``newestUnconfirmed`` is under way.
    var isConfirming = false
    /// Of the request that left last.
    private(set) var lastNumber: UInt64 = 0

    init(_ settings: Settings) { self.settings = settings }

    /// How long to wait before looking again whether the replicas have caught up.
    static let commitPoll = Duration.milliseconds(50)
    /// What a killed process has sent may land for a moment still: its connection cannot be drained by others.
    static let quiet = Duration.seconds(1)
    /// How long to wait before looking again what a killed process has sent.
    static let quietPoll = Duration.milliseconds(100)

    /// A request may be taken.
    var isReady: Bool {
        if case .ready = phase { true } else { false }
    }

    /// Bytes that may be kept until all replicas have them.
    var keepLimit: Int {
        if case .leader(let limit) = settings.confirmation { limit } else { 0 }
    }

    /// Acknowledgement means that every replica has it.
    var isCommitted: Bool { settings.confirmation == .replicas }

    /// Records that were sent and are not acknowledged.
    var unacknowledged: Int {
        requests.reduce(0) { sum, request in
            request.batches.dropFirst(request.acknowledged).reduce(sum) { $0 + Int($1.count) }
        }
    }

    mutating func event(
        _ event: Event, at now: MonotonicTime, using random: inout some RandomNumberGenerator
    ) -> Step {
        if phase == .failed { return Step(.nothing) }
        switch event {
        case .begin:
            beginTrouble(at: now)
            return Step(.seek)
        case .building:
            if phase == .ready { phase = .building }
            return Step(.nothing)
        case .request(let batches, let bytes): return request(batches, bytes)
        case .stored(let number, let offset): return stored(number, at: offset, now)
        case .trouble(let isConnected, let isAnnounced):
            return interrupted(isConnected, isAnnounced, at: now, using: &random)
        case .drained(let isDone): return drained(isDone, at: now, using: &random)
        case .connected: return connected(at: now)
        case .began(let end):
            guard phase == .proving else { return Step(.nothing) }
            if self.end == nil { self.end = end }
            var step = Step(.nothing)
            proceed(&step)
            return step
        case .tail(let tail): return observed(tail, at: now)
        case .resumed: return resumed()
        case .failed(let isRetriable): return attemptFailed(isRetriable, at: now, using: &random)
        case .logIsShorter(let logEnd):
            phase = .failed
            return Step(.giveUp(.logIsShorter(than: end ?? settings.predecessor?.end ?? 0, logEnd: logEnd)))
        case .confirming:
            isConfirming = true
            return Step(.nothing)
        case .confirmed(let found, let highWatermark): return confirmed(found, highWatermark)
        case .letGo:
            var step = Step(.nothing)
            release(&step, keeping: 0)
            return step
        case .refused:
            phase = .failed
            return Step(.nothing)
        }
    }

    // MARK: Sending

    private mutating func request(_ batches: [Batch], _ bytes: Int) -> Step {
        guard phase == .building else { return Step(.nothing) }
        lastNumber += 1
        requests.append(Request(number: lastNumber, batches: batches, bytes: bytes))
        if isInterrupted {
            // Trouble came while it was being built. It has not left, and nothing else is under way.
            isInterrupted = false
            phase = .seeking
            return Step(.seek)
        }
        phase = .sending(lastNumber)
        return Step(.transmit(request: lastNumber, skipping: 0))
    }

    private mutating func stored(_ number: UInt64, at offset: Int64, _ now: MonotonicTime) -> Step {
        // While the old connection is drained, its answers are as good as ever.
        guard phase == .sending(number) || phase == .draining,
            let index = requests.firstIndex(where: { $0.number == number })
        else { return Step(.nothing) }
        var step = Step(.nothing)
        var next = offset
        let count = requests[index].batches.count
        // Batches that were proved stored before were not sent again.
        for position in requests[index].stored..<count {
            let batch = requests[index].batches[position]
            acknowledge(position, of: index, at: next, &step)
            if position == count - 1 { requests[index].lastOffset = next }
            next += Int64(batch.count)
        }
        requests[index].stored = count
        if isCommitted {
            requests[index].done = count
            // An acknowledgement of a COMMITTED request says that every replica has it.
            end = max(end ?? 0, next)
        }
        release(&step)
        guard phase != .draining else { return step }
        // It works: what fails from here on is new.
        trouble?.since = now
        trouble?.attempts = 0
        proceed(&step)
        return step
    }

    /// Acknowledges a batch, unless that was done before.
    mutating func acknowledge(_ position: Int, of index: Int, at offset: Int64?, _ step: inout Step) {
        guard position >= requests[index].acknowledged else { return }
        requests[index].acknowledged = position + 1
        let batches = requests[index].batches
        step.acknowledged.append(
            Acknowledged(
                batch: batches[position], offset: offset, request: requests[index].number,
                endsRequest: position == batches.count - 1))
    }

    /// Lets go of what no election takes back, and of what is too much to be kept until that is known.
    mutating func release(_ step: inout Step, keeping bytes: Int? = nil) {
        var released = 0
        if case .leader(let limit) = settings.confirmation {
            var kept = keptBytes
            for request in requests {
                guard request.isDone || (request.isStored && kept > bytes ?? limit) else { break }
                released += 1
                kept -= request.bytes
                guard !request.isDone, limit > 0 else { continue }
                let given = request.batches.dropFirst(request.done).reduce(0) { $0 + Int($1.count) }
                step.notices.append(.leaderAlone(records: given))
            }
        } else {
            released = requests.prefix(while: \.isDone).count
        }
        guard released > 0 else { return }
        step.released = requests[released - 1].number
        requests.removeFirst(released)
    }

    /// What is next while the leader is at hand: what is missing, a look for twins, or new requests.
    mutating func proceed(_ step: inout Step) {
        if let request = requests.first(where: { !$0.isStored }) {
            phase = .sending(request.number)
            step.action = .transmit(request: request.number, skipping: request.stored)
        } else if let twinsFrom {
            isLookingForTwins = true
            phase = .proving
            step.action = .readTail(from: twinsFrom)
        } else {
            if trouble?.isAnnounced == true { step.notices.append(.recovered) }
            trouble = nil
            phase = .ready
            step.action = .ready
        }
    }
}
