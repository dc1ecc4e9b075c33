import CLinux
import FluvioProtocol
import FluvioTransport
import Glibc
import Synchronization
import Unix

/// Sends records to one topic, in batches, and keeps at it through the loss of servers.
///
/// ``send(key:value:timestamp:partition:)-([UInt8]?,_,_,_)`` copies a record and returns; requests leave when they are
/// full, when the linger is over, or with ``flush()``. Each partition has one request under way at a time, which keeps
/// its records in order. After trouble the log is asked what arrived, and only what did not is sent again: no record is
/// lost or stored twice while the producer lives. What cannot be settled within the retry limit fails the partition;
/// ``finish()`` then throws and ``counts`` says what is known.
public final class Producer: Sendable {
    /// The topic.
    public let topic: String
    let settings: ProducerSettings
    let invocations: [SmartModuleInvocation]
    /// Whether the log shows what of it this producer has sent: not where the server makes other batches of them
    /// (``ProducerEvent/atLeastOnce(reason:)``).
    public let isProvable: Bool
    let cluster: any LeaderDirectory
    let queues: [PartitionQueue]
    let tasks = TaskSet()

    let links = Mutex<[UInt32: (spu: Int32, link: ServerLink)]>([:])
    let observer = Mutex<TopologyStore.ObserverID?>(nil)
    let connections = Mutex<[Int32: ServerLink]>([:])
    private let turn = Atomic<UInt64>(0)
    private let closed = Atomic<Bool>(false)
    let progress: FileDescriptor
    let failed: FileDescriptor
    let waiters = Mutex<[CheckedContinuation<Void, Never>]>([])
    private let lingering: LingerTimer?
    let onAcknowledgement: (@Sendable ([Acknowledgement]) -> Void)?
    let onEvent: (@Sendable (ProducerEvent) -> Void)?

    init(
        topic: TopicLayout, cluster: any LeaderDirectory, settings: ProducerSettings,
        onAcknowledgement: (@Sendable ([Acknowledgement]) -> Void)?, onEvent: (@Sendable (ProducerEvent) -> Void)?
    ) throws(FluvioError) {
        self.topic = topic.name
        self.settings = settings
        invocations = settings.smartModules.map(\.invocation)
        let reason = settings.doubt(of: topic)
        isProvable = reason == nil
        self.cluster = cluster
        self.onAcknowledgement = onAcknowledgement
        self.onEvent = onEvent
        let compression = try settings.codec(for: topic)
        let producerID = Int64.random(in: 1...Int64.max)
        queues = (0..<topic.partitions).map { partition in
            PartitionQueue(
                partition: partition, producerID: settings.resume[partition]?.producerID ?? producerID,
                settings: settings.builder(compression, partitions: Int(topic.partitions)),
                requestSize: settings.requestSize, sendsAtOnce: settings.linger == .zero,
                delivery: settings.delivery(of: partition, in: topic))
        }
        lingering = settings.linger.flatMap { $0 > .zero ? LingerTimer($0, on: cluster.loop) : nil }
        do throws(SystemError) {
            progress = try Unix.eventDescriptor()
            failed = try Unix.eventDescriptor()
        } catch {
            throw FluvioError(error, while: "cannot make a producer")
        }
        if let reason { onEvent?(.atLeastOnce(reason: reason)) }
    }

    deinit {
        if let observer = observer.withLock({ $0 }) { cluster.forget(observer) }
    }

    /// Finds the leaders and the ends of all partitions.
    func open() async throws(FluvioError) {
        await withTaskGroup { group in
            for queue in usedQueues {
                group.addTask { await self.begin(queue) }
            }
        }
        followLeaders()
        if let failure = queues.lazy.compactMap(\.failure).first { throw failure }
    }

    // MARK: Records

    /// What became of an appended record.
    public enum AppendOutcome: Equatable, Sendable {
        /// It is on its way.
        case appended
        /// No room: wait with ``waitForProgress()`` and append it again.
        case full
        /// No server would store it: 33,554,432 bytes is the limit of a batch.
        case tooLarge
        /// Its partition has failed (``failure``), does not exist, or the producer is closed.
        case failed
    }

    /// Copies a record into the batch that is being filled. Does not block.
    ///
    /// - Parameters:
    ///   - key: decides the partition, as with the official client; nil: records go round.
    ///   - value: what is to be read.
    ///   - timestamp: milliseconds since 1970 UTC, -1 for none.
    ///   - partition: overrides what the key decides.
    ///   - tag: comes back with the acknowledgement that covers the record.
    public func append(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer, timestamp: Int64, partition: UInt32? = nil,
        tag: UInt64 = 0
    ) -> AppendOutcome {
        unsafe take(key: key, value: value, timestamp: timestamp, partition: partition, tag: tag).outcome
    }

    /// As ``append(key:value:timestamp:partition:tag:)``; says also where the record went, and its number there.
    @inline(__always)
    private func take(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer, timestamp: Int64, partition: UInt32?, tag: UInt64
    ) -> (outcome: AppendOutcome, queue: PartitionQueue?, record: Int) {
        let index: Int
        if let partition {
            index = Int(partition)
        } else if queues.count == 1 {
            index = 0
        } else if let key = unsafe key {
            index = unsafe KeyHash.partition(forKey: key, count: queues.count)
        } else {
            index = Int(turn.load(ordering: .relaxed) % UInt64(queues.count))
        }
        guard index < queues.count else { return (.failed, nil, 0) }
        let queue = queues[index]
        while true {
            switch unsafe queue.append(key: key, value: value, timestamp: timestamp, tag: tag) {
            case .appended(let record):
                lingering?.start { [self] in flush() }
                unsafe advance(partition, key == nil)
                return (.appended, queue, record)
            case .due(let record):
                dispatch(queue)
                unsafe advance(partition, key == nil)
                return (.appended, queue, record)
            case .full: return (.full, queue, 0)
            case .fullAndReady: dispatch(queue)
            case .tooLarge: return (.tooLarge, queue, 0)
            case .failed: return (.failed, queue, 0)
            }
        }
    }

