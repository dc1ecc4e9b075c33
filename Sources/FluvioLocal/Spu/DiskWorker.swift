import FluvioTransport
import Synchronization
import Unix

/// The thread for what takes a disk's time: fsync(2), retention, deleting files.
///
/// Appends and reads do not come here. They go to the page cache, which takes less time than handing them to another
/// thread would, and so they run on the thread of the connection that asks for them.
final class DiskWorker: Sendable {
    private struct State {
        var unsynchronized: [Partition] = []
        var changed: [ObjectIdentifier: Partition] = [:]
        var isReporting = false
    }

    /// How often the status of what has changed is reported: as often as by a real server.
    private static let reportInterval: Duration = .milliseconds(400)

    private let loop: EventLoop
    private let report: @Sendable ([Partition]) -> Void
    private let state = Mutex(State())

    /// Starts the thread.
    init(name: String, report: @escaping @Sendable ([Partition]) -> Void) throws(SystemError) {
        loop = try EventLoop(name: name)
        self.report = report
    }

    /// Calls ``Partition/synchronizeNow()`` as soon as those before it are done.
    func synchronize(_ partition: Partition) {
        let isFirst = state.withLock { state in
            state.unsynchronized.append(partition)
            return state.unsynchronized.count == 1
        }
        if isFirst { loop.run { [self] in drain() } }
    }

    private func drain() {
        let partitions = state.withLock { state in
            defer { state.unsynchronized = [] }
            return state.unsynchronized
        }
        for partition in partitions { partition.synchronizeNow() }
    }

    /// Reports the partition's status in a while, together with others'.
    func note(changed partition: Partition) {
        let isFirst = state.withLock { state in
            state.changed[ObjectIdentifier(partition)] = partition
            defer { state.isReporting = true }
            return !state.isReporting
        }
        guard isFirst else { return }
        _ = loop.schedule(after: Self.reportInterval) { [self] in
            let changed = state.withLock { state in
                defer { (state.changed, state.isReporting) = ([:], false) }
                return Array(state.changed.values)
            }
            report(changed)
        }
    }

    /// Runs a job on the thread.
    func run(_ job: @escaping @Sendable () -> Void) { loop.run(job) }

    /// Runs a job again and again, until ``stop()``.
    func run(every interval: Duration, _ job: @escaping @Sendable () -> Void) {
        _ = loop.schedule(after: interval) { [weak self] in
            job()
            self?.run(every: interval, job)
        }
    }

    /// Ends the thread, after what was asked of it.
    func stop() { loop.stop() }
}
