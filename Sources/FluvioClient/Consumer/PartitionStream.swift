import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

/// One partition's stream of records: opened at its leader, acknowledged as it arrives, opened anew where it was when
/// the leader is lost. What arrives goes to the consumer's inbox.
final class PartitionStream: Sendable {
    private struct State {
        var progress: StreamProgress
        /// Where the caller wanted to begin: records before it come along with their batch.
        var start: Int64
        var link: ServerLink?
        var correlation: Int32?
        var streamID: UInt32 = 0
        var isRecovering = false
        var isClosed = false
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
        state = Mutex(
            State(progress: StreamProgress(from: start, stop: stop, maximumBytes: maximumBytes), start: start))
    }

    var place: FluvioError.Place { FluvioError.Place(topic: replica.topic, partition: Int(replica.partition)) }

    /// Whether everything up to the pinned end has arrived.
    var isFinished: Bool { state.withLock { $0.progress.isFinished } }

    /// Asks the leader for the records from where the stream is on.
    func open(at link: ServerLink) throws(FluvioError) {
        let (offset, bytes) = state.withLock { state in
            state.progress.reopened()
            return (state.progress.next, state.progress.maximumBytes)
        }
        let request = StreamFetchRequest(
            topic: replica.topic, partition: replica.partition, fetchOffset: offset, maxBytes: bytes,
            isolation: settings.isolation.wire, smartModules: settings.smartModules.map(\.invocation),
            consumerID: settings.consumerID)
        let version = link.versions.version(for: StreamFetchRequest.self) ?? StreamFetchRequest.versions.upperBound
        let frame: [UInt8]
        do throws(WireError) {
            frame = try request.frame(version: version, clientID: link.clientID)
        } catch {
            throw FluvioError(.invalidArgument, "cannot ask for records: \(error)", at: place, underlying: error)
        }
        let id = link.connection.nextCorrelationID()
        let isWanted = state.withLock { state in
            guard !state.isClosed else { return false }
            state.link = link
            state.correlation = id
            state.streamID = 0
            state.isRecovering = false
            return true
        }
        guard isWanted else { return }
        link.connection.subscribe(frame, correlationID: id) { [self] result in
            arrived(result, version: version, correlation: id, link)
        }
    }

    /// The reader took a chunk of this partition.
    func taken() {
        let (action, link) = state.withLock { ($0.progress.taken(), $0.link) }
        if let link { perform(action, link) }
    }

    /// The connection that the stream is on, and its number there, once the server has told it.
    var session: (link: ServerLink, id: UInt32)? {
        state.withLock { state in
            guard let link = state.link, link.connection.isOpen, state.streamID > 0, !state.isRecovering else {
                return nil
            }
            return (link, state.streamID)
        }
    }

    /// Wants no more.
    func close() {
        let (link, correlation) = state.withLock { state in
            state.isClosed = true
            defer { state.link = nil }
            return (state.link, state.correlation)
        }
        if let link, let correlation { link.connection.unsubscribe(correlation) }
    }

    // MARK: Arrivals, on the event loop's thread

    private func arrived(
        _ result: Result<IncomingFrame, TransportError>, version: Int16, correlation: Int32, _ link: ServerLink
    ) {
        // What an old stream still sends is not wanted.
        guard state.withLock({ $0.correlation == correlation && !$0.isClosed && !$0.isRecovering }) else { return }
        switch result {
        case .failure(let error): recover(after: FluvioError(error))
        case .success(let frame):
            do throws(WireError) {
                let response = try StreamFetchResponse<RecordRange>(
                    decoding: frame.bytes, range: frame.bodyRange, version: version)
                arrived(response, frame.bytes, link)
            } catch {
                recover(after: FluvioError(error, in: "records", from: link.server))
            }
        }
    }

