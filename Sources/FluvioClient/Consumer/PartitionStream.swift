import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

/// One partition's stream of records: opened at its leader, acknowledged as it arrives, opened anew where it was when
/// the leader is lost. What arrives goes to the consumer's inbox.
final class PartitionStream: Sendable {
    struct State {
        var course: StreamCourse
        /// Where the caller wanted to begin: records before it come along with their batch.
        var start: Int64
        var link: ServerLink?
        /// The SPU at the other end.
        var spu: Int32?
        var correlation: Int32?
        var streamID: UInt32 = 0
        var isClosed = false
        /// A new leader is being confirmed.
        var isMoving = false
        /// What went wrong last.
        var trouble: FluvioError?
        var timer: Timer?
        var random = SystemRandomNumberGenerator()
    }

    let replica: ReplicaKey
    let cluster: any LeaderDirectory
    let settings: ConsumerSettings
    let inbox: Inbox
    let tasks: TaskSet
    let say: @Sendable (ConsumerEvent) -> Void
    let state: Mutex<State>

    init(
        _ replica: ReplicaKey, from start: Int64, to stop: Int64?, maximumBytes: Int32, settings: ConsumerSettings,
        cluster: any LeaderDirectory, inbox: Inbox, tasks: TaskSet, say: @escaping @Sendable (ConsumerEvent) -> Void
    ) {
        self.replica = replica
        self.cluster = cluster
        self.settings = settings
        self.inbox = inbox
        self.tasks = tasks
        self.say = say
        let progress = StreamProgress(from: start, stop: stop, maximumBytes: maximumBytes)
        let course = StreamCourse(
            progress: progress, isCommitted: settings.isolation == .readCommitted, retry: settings.retry, at: .now)
        state = Mutex(State(course: course, start: start))
    }

    var place: FluvioError.Place { FluvioError.Place(topic: replica.topic, partition: Int(replica.partition)) }

    /// How far it is, and what it is doing.
    var course: StreamCourse { state.withLock { $0.course } }

    /// Whether everything up to the pinned end has arrived.
    var isFinished: Bool { state.withLock { $0.course.phase == .finished } }

    // MARK: Events

    /// Begins at the leader, which has just told its offsets; or looks for it, if it has to be asked more.
    func begin(at link: ServerLink?, spu: Int32?) {
        guard let link else {
            return tasks.start { [self] in await recover(with: .seek, at: nil) }
        }
        state.withLock { state in
            state.link = link
            state.spu = spu
        }
        perform(handle(.begin), link)
        watchSilence()
    }

    /// The reader took a chunk of this partition.
    func taken() { perform(handle(.taken), state.withLock { $0.link }) }

    func handle(_ event: StreamCourse.Event) -> StreamCourse.Step {
        state.withLock { state in
            state.isClosed
                ? StreamCourse.Step(.nothing) : state.course.event(event, at: .now, using: &state.random)
        }
    }

    func tell(_ notices: [StreamCourse.Notice]) {
        for notice in notices {
            switch notice {
            case .lost:
                let error = state.withLock { $0.trouble } ?? FluvioError(.connectionLost, "the stream broke", at: place)
                say(.lost(partition: replica.partition, error))
            case .recovered: say(.recovered(partition: replica.partition))
            case .gap(let offsets): say(.gap(partition: replica.partition, offsets: offsets))
            }
        }
    }

    func note(_ error: FluvioError) { state.withLock { $0.trouble = error } }

    /// Tells what has happened, and does what follows without waiting; what has to wait becomes a task.
    func perform(_ step: StreamCourse.Step, _ link: ServerLink?) {
        tell(step.notices)
        guard let link else { return }
        switch step.action {
        case .nothing: break
        case .acknowledge(let offset): acknowledge(offset, link)
        case .open: open(at: link)
        case .finish:
            unsubscribe(link)
            inbox.finished()
        case .probe: tasks.start { [self] in await probe(link) }
        case .giveUp(let defeat): inbox.put(.failed(reason(of: defeat)))
        case .seek, .ask, .look, .pause:
            unsubscribe(link)
            tasks.start { [self] in await recover(with: step.action, at: nil) }
        }
    }

    // MARK: The stream

    /// Asks the leader for the records from where the stream is on.
    func open(at link: ServerLink) {
        let (offset, bytes) = state.withLock { ($0.course.progress.next, $0.course.progress.maximumBytes) }
        let request = StreamFetchRequest(
            topic: replica.topic, partition: replica.partition, fetchOffset: offset, maxBytes: bytes,
            isolation: settings.isolation.wire, smartModules: settings.smartModules.map(\.invocation),
            consumerID: settings.consumerID)
        let version = link.versions.version(for: StreamFetchRequest.self) ?? StreamFetchRequest.versions.upperBound
        let frame: [UInt8]
        do throws(WireError) {
            frame = try request.frame(version: version, clientID: link.clientID)
        } catch {
            inbox.put(
                .failed(
                    FluvioError(
                        .invalidArgument, "cannot ask for records: \(error)", at: place, underlying: error)))
            return
        }
        let id = link.connection.nextCorrelationID()
        let (isWanted, old) = state.withLock { state in
            guard !state.isClosed else { return (false, Int32?.none) }
            defer {
                state.link = link
                state.correlation = id
                state.streamID = 0
            }
            return (true, state.correlation)
        }
        if let old { link.connection.unsubscribe(old) }
        guard isWanted else { return }
        link.connection.subscribe(frame, correlationID: id) { [self] result in
            arrived(result, version: version, correlation: id, link)
        }
    }

    /// The connection that the stream is on, and its number there, once the server has told it.
    var session: (link: ServerLink, id: UInt32)? {
        state.withLock { state in
            guard let link = state.link, link.connection.isOpen, state.streamID > 0, state.course.isStreaming else {
                return nil
            }
            return (link, state.streamID)
        }
    }

    /// Wants no more.
    func close() {
        let (link, correlation, timer) = state.withLock { state in
            state.isClosed = true
            defer {
                state.link = nil
                state.timer = nil
            }
            return (state.link, state.correlation, state.timer)
        }
        if let timer { cluster.loop.cancel(timer) }
        if let link, let correlation { link.connection.unsubscribe(correlation) }
    }
}
