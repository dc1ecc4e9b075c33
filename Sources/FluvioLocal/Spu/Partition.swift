import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

/// A partition that a server holds: its log, and who waits for it to grow.
final class Partition: Sendable {
    /// What became of what was waited for.
    enum Outcome: Sendable {
        case reached
        /// fsync(2) has failed.
        case failed
        /// The leader has changed: nobody here knows what will become of it.
        case deposed
    }

    /// What an answer can wait for.
    struct Condition: Sendable {
        enum Kind: Sendable {
            /// That all below ``end`` has been through fsync(2).
            case synchronized
            /// That all replicas have what is below ``end``.
            case replicated
        }

        let kind: Kind
        let end: Int64
        /// It must happen while the same server leads: another one may have other records there.
        let turn: UInt64
    }

    /// What the server is to the partition.
    private enum Role { case leads, follows, gone }

    private struct Waiter {
        let id: UInt64
        let condition: Condition
        let resume: @Sendable (Outcome) -> Void
    }

    private struct State {
        var configuration: PartitionConfiguration
        var role: Role
        /// Counts the changes of leader and replicas: what began before one of them is refused by the log.
        var turn: UInt64 = 1
        /// What the leader knows of the followers.
        var progress: ReplicaProgress
        var isDeleted = false
        /// Run once, at the next change.
        var watchers: [UInt64: @Sendable () -> Void] = [:]
        var waiters: [Waiter] = []
        var lastID: UInt64 = 0
    }

    let key: ReplicaKey
    let log: Log
    private let server: Int32
    private let durability: Durability
    /// Where watchers and waiters run.
    private let loop: EventLoop
    private let disk: DiskWorker
    private let state: Mutex<State>
    private let isQueued = Atomic(false)

    init(
        _ key: ReplicaKey, log: Log, configuration: PartitionConfiguration, server: Int32, durability: Durability,
        loop: EventLoop, disk: DiskWorker
    ) {
        self.key = key
        self.log = log
        self.server = server
        self.durability = durability
        self.loop = loop
        self.disk = disk
        state = Mutex(
            State(
                configuration: configuration, role: configuration.leader == server ? .leads : .follows,
                progress: ReplicaProgress(replicas: configuration.replicas, leader: configuration.leader)))
        log.begin(turn: 1)
        followLog()
    }

    var configuration: PartitionConfiguration { state.withLock { $0.configuration } }

    /// Whether this server takes and gives its records.
    var isLed: Bool { state.withLock { $0.role == .leads } }

    var isDeleted: Bool { state.withLock { $0.isDeleted } }

    /// Takes over new settings; those who watch look again, since the leader may have changed.
    func configure(_ configuration: PartitionConfiguration) {
        state.withLock { state in
            let old = state.configuration
            state.configuration = configuration
            guard old.leader != configuration.leader || old.replicas != configuration.replicas else { return }
            state.progress = ReplicaProgress(replicas: configuration.replicas, leader: configuration.leader)
            beginTurn(as: configuration.leader == server ? .leads : .follows, &state)
        }
        log.configure(configuration.log)
        followLog()
        settle()
        announce()
    }

    /// From now on it is not there; those who watch find out.
    func delete() {
        state.withLock { state in
            state.isDeleted = true
            beginTurn(as: .gone, &state)
        }
        announce()
    }

    /// Its server is gone, and with it this view of the log: nothing is written any more.
    func retire() { state.withLock { beginTurn(as: .gone, &$0) } }

    private func beginTurn(as role: Role, _ state: inout State) {
        state.role = role
        state.turn += 1
        log.begin(turn: state.turn)
    }
}

// Copies of it on other servers.
extension Partition {
    /// The server to follow, and the turn that this goes for; nil: this server leads, or it is gone.
    var following: (leader: Int32, turn: UInt64)? {
        state.withLock { $0.role == .follows ? ($0.configuration.leader, $0.turn) : nil }
    }

    /// The turn in which this server leads; nil: it does not.
    var leadingTurn: UInt64? { state.withLock { $0.role == .leads ? $0.turn : nil } }

    /// Stores batches of the leader's.
    func append(copies bytes: inout [UInt8], turn: UInt64) throws(AppendError) -> Appended {
        try log.append(copies: &bytes, turn: turn)
    }

    /// How far this copy is, as its leader may count on it: what is promised to survive must do so here, too.
    func replicatedEnd() -> Int64 {
        guard durability == .batch else { return log.end }
        // The log says what has failed, and takes nothing more.
        if log.isDirty { try? log.synchronize() }
        return log.synchronized
    }

    /// A follower has all below `end`.
    /// - Parameter turn: the turn in which the follower has compared its log with this one; later ones ask for a new
    ///   comparison.
    func reached(_ follower: Int32, end: Int64, highWatermark: Int64, turn: UInt64) {
        let isNews = state.withLock { state in
            state.turn == turn && state.progress.reached(follower, end: end, highWatermark: highWatermark)
        }
        guard isNews else { return }
        disk.note(changed: self)
        guard followLog() else { return }
        settle()
        announce()
    }

    /// What its server says of it.
    var status: LogStatus {
        var status = log.status
        status.followers = state.withLock { $0.progress.followers }
        return status
    }
}

