import Unix

// What the log says of batches whose fate is unknown.
extension Delivery {
    /// The log from ``end`` to its end was read.
    mutating func observed(_ tail: Tail, at now: MonotonicTime) -> Step {
        guard phase == .proving else { return Step(.nothing) }
        if isInterrupted {
            // What was read may be of a leader that is none any more.
            isInterrupted = false
            isLookingForTwins = false
            takeover = nil
            phase = .seeking
            return Step(.seek)
        }
        if let takeover { return observed(tail, since: takeover, at: now) }
        if isLookingForTwins { return lookedForTwins(tail) }
        let newest = tail.found.max { $0.batch.last < $1.batch.last }
        if let to = tail.evictedTo, let from = end, let defeat = evicted(from, to, newest) { return defeat }
        var step = Step(.nothing)
        var isUncommitted = false
        for index in requests.indices { isUncommitted = prove(index, newest, tail, &step) || isUncommitted }
        if isUncommitted {
            guard mayWait(at: now) else {
                phase = .failed
                step.action = .giveUp(.notCommitted)
                return step
            }
            step.action = pause(Self.commitPoll).action
            return step
        }
        end = max(end ?? 0, tail.highWatermark)
        release(&step)
        if requests.contains(where: { !$0.isStored }) { step.notices.append(.resending) }
        proceed(&step)
        return step
    }

    /// Compares one request with what was found. True: some of it is stored, and may not be acknowledged yet.
    private mutating func prove(_ index: Int, _ newest: Found?, _ tail: Tail, _ step: inout Step) -> Bool {
        let batches = requests[index].batches
        var isUncommitted = false
        // What is settled for good lies below the place that the tail was read from.
        requests[index].stored = requests[index].done
        for position in requests[index].done..<batches.count {
            let batch = batches[position]
            guard let newest, batch.last <= newest.batch.last else { break }
            // Stored, for it or a later one is, and nothing leaves before all below it is settled.
            let offset = Self.offset(of: batch.first, in: tail.found)
            let batchEnd = offset.map { $0 + Int64(batch.count) } ?? (newest.offset + Int64(newest.batch.count))
            requests[index].stored = position + 1
            if position == batches.count - 1 { requests[index].lastOffset = offset }
            let isBelow = batchEnd <= tail.highWatermark
            if isBelow, requests[index].done == position { requests[index].done = position + 1 }
            if isBelow || !isCommitted {
                acknowledge(position, of: index, at: offset, &step)
            } else {
                isUncommitted = true
            }
        }
        return isUncommitted
    }

    /// Whether waiting for the replicas may go on.
    private func mayWait(at now: MonotonicTime) -> Bool {
        guard case .duration(let limit) = settings.retry, let trouble else { return true }
        return now - trouble.since < limit
    }

    /// What lay before `to` may have held what is unknown; nil if the rest of the log shows all of it.
    private mutating func evicted(_ from: Int64, _ to: Int64, _ newest: Found?) -> Step? {
        let last = requests.last(where: { !$0.isDone })?.batches.last?.last
        guard let last, newest.map({ $0.batch.last < last }) ?? true else { return nil }
        phase = .failed
        return Step(.giveUp(.evicted(from: from, to: to)))
    }

    private mutating func lookedForTwins(_ tail: Tail) -> Step {
        isLookingForTwins = false
        twinsFrom = nil
        var step = Step(.nothing)
        let twins = Self.twins(in: tail.found)
        if twins > 0 { step.notices.append(.twins(records: twins)) }
        proceed(&step)
        return step
    }

    /// Records that were there before, in the order of the log.
    static func twins(in found: [Found]) -> Int {
        var highest: RecordSequence?
        var twins = 0
        for entry in found {
            if let highest, entry.batch.first <= highest {
                let last = min(entry.batch.last, highest)
                twins += Int(last.sequence - entry.batch.first.sequence) + 1
            }
            highest = max(highest ?? entry.batch.last, entry.batch.last)
        }
        return twins
    }

