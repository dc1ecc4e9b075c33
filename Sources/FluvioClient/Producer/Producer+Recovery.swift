import FluvioProtocol
import FluvioTransport
import Unix

// After trouble: the log itself is asked what arrived (see ``Delivery``). Never more than one task per partition.
extension Producer {
    /// Bytes asked for in one look at the log.
    private static let tailBytes: Int32 = 8 << 20
    /// For the old server to say that it is done with what it received.
    static let drainTimeout = Duration.seconds(5)

    /// The first look at a partition.
    func begin(_ queue: PartitionQueue) async {
        let outcomes = queue.handle(.begin)
        await recover(queue, with: outcomes.action, from: nil)
    }

    /// The leader is looked for.
    func seek(_ queue: PartitionQueue) {
        tasks.start { [self] in await recover(queue, with: .seek, from: nil) }
    }

    /// Performs what the delivery asks for until requests can leave again, or it gives up.
    func recover(_ queue: PartitionQueue, with first: Delivery.Action, from link: ServerLink?) async {
        var action = first
        var link = link
        while !isClosed {
            let event: Delivery.Event
            switch action {
            case .nothing: return
            case .ready, .transmit:
                return perform(
                    PartitionQueue.Outcomes(action: action, acknowledgements: [], notices: []), of: queue, over: link)
            case .giveUp(let defeat): return fail(queue, reason(of: defeat, queue))
            case .drain:
                // What an old connection still holds could land after the look at the log.
                let end = await link?.connection.drain(timeout: Self.drainTimeout) ?? .endOfFile
                event = .drained(isDone: end == .endOfFile)
            case .pause(let delay):
                await cluster.news(of: replica(of: queue), within: delay)
                event = .resumed
            case .seek, .askEnd, .readTail: event = await ask(queue, action, &link)
            }
            let outcomes = queue.handle(event)
            tell(outcomes, of: queue)
            action = outcomes.action
        }
        fail(queue, FluvioError(.closed, "the producer was closed", at: place(of: queue)))
    }

    func replica(of queue: PartitionQueue) -> ReplicaKey { ReplicaKey(topic: topic, partition: queue.partition) }

    /// Asks the leader what the delivery wants to know.
    private func ask(
        _ queue: PartitionQueue, _ action: Delivery.Action, _ link: inout ServerLink?
    ) async -> Delivery.Event {
        do throws(FluvioError) {
            guard let leader = link, action != .seek else {
                link = try await leaderLink(of: queue)
                return .connected
            }
            if case .readTail(let offset) = action {
                return .tail(try await tail(of: queue, from: offset, at: leader))
            }
            return .began(end: try await leader.offsets(of: replica(of: queue), timeout: settings.requestTimeout).end)
        } catch {
            queue.note(error)
            if error.code == .offsetOutOfRange { return .logIsShorter(logEnd: nil) }
            // The way to a leader that does not answer is made anew.
            if error.code == .deadlineExceeded, let link { link.connection.close() }
            return .failed(isRetriable: error.mayPass)
        }
    }

    private func reason(of defeat: Delivery.Defeat, _ queue: PartitionQueue) -> FluvioError {
        let last = queue.trouble
        switch defeat {
        case .unreachable:
            let code = last?.code ?? .unreachable
            return FluvioError(
                code, last?.message ?? "no leader", at: place(of: queue), advice: last?.advice, underlying: last)
        case .notCommitted:
            return FluvioError(
                .unacknowledged, "records are stored on the leader only", at: place(of: queue),
                advice: "see whether all replicas are online")
        case .logIsShorter(let end, _):
            return FluvioError(
                .offsetOutOfRange,
                "the log of the leader ends before offset \(end): the cluster has lost records that it had committed",
                at: place(of: queue), underlying: last)
        case .evicted(let from, let to):
            return FluvioError(
                .unacknowledged,
                "offsets \(from) to \(to - 1) are not kept any more, so whether records were stored there is unknown",
                at: place(of: queue))
        }
    }

    // MARK: What an election could take back (UNCOMMITTED)

    /// Looks whether all replicas have what is kept, if it is time to.
    func confirm(_ queue: PartitionQueue, isAwaited: Bool = false) {
        guard let newest = queue.takeUnconfirmed(isAwaited: isAwaited) else { return }
        tasks.start { [self] in await confirm(newest, of: queue) }
    }

