import FluvioProtocol
import FluvioTransport
import Synchronization

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
    private let tasks = TaskSet()

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
        var links: [UInt32: ServerLink] = [:]
        var ranges: [UInt32: Range<Int64>] = [:]
        for partition in partitions {
            let replica = ReplicaKey(topic: topic.name, partition: partition)
            let place = FluvioError.Place(topic: topic.name, partition: Int(partition))
            guard partition < topic.partitions else {
                throw FluvioError(
                    .partitionNotFound, "the topic has \(topic.partitions) partitions, numbered from 0", at: place)
            }
            let link = try await cluster.sharedLink(to: try await cluster.leader(of: replica))
            let (start, end) = try await link.offsets(of: replica, timeout: settings.requestTimeout)
            let position = settings.starts[partition] ?? settings.start
            let from = position.offset(start: start, end: end)
            // UNCOMMITTED records reach beyond the high watermark, which is all that is known of the end.
            if from > end, settings.isolation == .readCommitted {
                throw FluvioError(
                    .offsetOutOfRange, "offset \(from) is behind the end of the partition, which is \(end)", at: place)
            }
            if from < start { say(.gap(partition: partition, offsets: from..<start)) }
            links[partition] = link
            ranges[partition] = max(from, start)..<max(from, start, end)
        }
        let inbox: Inbox
        do {
            inbox = try Inbox(streams: partitions.count)
        } catch {
            throw FluvioError(error, while: "cannot make a consumer")
        }
        let bytes = settings.maximumBytes(partitions: partitions.count)
        let consumer = Consumer(topic: topic.name, settings: settings, ranges: ranges, inbox: inbox) { tasks in
            ranges.reduce(into: [:]) { streams, entry in
                let ends = [settings.stopsAtEnd ? entry.value.upperBound : nil, settings.stops[entry.key]]
                streams[entry.key] = PartitionStream(
                    ReplicaKey(topic: topic.name, partition: entry.key), from: entry.value.lowerBound,
                    to: ends.compactMap { $0 }.min(), maximumBytes: bytes, settings: settings,
                    cluster: cluster, inbox: inbox, tasks: tasks, say: say)
            }
        }
        for (partition, stream) in consumer.streams {
            if stream.isFinished {
                inbox.finished()
            } else if let link = links[partition] {
                try stream.open(at: link)
            }
        }
        return consumer
    }

    /// What can be had at the moment.
    package enum Step: Sendable {
        case chunk(RecordChunk)
        /// Nothing has arrived that was not taken.
        case empty
        /// All partitions were read to their ends.
        case end
    }

    /// Takes what has arrived. Does not block.
    package func take() throws(FluvioError) -> Step {
        switch inbox.take() {
        case .empty: return .empty
        case .end: return .end
        case .item(.failed(let error)): throw error
        case .item(.chunk(let chunk)):
            streams[chunk.partition]?.taken()
            return .chunk(chunk)
        }
    }

    /// Blocks this thread until something has arrived; false if `wake` became readable first, or the time is over.
    package func wait(or wake: CInt, timeoutMilliseconds: CInt = -1) -> Bool {
        inbox.wait(or: wake, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Readable when something has arrived: for poll(2). ``wait(or:timeoutMilliseconds:)`` and
    /// ``rearmArrival()`` make it unreadable.
    package var arrivalDescriptor: CInt { inbox.descriptor }

    /// Makes ``arrivalDescriptor`` unreadable until more arrives: to be followed by ``take()`` until that is empty.
    package func rearmArrival() { inbox.rearm() }

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
        tasks.cancelAll()
        for stream in streams.values { stream.close() }
        inbox.put(.failed(FluvioError(.closed, "the consumer was closed", at: FluvioError.Place(topic: topic))))
    }
}
