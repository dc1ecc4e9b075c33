import FluvioClient
import Synchronization
import ToolSupport
import Unix

/// Connections to the database, each with partitions of its own: what reads them, makes rows, and writes.
struct Workers: Sendable {
    private struct Worker: Sendable {
        let writer: DatabaseWriter
        let arrivals: Arrivals
        let opener: TopicOpener
    }

    private let all: [Worker]
    private let halt: Halt

    /// Starts the writers; ``end()`` ends them.
    ///
    /// - Parameter isOpen: partitions may come later.
    init(
        _ settings: WriterSettings, _ options: RunOptions, _ context: ToolContext, _ client: Fluvio,
        _ directory: TableDirectory, isOpen: Bool
    ) throws {
        halt = try Halt()
        all = try (0..<options.parallel).map { _ in
            let writer = try DatabaseWriter(settings)
            return Worker(
                writer: writer, arrivals: try Arrivals(isOpen: isOpen),
                opener: TopicOpener(
                    options: options, context: context, client: client, writer: writer, directory: directory))
        }
        for worker in all { try worker.writer.start() }
    }

    private func number(of partition: UInt32) -> Int { Int(partition) % all.count }

    /// Takes partitions in; false: another process of the id has been faster.
    @discardableResult
    func open(_ topic: String, partitions: [UInt32]) async throws -> Bool {
        var isTaken = true
        for (index, worker) in all.enumerated() {
            let some = partitions.filter { number(of: $0) == index }
            if some.isEmpty { continue }
            if let opened = try await worker.opener.open(topic, partitions: some) {
                worker.arrivals.put(opened)
            } else {
                isTaken = false
            }
        }
        return isTaken
    }

    /// Gives a partition away.
    func release(_ lot: Lot) { all[number(of: lot.partition)].arrivals.release(lot) }

    /// Ends all of them with an error.
    func fail(_ error: any Error) { all[0].arrivals.fail(error) }

    func end() { for worker in all { worker.writer.end() } }

    /// What all have done.
    var totals: DatabaseWriter.Totals {
        var sum = DatabaseWriter.Totals()
        for (index, worker) in all.enumerated() {
            sum.add(worker.writer.totals, number: index, of: all.count)
        }
        return sum
    }

    /// Works until the partitions end, a signal comes, or one of the workers fails, which ends all.
    func run(
        _ options: RunOptions, _ context: ToolContext, _ directory: TableDirectory, _ service: ServiceManager
    ) async throws -> SinkPump.Result {
        let halt = halt
        return try await withThrowingTaskGroup(of: SinkPump.Result.self) { group in
            for worker in all {
                group.addTask {
                    try await onOwnThread {
                        let result = try SinkPump(
                            options, context, worker.writer, directory, worker.arrivals, service, halt: halt
                        ).run()
                        if result.failure != nil { halt.set() }
                        return result
                    }
                }
            }
            var sum = SinkPump.Result()
            for try await result in group {
                sum.signal = sum.signal ?? result.signal
                sum.failure = sum.failure ?? result.failure
                sum.repeats += result.repeats
                sum.damagedBatches += result.damagedBatches
            }
            return sum
        }
    }
}

/// Tells the workers that one of them has failed. One that has come to its end does not.
final class Halt: Sendable {
    private let flag = Atomic(false)
    private let event: FileDescriptor

    init() throws { event = try Unix.eventDescriptor() }

    /// Readable for good once it is set.
    var descriptor: CInt { event.raw }

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() {
        flag.store(true, ordering: .relaxed)
        Unix.ring(event.raw)
    }
}

extension DatabaseWriter.Totals {
    /// - Parameter number: of the writer, of so many.
    fileprivate mutating func add(_ other: Self, number: Int, of count: Int) {
        records += other.records
        dead += other.dead
        batches += other.batches
        bytes += other.bytes
        reconnects += other.reconnects
        commitNanoseconds += other.commitNanoseconds
        isWaiting = isWaiting || other.isWaiting
        for (lane, position) in other.positions { positions[lane * count + number] = position }
    }
}
