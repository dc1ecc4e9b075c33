import Unix

/// What a client knows of its connection: which ids are in use, who waits for them, and whether it still takes
/// requests. It knows no sockets and no clock; whoever drives it performs what ``event(_:)`` returns.
///
/// `Waiter` is what an answer is given to.
struct ConnectionState<Waiter: Sendable>: Sendable {
    typealias Reason = TransportError.Reason

    /// What happens to a connection.
    enum Event: Sendable {
        /// Somebody sends a request and waits for one answer.
        case request(Int32, Waiter, timeout: Duration, now: MonotonicTime)
        /// Somebody sends a request and takes all that comes under its id.
        case subscribe(Int32, Waiter)
        /// What ``Action/transmit(alarm:)`` asked for could not be done: nothing was sent.
        case unsent(Int32)
        /// Nobody takes the items of a stream any more.
        case unsubscribe(Int32)
        /// Nobody waits for the answer to a request any more.
        case cancel(Int32)
        /// A frame has come.
        case frame(Int32)
        /// The moment of the alarm has come, or an earlier one's.
        case alarm(MonotonicTime)
        /// No more requests are to be sent.
        case drain
        /// The connection is to end.
        case close
        /// The connection has ended.
        case ended(Reason)
    }

    /// What is to be done.
    enum Action: Sendable {
        case nothing
        /// Send the request; with an alarm, send ``Event/alarm(_:)`` then, and not at the moment asked for before.
        case transmit(alarm: MonotonicTime?)
        /// Tell the waiter that nothing was sent, and why.
        case refuse(Waiter, Reason)
        /// Give the frame to the waiter.
        case deliver(Waiter)
        /// Tell the waiter that it waits no more.
        case release(Waiter)
        /// Tell the waiters that their time is over; then as with ``transmit(alarm:)``.
        case expire([Expired], alarm: MonotonicTime?)
        /// Tell the peer that no more will come.
        case finishWriting
        /// End the connection.
        case end(Reason)
        /// Tell all waiters that the connection has ended.
        case fail([Waiter], Reason)
    }

    /// A request that was not answered in time.
    struct Expired: Sendable {
        let waiter: Waiter
        let timeout: Duration
    }

    private enum Phase {
        case open
        /// Takes no requests, and delivers what comes.
        case draining
        /// Is to end.
        case ending(Reason)
        case ended(Reason)
    }

    private struct Entry {
        let waiter: Waiter
        /// Of a request; nil for a stream.
        let deadline: MonotonicTime?
        let timeout: Duration
        /// Waiters are told of the end in the order in which they came.
        let order: UInt64

        var kind: ForgottenIDs.Kind { deadline == nil ? .stream : .request }
    }

    private var phase = Phase.open
    private var entries: [Int32: Entry] = [:]
    private var forgotten = ForgottenIDs()
    private var lastID: Int32 = 0
    private var lastOrder: UInt64 = 0
    /// When ``Event/alarm(_:)`` was asked for.
    private var alarm: MonotonicTime?

    /// Whether requests are taken.
    var isOpen: Bool {
        if case .open = phase { return true }
        return false
    }

    /// Why the connection ends or has ended; nil: it does not.
    var endReason: Reason? {
        switch phase {
        case .open, .draining: nil
        case .ending(let reason), .ended(let reason): reason
        }
    }

    /// Whether ``Event/ended(_:)`` was.
    var hasEnded: Bool {
        if case .ended = phase { return true }
        return false
    }

    /// How many requests and streams wait.
    var waiting: Int { entries.count }

    /// The next id that nothing uses, counting from 1 (protocol: framing).
    mutating func nextID() -> Int32 {
        repeat {
            lastID = lastID == .max ? 1 : lastID + 1
        } while entries[lastID] != nil || forgotten.contains(lastID)
        return lastID
    }

