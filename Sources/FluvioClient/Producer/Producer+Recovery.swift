import FluvioProtocol
import FluvioTransport
import Unix

// After trouble: the log itself is asked what arrived (see ``Delivery``). Never more than one task per partition.
extension Producer {
    /// Bytes asked for in one look at the log.
    private static let tailBytes: Int32 = 8 << 20
    /// How long to wait before looking again whether the replicas have caught up.
    private static let commitPoll = Duration.milliseconds(50)
    /// For the old server to say that it is done with what it received.
    private static let drainTimeout = Duration.seconds(5)

    /// Begins to find out what has become of the request under way, unless that is being done.
    ///
    /// - Parameters:
    ///   - link: the connection that the trouble is with; nil where there was none yet.
    ///   - error: the trouble; nil for a partition that only begins.
    func recover(_ queue: PartitionQueue, from link: ServerLink?, after error: FluvioError?) {
        guard queue.beginRecovery() else { return }
        tasks.start { [self] in await recovery(queue, from: link, after: error) }
    }

    /// The first look at a partition, and any further one after trouble.
    func recovery(_ queue: PartitionQueue, from link: ServerLink?, after trouble: FluvioError?) async {
        let (started, isNew) = troubles.begin(queue.partition, announced: trouble != nil)
        if let trouble, isNew { say(.lost(partition: queue.partition, trouble)) }
        // What an old connection still holds could land after the look at the log.
        if let link { _ = await link.connection.drain(timeout: Self.drainTimeout) }
        var schedule = RetrySchedule(limit: settings.retry)
        var random = SystemRandomNumberGenerator()
        var last = trouble
        while !isClosed {
            do throws(FluvioError) {
                let leader = try await leaderLink(of: queue)
                if try await settle(queue, at: leader) { return finishRecovery(queue) }
                return resend(queue)
            } catch {
                guard error.isRetriable else { return fail(queue, error) }
                last = error
            }
            guard let delay = schedule.delay(afterFailureAt: MonotonicTime.now - started, using: &random) else { break }
            try? await Task.sleep(for: delay)
        }
        let reason = isClosed ? FluvioError(.closed, "the producer was closed", at: place(of: queue)) : last
        fail(queue, gaveUp(queue, reason))
    }

    private func gaveUp(_ queue: PartitionQueue, _ last: FluvioError?) -> FluvioError {
        let what = last?.message ?? "no leader"
        return FluvioError(last?.code ?? .unreachable, what, at: place(of: queue), underlying: last)
    }

    private func finishRecovery(_ queue: PartitionQueue) {
        queue.endRecovery()
        endTrouble(of: queue)
        dispatch(queue)
        progressed()
    }

    /// Something worked: the next trouble is a new one.
    func endTrouble(of queue: PartitionQueue) {
        if troubles.end(queue.partition) { say(.recovered(partition: queue.partition)) }
    }

    private func resend(_ queue: PartitionQueue) {
        say(.resending(partition: queue.partition))
        guard let request = queue.takeForResending() else { return finishRecovery(queue) }
        send(request, of: queue)
    }

    /// Looks at the log until it says what became of everything. True: nothing is to be sent again.
    private func settle(_ queue: PartitionQueue, at leader: ServerLink) async throws(FluvioError) -> Bool {
        guard let first = queue.end else {
            if let position = settings.resume[queue.partition] {
                try await resume(queue, at: position, leader: leader)
                return true
            }
            let offsets = try await leader.offsets(of: ReplicaKey(topic: topic, partition: queue.partition))
            queue.begin(at: offsets.end)
            return true
        }
        let started = MonotonicTime.now
        while true {
            let tail = try await tail(of: queue, from: queue.end ?? first, at: leader)
            let (acknowledgements, verdict) = queue.observed(tail.found, highWatermark: tail.highWatermark)
            report(acknowledgements)
            switch verdict {
            case .done: return true
            case .resend: return false
            case .wait:
                if case .duration(let limit) = settings.retry, MonotonicTime.now - started > limit {
                    throw FluvioError(
                        .unacknowledged, "records are stored by the leader only", at: place(of: queue),
                        advice: "see whether all replicas are online")
                }
                do {
                    try await Task.sleep(for: Self.commitPoll)
                } catch {
                    throw FluvioError(.cancelled, "cancelled", at: place(of: queue))
                }
            }
        }
    }

    struct Tail {
        var found: [Delivery.Found] = []
        var highWatermark: Int64 = 0
        /// Offset behind the last batch.
        var end: Int64 = -1
    }

    /// Reads the log of the leader from `offset` to its end, what is not committed too.
    func tail(
        of queue: PartitionQueue, from offset: Int64, at leader: ServerLink
    ) async throws(FluvioError) -> Tail {
        var tail = Tail()
        var next = offset
        var bytes = Self.tailBytes
        while true {
            let partition = FetchPartition(partition: queue.partition, fetchOffset: next, maxBytes: bytes)
            let request = FetchRequest(
                maxBytes: bytes, isolation: .readUncommitted,
                topics: [FetchTopic(name: topic, partitions: [partition])])
            let response = try await leader.call(request, timeout: settings.requestTimeout)
            guard let answer = response.topics.first?.partitions.first else {
                throw FluvioError(.protocolViolation, "\(leader.server) gave no answer for the partition")
            }
            if case .offsetEvicted(_, let available) = answer.error, available > next {
                next = available
                continue
            }
            guard answer.error.isSuccess else { throw FluvioError(answer.error, at: place(of: queue)) }
            tail.highWatermark = answer.highWatermark
            let walked = Self.walk(answer.records, producerID: queue.producerID, into: &tail.found)
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
                    guard batch.header.producerID == producerID else { continue }
                    let first = RecordSequence(
                        epoch: batch.header.producerEpoch, sequence: batch.header.firstSequence)
                    found.append(
                        Delivery.Found(
                            batch: Delivery.Batch(first: first, count: Int32(batch.header.offsetCount)),
                            offset: batch.header.baseOffset))
                // Somebody else's damage: ours were whole when they left.
                case .corrupt(let error): end = error.nextOffset ?? end
                case .cut(let batch): cut = batch.wholeSize ?? Int(tailBytes) * 2
                }
            }
        }
        return (end, cut)
    }
}
