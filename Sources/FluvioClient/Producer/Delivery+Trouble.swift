import Unix

// The way from trouble back to a leader that can be asked.
extension Delivery {
    /// The retry limit counts from the first trouble on, until something works.
    mutating func beginTrouble(at now: MonotonicTime) {
        if trouble == nil {
            trouble = Trouble(since: now, isAnnounced: false, schedule: RetrySchedule(limit: settings.retry))
        }
    }

    mutating func interrupted(
        _ isConnected: Bool, _ isAnnounced: Bool, at now: MonotonicTime, using random: inout some RandomNumberGenerator
    ) -> Step {
        switch phase {
        case .failed, .draining, .seeking: return Step(.nothing)
        case .building, .proving, .pausing:
            // Heeded when what is being done is done.
            isInterrupted = true
            return Step(.nothing)
        case .ready, .sending: break
        }
        let isFirst = trouble == nil
        beginTrouble(at: now)
        var step = Step(.drain)
        if isAnnounced, trouble?.isAnnounced == false {
            trouble?.isAnnounced = true
            step.notices.append(.lost)
        }
        if isConnected {
            phase = .draining
        } else if isFirst {
            phase = .seeking
            step.action = .seek
        } else {
            // A leader that shows its log and refuses what is sent is not asked without pause.
            let failed = attemptFailed(true, at: now, using: &random)
            step.action = failed.action
            step.notices += failed.notices
        }
        return step
    }

    mutating func drained(
        _ isDone: Bool, at now: MonotonicTime, using random: inout some RandomNumberGenerator
    ) -> Step {
        guard phase == .draining else { return Step(.nothing) }
        if !isDone, requests.contains(where: { !$0.isStored }) { twinsFrom = min(twinsFrom ?? .max, end ?? 0) }
        let isFirst = trouble.map { $0.attempts == 0 } ?? true
        trouble?.attempts += 1
        guard !isFirst else {
            phase = .seeking
            return Step(.seek)
        }
        return attemptFailed(true, at: now, using: &random)
    }

    mutating func connected(at now: MonotonicTime) -> Step {
        guard phase == .seeking else { return Step(.nothing) }
        phase = .proving
        guard let end else {
            guard let predecessor = settings.predecessor else { return Step(.askEnd) }
            if predecessor.isAtRest { return tookOver(predecessor, next: predecessor.next) }
            takeover = Takeover(quietSince: now)
            return Step(.readTail(from: predecessor.end))
        }
        if settings.isProvable { return Step(.readTail(from: end)) }
        var step = Step(.nothing)
        if requests.contains(where: { !$0.isStored }) { step.notices.append(.resending) }
        proceed(&step)
        return step
    }

    mutating func resumed() -> Step {
        guard phase == .pausing else { return Step(.nothing) }
        if !isInterrupted, takeover != nil, let predecessor = settings.predecessor {
            phase = .proving
            return Step(.readTail(from: predecessor.end))
        }
        if !isInterrupted, isCommitted, let end, requests.contains(where: { $0.stored > $0.done }) {
            phase = .proving
            return Step(.readTail(from: end))
        }
        isInterrupted = false
        takeover = nil
        phase = .seeking
        return Step(.seek)
    }

    mutating func attemptFailed(
        _ isRetriable: Bool, at now: MonotonicTime, using random: inout some RandomNumberGenerator
    ) -> Step {
        isInterrupted = false
        isLookingForTwins = false
        takeover = nil
        // What was seen of an earlier leader says nothing of the next.
        for index in requests.indices where isCommitted { requests[index].stored = requests[index].done }
        beginTrouble(at: now)
        var step = Step(.nothing)
        guard isRetriable, let trouble,
            let delay = self.trouble?.schedule.delay(afterFailureAt: now - trouble.since, using: &random)
        else {
            phase = .failed
            step.action = .giveUp(.unreachable)
            return step
        }
        if !trouble.isAnnounced {
            // A connection that is made anew at the first try is not worth a word; a leader that is waited for is.
            self.trouble?.isAnnounced = true
            step.notices.append(.lost)
        }
        phase = .pausing
        step.action = .pause(delay)
        return step
    }
}