    /// A record without a key was taken: the next goes to the next partition.
    private func advance(_ partition: UInt32?, _ hasNoKey: Bool) {
        if partition == nil, hasNoKey, queues.count > 1 { turn.add(1, ordering: .relaxed) }
    }

    /// Copies a record into the batch that is being filled, waiting for room if there is none.
    ///
    /// - Returns: the promise of its acknowledgement, to wait for now, later or never.
    /// - Throws: ``FluvioError/Code/recordTooLarge``; what the partition has failed with; `cancelled`.
    @discardableResult
    public func send(
        key: [UInt8]? = nil, value: [UInt8], timestamp: Int64? = nil, partition: UInt32? = nil
    ) async throws(FluvioError) -> Receipt {
        let time = timestamp ?? Self.now
        while true {
            let taken = unsafe value.withUnsafeBytes { value in
                guard let key else {
                    return unsafe take(key: nil, value: value, timestamp: time, partition: partition, tag: 0)
                }
                return unsafe key.withUnsafeBytes { key in
                    unsafe take(key: key, value: value, timestamp: time, partition: partition, tag: 0)
                }
            }
            switch (taken.outcome, taken.queue) {
            case (.appended, let queue?): return Receipt(producer: self, queue: queue, record: taken.record)
            case (.tooLarge, _):
                throw FluvioError(
                    .recordTooLarge, "a record of \(value.count) bytes is more than a server stores",
                    at: FluvioError.Place(topic: topic))
            case (.full, _):
                if Task.isCancelled { throw FluvioError(.cancelled, "cancelled") }
                await waitForProgress()
            default:
                throw failure
                    ?? FluvioError(
                        .partitionNotFound, "no such partition",
                        at: FluvioError.Place(topic: topic, partition: partition.map { Int($0) }))
            }
        }
    }

    /// The time of day, in milliseconds since 1970 UTC.
    public static var now: Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Lets everything that was appended leave now. Does not wait.
    public func flush() {
        for queue in queues {
            queue.flush()
            dispatch(queue)
        }
    }

    /// Waits until everything that was appended is acknowledged; with ``Isolation/readUncommitted`` also, for
    /// ``ProducerSettings/replicaWait``, until all replicas have it: what they lack then is told with
    /// ``ProducerEvent/leaderAlone(partition:)``.
    ///
    /// - Throws: what the first failed partition failed with; `cancelled`.
    public func finish() async throws(FluvioError) {
        flush()
        var settledSince: MonotonicTime?
        while true {
            let isSettled = usedQueues.allSatisfy(\.isSettled)
            let unconfirmed = usedQueues.filter(\.isUnconfirmed)
            if isSettled, unconfirmed.isEmpty { break }
            if isSettled {
                let since = settledSince ?? .now
                settledSince = since
                if MonotonicTime.now - since >= settings.replicaWait {
                    for queue in unconfirmed { letGo(queue) }
                    break
                }
                for queue in unconfirmed { confirm(queue, isAwaited: true) }
            }
            if Task.isCancelled { throw FluvioError(.cancelled, "cancelled") }
            await waitForProgress(atMost: isSettled ? .milliseconds(20) : .milliseconds(100))
        }
        if let failure { throw failure }
    }

    /// Ends the producer and its connections. What is not acknowledged then stays unknown.
    public func close() {
        guard !closed.exchange(true, ordering: .sequentiallyConsistent) else { return }
        tasks.cancelAll()
        if let observer = observer.withLock({ $0.take() }) { cluster.forget(observer) }
        for link in connections.withLock({ Array($0.values) }) { link.connection.close() }
        let error = FluvioError(.closed, "the producer was closed", at: FluvioError.Place(topic: topic))
        for queue in queues { queue.fail(error) }
        partitionFailed()
    }

    /// Whether ``close()`` was called.
    var isClosed: Bool { closed.load(ordering: .relaxed) }

    /// Makes room where the last record found none: forgets the oldest sixteenth of what waits in that partition, at
    /// least a batch, and says how many records those were.
    public func discardOldest() -> Int { queues.reduce(0) { $0 + $1.discardOldest() } }

    /// Whether nothing waits, is under way or being found out in any partition that has not failed.
    public var isSettled: Bool { queues.allSatisfy(\.isSettled) }

    /// The partition that a key leads to, as with the official client.
    public func partition(forKey key: UnsafeRawBufferPointer) -> UInt32 {
        queues.count == 1 ? 0 : UInt32(unsafe KeyHash.partition(forKey: key, count: queues.count))
    }

    /// Those of the partitions that the producer is used for.
    var usedQueues: [PartitionQueue] {
        guard let used = settings.partitions else { return queues }
        return queues.filter { used.contains($0.partition) }
    }

    /// How many partitions the topic has.
    public var partitions: UInt32 { UInt32(queues.count) }

    /// Gives up waiting for the replicas.
    private func letGo(_ queue: PartitionQueue) { tell(queue.handle(.letGo), of: queue) }
}