    private func confirm(_ newest: Delivery.Found, of queue: PartitionQueue) async {
        guard let link = link(of: queue) else {
            _ = queue.handle(.confirmed(nil, highWatermark: nil))
            return
        }
        do throws(FluvioError) {
            // Only the batch at this place in this leader's log says that those before it are there, too.
            let (records, highWatermark, _) = try await fetch(queue, newest.offset, bytes: 1024, at: link)
            let isThere =
                Self.header(of: records).map { $0.isOf(queue.producerID) && Delivery.Found($0) == newest } ?? false
            let outcomes = queue.handle(.confirmed(isThere ? newest : nil, highWatermark: highWatermark))
            perform(outcomes, of: queue, over: link)
            if !isThere, !queue.isDisturbed {
                throw FluvioError(.notLeader, "the log does not hold what it held", at: place(of: queue))
            }
            progressed()
        } catch {
            _ = queue.handle(.confirmed(nil, highWatermark: nil))
            guard self.link(of: queue)?.connection === link.connection else { return }
            trouble(queue, over: link, error)
        }
    }

    // MARK: The log

    /// One look at the log of the leader.
    private func fetch(
        _ queue: PartitionQueue, _ offset: Int64, bytes: Int32, at leader: ServerLink
    ) async throws(FluvioError) -> (records: RecordSet, highWatermark: Int64, available: Int64?) {
        let partition = FetchPartition(partition: queue.partition, fetchOffset: offset, maxBytes: bytes)
        let request = FetchRequest(
            maxBytes: bytes, isolation: .readUncommitted, topics: [FetchTopic(name: topic, partitions: [partition])])
        let response = try await leader.call(request, timeout: settings.requestTimeout)
        guard let answer = response.topics.first?.partitions.first else {
            throw FluvioError(.protocolViolation, "\(leader.server) gave no answer for the partition")
        }
        if case .offsetEvicted(_, let available) = answer.error, available > offset {
            return (answer.records, answer.highWatermark, available)
        }
        guard answer.error.isSuccess else { throw FluvioError(answer.error, at: place(of: queue)) }
        return (answer.records, answer.highWatermark, nil)
    }

    /// Reads the log of the leader from `offset` to its end, what is not committed too.
    private func tail(
        of queue: PartitionQueue, from offset: Int64, at leader: ServerLink
    ) async throws(FluvioError) -> Delivery.Tail {
        var tail = Delivery.Tail(highWatermark: 0)
        var next = offset
        var bytes = Self.tailBytes
        while true {
            let (records, highWatermark, available) = try await fetch(queue, next, bytes: bytes, at: leader)
            if let available {
                next = available
                tail.evictedTo = available
                continue
            }
            tail.highWatermark = highWatermark
            let walked = Self.walk(records, producerID: queue.producerID, into: &tail.found)
            if let end = walked.end, end > next {
                next = end
                tail.end = end
            } else if let needed = walked.cut, needed > Int(bytes) {
                bytes = Int32(clamping: needed)
            } else {
                return tail
            }
        }
    }

    /// Finds our batches in what was read: how far it reaches, and what the batch needs that its end has cut.
    private static func walk(
        _ records: RecordSet, producerID: Int64, into found: inout [Delivery.Found]
    ) -> (end: Int64?, cut: Int?) {
        var end: Int64?
        var cut: Int?
        unsafe records.bytes.withUnsafeBytes { bytes in
            var reader = BatchReader(0..<bytes.count)
            while let item = unsafe reader.next(in: bytes) {
                switch item {
                case .batch(let batch):
                    end = batch.header.nextOffset
                    if batch.header.isOf(producerID) { found.append(Delivery.Found(batch.header)) }
                // Somebody else's damage: ours were whole when they left.
                case .corrupt(let error): end = error.nextOffset ?? end
                case .cut(let batch): cut = batch.wholeSize ?? Int(tailBytes) * 2
                }
            }
        }
        return (end, cut)
    }

    /// The header of the first batch, of which not all may have come.
    private static func header(of records: RecordSet) -> BatchHeader? {
        unsafe records.bytes.withUnsafeBytes { bytes in
            bytes.count < BatchHeader.size ? nil : unsafe BatchHeader(reading: bytes, at: 0)
        }
    }
}

extension BatchHeader {
    fileprivate func isOf(_ producer: Int64) -> Bool { producerID == producer }
}

extension Delivery.Found {
    fileprivate init(_ header: BatchHeader) {
        let first = RecordSequence(epoch: header.producerEpoch, sequence: header.firstSequence)
        self.init(batch: Delivery.Batch(first: first, count: Int32(header.offsetCount)), offset: header.baseOffset)
    }
}
