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
    }

    /// What an answer can wait for, at an offset.
    enum Condition: Sendable {
        /// That all below it has been through fsync(2).
        case synchronized(Int64)
        /// That all replicas have what is below it.
        case replicated(Int64)
    }

    private struct Waiter {
        let id: UInt64
        let condition: Condition
        let resume: @Sendable (Outcome) -> Void
    }

    private struct State {
        var configuration: PartitionConfiguration
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
        state = Mutex(State(configuration: configuration))
        followLog()
    }

    var configuration: PartitionConfiguration { state.withLock { $0.configuration } }

    /// Whether this server takes and gives its records.
    var isLed: Bool { state.withLock { $0.configuration.leader == server && !$0.isDeleted } }

    var isDeleted: Bool { state.withLock { $0.isDeleted } }

    /// Takes over new settings; those who watch look again, since the leader may have changed.
    func configure(_ configuration: PartitionConfiguration) {
        state.withLock { $0.configuration = configuration }
        log.configure(configuration.log)
        followLog()
        announce()
    }

    /// From now on it is not there; those who watch find out.
    func delete() {
        state.withLock { $0.isDeleted = true }
        announce()
    }
}

// Growing.
extension Partition {
    /// Stores batches, see ``Log/append(_:_:codec:)``. Who watches is not told yet: ``announce()``.
    func append(_ bytes: inout [UInt8], _ range: Range<Int>) throws(AppendError) -> Appended? {
        let codec = state.withLock { $0.configuration.codec }
        defer { disk.note(changed: self) }
        guard let appended = try log.append(&bytes, range, codec: codec) else { return nil }
        if durability == .batch { synchronizeSoon() } else { followLog() }
        return appended
    }

    /// What an append must wait for before it is acknowledged; nil: for nothing.
    func condition(for appended: Appended, isolation: Isolation) -> Condition? {
        switch (isolation, durability) {
        case (.readCommitted, _): log.highWatermark >= appended.end ? nil : .replicated(appended.end)
        case (.readUncommitted, .batch): log.synchronized >= appended.end ? nil : .synchronized(appended.end)
        case (.readUncommitted, _): nil
        }
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

    /// The only replica has what the log has; if fsync(2) is part of it, what has been through that.
    private func followLog() {
        guard state.withLock({ $0.configuration.replicas }) == [server] else { return }
        log.advanceHighWatermark(to: durability == .batch ? log.synchronized : log.end)
    }

    /// Resumes those whose condition holds; after a failed fsync(2), all who wait for one.
    private func settle(failed: Bool = false) {
        let replicated = log.highWatermark
        let synchronized = log.synchronized
        let ready = state.withLock { state in
            guard !state.waiters.isEmpty else { return [] as [@Sendable (Outcome) -> Void] }
            var ready: [@Sendable (Outcome) -> Void] = []
            state.waiters.removeAll { waiter in
                let holds =
                    switch waiter.condition {
                    case .synchronized(let end): synchronized >= end
                    case .replicated(let end): replicated >= end
                    }
                if holds || failed { ready.append(waiter.resume) }
                return holds || failed
            }
            return ready
        }
        guard !ready.isEmpty else { return }
        loop.run { for resume in ready { resume(failed ? .failed : .reached) } }
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
