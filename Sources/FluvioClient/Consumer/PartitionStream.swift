import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

/// One partition's stream of records: opened at its leader, acknowledged as it arrives, opened anew where it was when
/// the leader is lost. What arrives goes to the consumer's inbox.
final class PartitionStream: Sendable {
    private struct State {
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
    private let inbox: Inbox
    private let tasks: TaskSet
    private let say: @Sendable (ConsumerEvent) -> Void
    private let state: Mutex<State>

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

    private func handle(_ event: StreamCourse.Event) -> StreamCourse.Step {
        state.withLock { state in
            state.isClosed
                ? StreamCourse.Step(.nothing) : state.course.event(event, at: .now, using: &state.random)
        }
    }

    private func tell(_ notices: [StreamCourse.Notice]) {
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

    private func note(_ error: FluvioError) { state.withLock { $0.trouble = error } }

    /// Tells what has happened, and does what follows without waiting; what has to wait becomes a task.
    private func perform(_ step: StreamCourse.Step, _ link: ServerLink?) {
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

    /// Performs what the course asks for until the stream is open again, or it gives up.
    private func recover(with first: StreamCourse.Action, at link: ServerLink?) async {
        var action = first
        var link = link
        while !Task.isCancelled {
            let event: StreamCourse.Event
            switch action {
            case .pause(let delay):
                await cluster.news(of: replica, within: delay)
                event = .resumed
            case .seek, .ask, .look: event = await ask(action, &link)
            case .giveUp(let defeat): return inbox.put(.failed(reason(of: defeat)))
            case .nothing, .acknowledge, .open, .finish, .probe:
                perform(StreamCourse.Step(action), link)
                return watchSilence()
            }
            let step = handle(event)
            // What was found is told of only when the stream is on its way again.
            if case .open = step.action, let link { open(at: link) }
            tell(step.notices)
            if case .open = step.action { return watchSilence() }
            action = step.action
        }
    }

    private func ask(_ action: StreamCourse.Action, _ link: inout ServerLink?) async -> StreamCourse.Event {
        do throws(FluvioError) {
            switch action {
            case .ask:
                guard let link else { break }
                let offsets = try await link.offsets(of: replica, timeout: settings.requestTimeout)
                return .offsets(start: offsets.start, end: offsets.end)
            case .look(let offset):
                guard let link else { break }
                return .looked(isThere: try await link.reaches(offset, of: replica, timeout: settings.requestTimeout))
            default: break
            }
            let leader = try await cluster.leader(of: replica)
            let found = try await cluster.sharedLink(to: leader)
            state.withLock { state in
                state.link = found
                state.spu = leader
            }
            link = found
            return .connected
        } catch {
            note(error)
            // One that takes requests and answers none is not asked again.
            if error.code == .deadlineExceeded, let link { link.connection.close() }
            return .failed(isRetriable: error.mayPass)
        }
    }

    private func reason(of defeat: StreamCourse.Defeat) -> FluvioError {
        switch defeat {
        case .unreachable:
            let last = state.withLock { $0.trouble }
            return (last ?? FluvioError(.unreachable, "no leader")).at(place)
        case .truncated(let position):
            return FluvioError(
                .offsetOutOfRange,
                "the log ends before offset \(position), up to which it was read: it has lost records",
                at: place)
        }
    }

    // MARK: Silence, and other leaders

    /// Looks now and then whether a stream that says nothing is alive.
    private func watchSilence() {
        let timer = cluster.loop.schedule(after: StreamCourse.silence) { [weak self] in
            guard let self else { return }
            perform(handle(.tick), state.withLock { $0.link })
            if state.withLock({ !$0.isClosed && $0.course.isStreaming }) { watchSilence() }
        }
        let old = state.withLock { state in
            defer { state.timer = timer }
            return state.timer
        }
        if let old { cluster.loop.cancel(old) }
    }

    /// Asks for a word over the connection of the stream.
    private func probe(_ link: ServerLink) async {
        do throws(FluvioError) {
            let offsets = try await link.offsets(of: replica, timeout: settings.requestTimeout)
            perform(handle(.offsets(start: offsets.start, end: offsets.end)), link)
        } catch {
            guard state.withLock({ $0.link?.connection === link.connection }) else { return }
            note(error)
            if error.code == .deadlineExceeded { link.connection.close() }
            perform(handle(.lost), link)
        }
    }

    /// The SC names a leader: if it is another than the one that is read from, and says so itself, reading goes on there.
    func leads(_ leader: Int32) {
        let old = state.withLock { state -> Int32? in
            guard let spu = state.spu, spu != leader, !state.isMoving, !state.isClosed else { return nil }
            state.isMoving = true
            return spu
        }
        guard let old else { return }
        tasks.start { [self] in
            let found = await cluster.confirmedLeader(of: replica, not: old) {
                self.state.withLock { $0.spu == old && !$0.isClosed }
            }
            let link = state.withLock { state in
                state.isMoving = false
                return state.spu == old ? state.link : nil
            }
            guard let found, let link else { return }
            note(FluvioError(.notLeader, "SPU \(found) leads the partition now", at: place))
            perform(handle(.lost), link)
        }
    }

    // MARK: The stream

    /// Asks the leader for the records from where the stream is on.
    private func open(at link: ServerLink) {
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

    // MARK: Arrivals, on the event loop's thread

    private func arrived(
        _ result: Result<IncomingFrame, TransportError>, version: Int16, correlation: Int32, _ link: ServerLink
    ) {
        // What an old stream still sends is not wanted.
        guard state.withLock({ $0.correlation == correlation && !$0.isClosed && $0.course.isStreaming }) else { return }
        switch result {
        case .failure(let error): lost(FluvioError(error), link)
        case .success(let frame):
            do throws(WireError) {
                let response = try StreamFetchResponse<RecordRange>(
                    decoding: frame.bytes, range: frame.bodyRange, version: version)
                arrived(response, frame.bytes, link)
            } catch {
                lost(FluvioError(error, in: "records", from: link.server), link)
            }
        }
    }

    private func arrived(_ response: StreamFetchResponse<RecordRange>, _ bytes: [UInt8], _ link: ServerLink) {
        let partition = response.partition
        switch partition.error {
        case .success: break
        case .offsetEvicted(_, let next):
            state.withLock { $0.start = max($0.start, next) }
            return perform(handle(.evicted(next: next)), link)
        default:
            let error = FluvioError(partition.error, at: place)
            if error.mayPass { return lost(error, link) }
            let isCommitted = settings.isolation == .readCommitted
            if error.code == .offsetOutOfRange, isCommitted { return perform(handle(.looked(isThere: false)), link) }
            return inbox.put(.failed(error))
        }
        var (arrival, whole) = RecordChunk.arrival(of: partition.records.range, in: bytes)
        // What a SmartModule left out brings no records, and is read all the same.
        if partition.nextFilterOffset > 0, arrival.cutBatchSize == nil {
            arrival.end = max(arrival.end ?? 0, partition.nextFilterOffset)
        }
        let (step, chunk) = state.withLock { state in
            state.streamID = response.streamID
            let before = state.course.progress.next
            let stop = state.course.progress.stop
            let step = state.course.event(.arrived(arrival), at: .now, using: &state.random)
            guard let end = arrival.end else { return (step, RecordChunk?.none) }
            let chunk = RecordChunk(
                partition: replica.partition, start: max(state.start, before), stop: stop,
                end: min(max(end, before), stop ?? .max), highWatermark: partition.highWatermark, bytes: bytes,
                range: partition.records.range.lowerBound..<whole)
            return (step, chunk)
        }
        if let chunk { inbox.put(.chunk(chunk)) }
        perform(step, link)
    }

    private func unsubscribe(_ link: ServerLink) {
        let correlation = state.withLock { state in
            defer { state.correlation = nil }
            return state.correlation
        }
        if let correlation { link.connection.unsubscribe(correlation) }
    }

    private func acknowledge(_ offset: Int64, _ link: ServerLink) {
        let (streamID, stream) = state.withLock { ($0.streamID, $0.correlation) }
        let request = UpdateOffsetsRequest(offsets: [OffsetUpdate(offset: offset, sessionID: streamID)])
        let id = link.connection.nextCorrelationID()
        guard let frame = try? request.frame(version: 0, clientID: link.clientID, correlationID: id) else { return }
        link.connection.send(frame, range: 0..<frame.count, correlationID: id, timeout: settings.requestTimeout) {
            [self] result in
            // The stream itself hears of a broken connection; a stream that the server forgot does not.
            guard case .success(let answer) = result,
                let response = try? UpdateOffsetsResponse(decoding: answer.bytes, range: answer.bodyRange, version: 0),
                let status = response.statuses.first, !status.error.isSuccess,
                state.withLock({ $0.correlation == stream && $0.course.isStreaming })
            else { return }
            lost(FluvioError(status.error, at: place), link)
        }
    }

    private func lost(_ error: FluvioError, _ link: ServerLink) {
        note(error)
        perform(handle(.lost), link)
    }
}