    mutating func event(_ event: Event) -> Action {
        switch event {
        case .request(let id, let waiter, let timeout, let now):
            if let reason = refusal(id) { return .refuse(waiter, reason) }
            let deadline = now + timeout
            add(id, waiter, deadline, timeout)
            return .transmit(alarm: advanceAlarm(to: deadline))
        case .subscribe(let id, let waiter):
            if let reason = refusal(id) { return .refuse(waiter, reason) }
            add(id, waiter, nil, .zero)
            return .transmit(alarm: nil)
        case .unsent(let id):
            // Nobody here has ended it, so the socket has: why is on its way, and is told to all who wait.
            if case .open = phase { return .nothing }
            return entries.removeValue(forKey: id).map { .refuse($0.waiter, endReason ?? .closedLocally) } ?? .nothing
        case .unsubscribe(let id), .cancel(let id):
            guard let entry = entries.removeValue(forKey: id) else { return .nothing }
            forgotten.insert(id, entry.kind)
            return .release(entry.waiter)
        case .frame(let id):
            return received(id)
        case .alarm(let now):
            return expire(now)
        case .drain:
            guard case .open = phase else { return .nothing }
            phase = .draining
            return .finishWriting
        case .close:
            return end(.closedLocally)
        case .ended(let reason):
            return ended(reason)
        }
    }

    private func refusal(_ id: Int32) -> Reason? {
        guard case .open = phase else { return endReason ?? .closedLocally }
        return entries[id] != nil || forgotten.contains(id) ? .correlationInUse(id) : nil
    }

    private mutating func add(_ id: Int32, _ waiter: Waiter, _ deadline: MonotonicTime?, _ timeout: Duration) {
        lastOrder += 1
        entries[id] = Entry(waiter: waiter, deadline: deadline, timeout: timeout, order: lastOrder)
    }

    private mutating func received(_ id: Int32) -> Action {
        switch phase {
        // Whoever waited was promised that the connection is closed.
        case .ending, .ended: return .nothing
        case .open, .draining: break
        }
        if let entry = entries[id] {
            if entry.kind == .request { entries[id] = nil }
            return .deliver(entry.waiter)
        }
        guard forgotten.mayHold(id) else { return end(.unknownCorrelation(id)) }
        forgotten.answered(id)
        return .nothing
    }

    private mutating func end(_ reason: Reason) -> Action {
        guard endReason == nil else { return .nothing }
        phase = .ending(reason)
        return .end(reason)
    }

    private mutating func ended(_ reason: Reason) -> Action {
        guard !hasEnded else { return .nothing }
        let reason = endReason ?? reason
        phase = .ended(reason)
        let waiters = entries.values.sorted { $0.order < $1.order }.map(\.waiter)
        entries = [:]
        forgotten = ForgottenIDs()
        return .fail(waiters, reason)
    }

    // MARK: Deadlines

    /// nil: the alarm rings early enough as it is. It is not put off when a request is answered: it may ring in
    /// vain once a timeout, and no request costs a timer.
    private mutating func advanceAlarm(to deadline: MonotonicTime) -> MonotonicTime? {
        if let alarm, alarm <= deadline { return nil }
        alarm = deadline
        return deadline
    }

    private mutating func expire(_ now: MonotonicTime) -> Action {
        guard let due = alarm, due <= now else { return .nothing }
        alarm = nil
        var expired: [(id: Int32, entry: Entry, deadline: MonotonicTime)] = []
        var next: MonotonicTime?
        for (id, entry) in entries {
            guard let deadline = entry.deadline else { continue }
            if deadline <= now {
                expired.append((id, entry, deadline))
            } else {
                next = min(next ?? deadline, deadline)
            }
        }
        expired.sort { ($0.deadline, $0.entry.order) < ($1.deadline, $1.entry.order) }
        for (id, _, _) in expired {
            entries[id] = nil
            forgotten.insert(id, .request)
        }
        let waiters = expired.map { Expired(waiter: $0.entry.waiter, timeout: $0.entry.timeout) }
        return .expire(waiters, alarm: next.flatMap { advanceAlarm(to: $0) })
    }
}