// Growing.
extension Partition {
    /// Stores batches, see ``Log/append(_:_:codec:)``. Who watches is not told yet: ``announce()``.
    func append(_ bytes: inout [UInt8], _ range: Range<Int>) throws(AppendError) -> Appended? {
        let (role, turn, codec) = state.withLock { ($0.role, $0.turn, $0.configuration.codec) }
        guard role == .leads else { throw .deposed }
        defer { disk.note(changed: self) }
        guard let appended = try log.append(&bytes, range, codec: codec, turn: turn) else { return nil }
        if durability == .batch { synchronizeSoon() } else { followLog() }
        return appended
    }

    /// What an append must wait for before it is acknowledged; nil: for nothing.
    func condition(for appended: Appended, isolation: Isolation) -> Condition? {
        let kind: Condition.Kind
        let mark: Int64
        switch (isolation, durability) {
        case (.readCommitted, _): (kind, mark) = (.replicated, log.highWatermark)
        case (.readUncommitted, .batch): (kind, mark) = (.synchronized, log.synchronized)
        case (.readUncommitted, _): return nil
        }
        // First the mark, then the turn: a later turn's mark says nothing of these records.
        if mark >= appended.end, state.withLock({ $0.turn == appended.turn }) { return nil }
        return Condition(kind: kind, end: appended.end, turn: appended.turn)
    }

    /// Runs `resume` once, on the loop's thread, when the condition holds or cannot any more.
    /// - Returns: for ``forget(_:)``.
    @discardableResult
    func wait(for condition: Condition, resume: @escaping @Sendable (Outcome) -> Void) -> UInt64 {
        let id = state.withLock { state in
            state.lastID += 1
            state.waiters.append(Waiter(id: state.lastID, condition: condition, resume: resume))
            return state.lastID
        }
        // It may have come true meanwhile.
        settle()
        return id
    }

    /// Runs `wake` once, on the loop's thread, at the next change: records, high watermark, leader, deletion. Look
    /// again after the call: a change may have come before it.
    /// - Returns: for ``forget(_:)``.
    func watch(_ wake: @escaping @Sendable () -> Void) -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            state.watchers[state.lastID] = wake
            return state.lastID
        }
    }

    /// Who waits or watches does so no more. It may still be run once, if that is under way.
    func forget(_ id: UInt64) {
        state.withLock { state in
            if state.watchers.removeValue(forKey: id) == nil { state.waiters.removeAll { $0.id == id } }
        }
    }

    /// How many wait or watch.
    var audience: Int { state.withLock { $0.watchers.count + $0.waiters.count } }

    /// Tells those who watch to look again.
    func announce() {
        let watchers = state.withLock { state in
            defer { state.watchers = [:] }
            return Array(state.watchers.values)
        }
        guard !watchers.isEmpty else { return }
        if loop.isCurrent {
            for wake in watchers { wake() }
        } else {
            loop.run { for wake in watchers { wake() } }
        }
    }

    /// Moves the high watermark up to what all replicas have, if this server leads; if fsync(2) is part of what is
    /// promised, to what has been through that. False: it did not move.
    @discardableResult
    private func followLog() -> Bool {
        let own = durability == .batch ? log.synchronized : log.end
        let mark = state.withLock { $0.role == .leads ? $0.progress.highWatermark(own: own) : nil }
        guard let mark else { return false }
        return log.advanceHighWatermark(to: mark)
    }

    /// Resumes those whose condition holds, or cannot any more; after a failed fsync(2), all who wait for one.
    private func settle(failed: Bool = false) {
        let replicated = log.highWatermark
        let synchronized = log.synchronized
        let (ready, deposed) = state.withLock { state in
            var (ready, deposed): ([@Sendable (Outcome) -> Void], [@Sendable (Outcome) -> Void]) = ([], [])
            guard !state.waiters.isEmpty else { return (ready, deposed) }
            let turn = state.turn
            state.waiters.removeAll { waiter in
                guard waiter.condition.turn == turn else {
                    deposed.append(waiter.resume)
                    return true
                }
                let mark = waiter.condition.kind == .synchronized ? synchronized : replicated
                guard mark >= waiter.condition.end || failed else { return false }
                ready.append(waiter.resume)
                return true
            }
            return (ready, deposed)
        }
        guard !ready.isEmpty || !deposed.isEmpty else { return }
        loop.run {
            for resume in ready { resume(failed ? .failed : .reached) }
            for resume in deposed { resume(.deposed) }
        }
    }
}

// fsync(2), on the disk's thread.
extension Partition {
    /// Asks for an fsync(2). All that ask before it begins share it.
    func synchronizeSoon() {
        if !isQueued.exchange(true, ordering: .acquiringAndReleasing) { disk.synchronize(self) }
    }

    /// fsync(2), then lets those go on who waited for it.
    func synchronizeNow() {
        isQueued.store(false, ordering: .sequentiallyConsistent)
        do throws(SystemError) {
            try log.synchronize()
        } catch {
            return settle(failed: true)
        }
        guard durability == .batch else { return }
        followLog()
        settle()
        announce()
        disk.note(changed: self)
    }
}