    private func arrived(_ response: StreamFetchResponse<RecordRange>, _ bytes: [UInt8], _ link: ServerLink) {
        let partition = response.partition
        switch partition.error {
        case .success: break
        case .offsetEvicted(let offset, let next): return evicted(offset, next, link)
        default: return failed(FluvioError(partition.error, at: place))
        }
        var (arrival, whole) = RecordChunk.arrival(of: partition.records.range, in: bytes)
        // What a SmartModule left out brings no records, and is read all the same.
        if partition.nextFilterOffset > 0, arrival.cutBatchSize == nil {
            arrival.end = max(arrival.end ?? 0, partition.nextFilterOffset)
        }
        let (action, chunk) = state.withLock { state in
            state.streamID = response.streamID
            let before = state.progress.next
            let action = state.progress.arrived(arrival)
            guard let end = arrival.end else { return (action, RecordChunk?.none) }
            let chunk = RecordChunk(
                partition: replica.partition, start: max(state.start, before), stop: state.progress.stop,
                end: min(max(end, before), state.progress.stop ?? .max), highWatermark: partition.highWatermark,
                bytes: bytes,
                range: partition.records.range.lowerBound..<whole)
            return (action, chunk)
        }
        if let chunk { inbox.put(.chunk(chunk)) }
        perform(action, link)
    }

    private func perform(_ action: StreamProgress.Action, _ link: ServerLink) {
        switch action {
        case .nothing: break
        case .acknowledge(let offset): acknowledge(offset, link)
        case .reopen:
            unsubscribe(link)
            do throws(FluvioError) {
                try open(at: link)
            } catch {
                failed(error)
            }
        case .finished:
            unsubscribe(link)
            inbox.finished()
        }
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
                state.withLock({ $0.correlation == stream && !$0.isRecovering })
            else { return }
            recover(after: FluvioError(status.error, at: place))
        }
    }

    // MARK: Trouble

    private func failed(_ error: FluvioError) {
        if error.isRetriable { return recover(after: error) }
        inbox.put(.failed(error))
    }

    /// What was to be read is not kept any more: tells which offsets, and goes on at the first that is.
    private func evicted(_ offset: Int64, _ next: Int64, _ link: ServerLink) {
        let gap = state.withLock { state in
            let gap = max(0, state.progress.next)..<max(next, state.progress.next, 0)
            state.progress.skip(to: next)
            state.start = max(state.start, next)
            return gap
        }
        if !gap.isEmpty { say(.gap(partition: replica.partition, offsets: gap)) }
        unsubscribe(link)
        recover(after: nil)
    }

    /// Looks for the leader and opens the stream there, where it was.
    private func recover(after error: FluvioError?) {
        let isFirst = state.withLock { state in
            guard !state.isRecovering, !state.isClosed, !state.progress.isFinished else { return false }
            state.isRecovering = true
            return true
        }
        guard isFirst else { return }
        if let error { say(.lost(partition: replica.partition, error)) }
        tasks.start { [self] in await recovery(after: error) }
    }

    private func recovery(after trouble: FluvioError?) async {
        let started = MonotonicTime.now
        var schedule = RetrySchedule(limit: settings.retry)
        var random = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            let reason: FluvioError
            do throws(FluvioError) {
                let leader = try await cluster.leader(of: replica)
                let link = try await cluster.sharedLink(to: leader)
                // A stream at the log's end is silent, whether or not the server leads the partition: so ask.
                let offsets = try await link.offsets(of: replica, timeout: settings.requestTimeout)
                try checkTruncation(offsets.end)
                try open(at: link)
                if trouble != nil { say(.recovered(partition: replica.partition)) }
                return
            } catch {
                reason = error
            }
            let elapsed = MonotonicTime.now - started
            guard reason.isRetriable, let delay = schedule.delay(afterFailureAt: elapsed, using: &random) else {
                return inbox.put(.failed(reason.at(place)))
            }
            try? await Task.sleep(for: delay)
        }
    }

    /// A new leader that lacks what was read already must not be taken for a log that goes on.
    private func checkTruncation(_ end: Int64) throws(FluvioError) {
        let next = state.withLock { $0.progress.next }
        guard settings.isolation == .readCommitted, end < next else { return }
        throw FluvioError(
            .offsetOutOfRange, "the log ends at offset \(end), and was read up to \(next): it has lost records",
            at: place)
    }
}
