import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

/// Reads the records of one topic: of several partitions at once, each from a position of its own, to where the
/// partitions end or for ever. A lost leader is looked for, and every partition goes on where it was.
public final class Consumer: Sendable {
    /// The topic.
    public let topic: String
    /// Where each partition begins to be read, and where it ended when the consumer was opened (its high watermark).
    public let ranges: [UInt32: Range<Int64>]

    let settings: ConsumerSettings
    let streams: [UInt32: PartitionStream]
    private let inbox: Inbox
    let tasks = TaskSet()
    private let observer = Mutex<(id: TopologyStore.ObserverID, directory: any LeaderDirectory)?>(nil)

    private init(
        topic: String, settings: ConsumerSettings, ranges: [UInt32: Range<Int64>], inbox: Inbox,
        streams: (TaskSet) -> [UInt32: PartitionStream]
    ) {
        self.topic = topic
        self.settings = settings
        self.ranges = ranges
        self.inbox = inbox
        self.streams = streams(tasks)
    }

    static func open(
        _ topic: TopicLayout, cluster: any LeaderDirectory, settings: ConsumerSettings,
        onEvent: (@Sendable (ConsumerEvent) -> Void)?
    ) async throws(FluvioError) -> Consumer {
        let partitions = settings.partitions ?? Array(0..<topic.partitions)
        let say = onEvent ?? { _ in }
        var openings: [UInt32: PartitionOpening] = [:]
        for partition in partitions {
            guard partition < topic.partitions else {
                throw FluvioError(
                    .partitionNotFound, "the topic has \(counted(topic.partitions, "partition")), numbered from 0",
                    at: FluvioError.Place(topic: topic.name, partition: Int(partition)))
            }
            let replica = ReplicaKey(topic: topic.name, partition: partition)
            let opening = try await PartitionOpening.find(replica, of: partitions.count, cluster, settings, say)
            if let gap = opening.gap { say(.gap(partition: partition, offsets: gap)) }
            openings[partition] = opening
        }
        let inbox: Inbox
        do {
            inbox = try Inbox(streams: partitions.count)
        } catch {
            throw FluvioError(error, while: "cannot make a consumer")
        }
        let bytes = settings.maximumBytes(partitions: partitions.count)
        let consumer = Consumer(
            topic: topic.name, settings: settings, ranges: openings.mapValues(\.range), inbox: inbox
        ) { tasks in
            openings.reduce(into: [:]) { streams, entry in
                let range = entry.value.range
                let ends = [settings.stopsAtEnd ? range.upperBound : nil, settings.stops[entry.key]]
                streams[entry.key] = PartitionStream(
                    ReplicaKey(topic: topic.name, partition: entry.key), from: range.lowerBound,
                    to: ends.compactMap { $0 }.min(), maximumBytes: bytes, settings: settings,
                    cluster: cluster, inbox: inbox, tasks: tasks, say: say)
            }
        }
        for partition in partitions {
            for chunk in openings[partition]?.context ?? [] { inbox.put(.chunk(chunk)) }
        }
        for (partition, stream) in consumer.streams {
            if stream.isFinished {
                inbox.finished()
            } else {
                let opening = openings[partition].flatMap { $0.isBehindEnd ? nil : $0 }
                stream.begin(at: opening?.link, spu: opening?.leader)
            }
        }
        consumer.followLeaders(cluster)
        return consumer
    }

    deinit { forgetLeaders() }

    /// Moves streams to new leaders as the SC names them.
    private func followLeaders(_ cluster: any LeaderDirectory) {
        let id = cluster.observeLeaders(of: topic) { [weak self] leaders in
            guard let self else { return true }
            for (partition, stream) in streams {
                if let leader = leaders[partition] { stream.leads(leader) }
            }
            return false
        }
        observer.withLock { $0 = (id, cluster) }
    }

    private func forgetLeaders() {
        if let (id, directory) = observer.withLock({ $0.take() }) { directory.forget(id) }
    }

    /// What can be had at the moment.
    public enum Step: Sendable {
        case chunk(RecordChunk)
        /// Nothing has arrived that was not taken.
        case empty
        /// All partitions were read to their ends.
        case end
    }

    /// Takes what has arrived. Does not block.
    public func take() throws(FluvioError) -> Step {
        switch inbox.take() {
        case .empty: return .empty
        case .end: return .end
        case .item(.failed(let error)): throw error
        case .item(.chunk(let chunk)):
            if !chunk.isContext { streams[chunk.partition]?.taken() }
            return .chunk(chunk)
        }
    }

    /// Blocks this thread until something has arrived; false if `wake` became readable first, or the time is over.
    public func wait(or wake: CInt, timeoutMilliseconds: CInt = -1) -> Bool {
        inbox.wait(or: wake, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Readable when something has arrived: for poll(2). ``wait(or:timeoutMilliseconds:)`` and
    /// ``rearmArrival()`` make it unreadable.
    public var arrivalDescriptor: CInt { inbox.descriptor }

    /// Makes ``arrivalDescriptor`` unreadable until more arrives: to be followed by ``take()`` until that is empty.
    public func rearmArrival() { inbox.rearm() }

    /// Waits until something has arrived, or the consumer is closed.
    func waitForArrival() async {
        await withTaskCancellationHandler {
            await inbox.wait()
        } onCancel: {
            inbox.wakeAll()
        }
    }

    /// Ends all streams. The connections are the client's.
    public func close() {
        forgetLeaders()
        tasks.cancelAll()
        for stream in streams.values { stream.close() }
        inbox.put(.failed(FluvioError(.closed, "the consumer was closed", at: FluvioError.Place(topic: topic))))
    }
}