    /// Where the record numbered `sequence` is stored, if `found` holds it.
    private static func offset(of sequence: RecordSequence, in found: [Found]) -> Int64? {
        for entry in found where entry.batch.first <= sequence && sequence <= entry.batch.last {
            return entry.offset + Int64(sequence.sequence - entry.batch.first.sequence)
        }
        return nil
    }

    /// Another process may have sent this, and some of it may still come.
    private mutating func observed(_ tail: Tail, since takeover: Takeover, at now: MonotonicTime) -> Step {
        guard let predecessor = settings.predecessor else { return Step(.nothing) }
        if let to = tail.evictedTo, to > predecessor.end {
            phase = .failed
            return Step(.giveUp(.evicted(from: predecessor.end, to: to)))
        }
        if tail.end != takeover.logEnd { self.takeover = Takeover(quietSince: now, logEnd: tail.end) }
        let newest = tail.found.max { $0.batch.last < $1.batch.last }
        let newestEnd = newest.map { $0.offset + Int64($0.batch.count) } ?? 0
        guard !isCommitted || newestEnd <= tail.highWatermark else {
            if mayWait(at: now) { return pause(Self.quietPoll) }
            phase = .failed
            return Step(.giveUp(.notCommitted))
        }
        guard tail.end == takeover.logEnd, now - takeover.quietSince >= Self.quiet else { return pause(Self.quietPoll) }
        var next = predecessor.next
        if let newest, newest.batch.last >= next { next = newest.batch.last.advanced(by: 1) }
        return tookOver(predecessor, next: next)
    }

    mutating func tookOver(_ predecessor: Predecessor, next: RecordSequence) -> Step {
        takeover = nil
        end = predecessor.end
        var step = Step(.nothing)
        step.notices.append(.tookOver(next: next))
        proceed(&step)
        return step
    }

    private mutating func pause(_ duration: Duration) -> Step {
        phase = .pausing
        return Step(.pause(duration))
    }

    // MARK: What an election could take back

    /// The newest batch that the leader has and that is not known to be committed: to be looked at in the log, which
    /// then says so of all before it, too. Nil if there is none, or that is being asked.
    var newestUnconfirmed: Found? {
        guard !isCommitted, !isConfirming, phase == .ready || phase.isSending,
            let request = requests.last(where: { $0.isStored && !$0.isDone && $0.lastOffset != nil }),
            let offset = request.lastOffset, let batch = request.batches.last
        else { return nil }
        return Found(batch: batch, offset: offset)
    }

    /// Whether there is anything that an election could take back.
    var isUnconfirmed: Bool { !isCommitted && requests.contains { $0.isStored && !$0.isDone } }

    /// Bytes that are kept because of it.
    var keptBytes: Int {
        guard !isCommitted else { return 0 }
        return requests.reduce(0) { $0 + ($1.isStored ? $1.bytes : 0) }
    }

    mutating func confirmed(_ found: Found?, _ highWatermark: Int64?) -> Step {
        isConfirming = false
        var step = Step(.nothing)
        // While trouble is looked into, the tail will say more.
        guard let found, let highWatermark, phase == .ready || phase.isSending || phase == .building else {
            return step
        }
        let isCommitted = found.offset + Int64(found.batch.count) <= highWatermark
        for index in requests.indices where requests[index].isStored {
            guard let last = requests[index].batches.last, last.last <= found.batch.last else { break }
            let end = requests[index].lastOffset.map { $0 + Int64(last.count) }
            guard isCommitted || end.map({ $0 <= highWatermark }) ?? false else { break }
            requests[index].done = requests[index].batches.count
        }
        end = max(end ?? 0, min(highWatermark, found.offset))
        release(&step)
        return step
    }
}

extension Delivery.Phase {
    var isSending: Bool {
        if case .sending = self { true } else { false }
    }
}
