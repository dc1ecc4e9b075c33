import FluvioProtocol
import FluvioTransport
import Unix

// The way of a request: out, and what its answer means. Runs on the caller's thread or the event loop's; nothing waits.
extension Producer {
    /// Sends what is to leave from this queue now, if nothing of it is under way.
    func dispatch(_ queue: PartitionQueue) {
        do throws(CompressionError) {
            guard let request = try queue.takeRequest() else { return }
            send(request, of: queue)
        } catch {
            fail(
                queue,
                FluvioError(
                    .system, "cannot compress: \(error)", at: place(of: queue), underlying: error))
        }
    }

    /// Sends a request over the connection to the partition's leader, or has it found out where that is.
    func send(_ request: consuming PartitionQueue.Request, of queue: PartitionQueue) {
        guard let link = link(of: queue), link.connection.isOpen,
            let version = link.versions.version(for: ProduceRequest<RecordRange>.self)
        else {
            guard case .transmit = queue.park(request).action else { return seek(queue) }
            return perform(queue.handle(.trouble(isConnected: false, isAnnounced: false)), of: queue, over: nil)
        }
        let correlation = link.connection.nextCorrelationID()
        let bytes: [UInt8]
        let range: Range<Int>
        do throws(WireError) {
            let first = request.storedBatches
            let pieces = try ProduceRequest(
                isolation: settings.isolation.wire,
                timeout: Int32(clamping: settings.requestTimeout.wholeNanoseconds / 1_000_000),
                topics: [
                    TopicProduceData(
                        name: topic,
                        partitions: [
                            PartitionProduceData(
                                partition: queue.partition,
                                records: RecordRange(count: request.records.byteCount(from: first)))
                        ])
                ], smartModules: invocations
            ).framePieces(version: version, clientID: link.clientID, correlationID: correlation)
            range = request.records.frame(prefix: pieces.pieces[0], suffix: pieces.pieces[1], from: first)
            bytes = request.records.bytes
        } catch {
            _ = queue.park(request)
            fail(queue, FluvioError(.invalidArgument, "cannot send: \(error)", at: place(of: queue), underlying: error))
            return
        }
        guard case .transmit(let number, _) = queue.park(request).action else { return seek(queue) }
        // The server waits for its replicas as long as it was told; its answer then still has its way to go.
        let timeout = settings.requestTimeout + .seconds(1)
        link.connection.send(bytes, range: range, correlationID: correlation, timeout: timeout) { [self] result in
            // A connection that was drained, and given up, may still end: that is no news.
            guard self.link(of: queue)?.connection === link.connection else { return }
            answered(result, to: number, version: version, queue, link)
        }
    }

    private func answered(
        _ result: Result<IncomingFrame, TransportError>, to number: UInt64, version: Int16, _ queue: PartitionQueue,
        _ link: ServerLink
    ) {
        switch result {
        case .failure(let error): trouble(queue, over: link, FluvioError(error))
        case .success(let frame):
            do throws(WireError) {
                let response = try ProduceResponse(decoding: frame.bytes, range: frame.bodyRange, version: version)
                guard let entry = response.topics.first?.partitions.first else {
                    throw WireError(.invalid("no entry for the partition"), at: frame.bodyRange.lowerBound)
                }
                answered(entry, to: number, queue, link)
            } catch {
                trouble(queue, over: link, FluvioError(error, in: "an answer to Produce", from: link.server))
            }
        }
    }

    private func answered(
        _ entry: PartitionProduceResponse, to number: UInt64, _ queue: PartitionQueue, _ link: ServerLink
    ) {
        switch entry.error {
        case .success: perform(queue.handle(.stored(request: number, at: entry.baseOffset)), of: queue, over: link)
        case .notLeaderForPartition, .partitionNotLeader, .requestTimedOut, .spuNotFound, .topicPendingInitialization,
            .partitionPendingInitialization:
            // Refused for now; error 7 even says that it is stored, and not on all replicas yet.
            trouble(queue, over: link, FluvioError(entry.error, at: place(of: queue)))
        default: fail(queue, FluvioError(entry.error, at: place(of: queue)), isStored: false)
        }
    }

    /// Tells what has happened, and does what follows without waiting; what has to wait becomes a task.
    func perform(_ outcomes: PartitionQueue.Outcomes, of queue: PartitionQueue, over link: ServerLink?) {
        tell(outcomes, of: queue)
        switch outcomes.action {
        case .nothing: if !outcomes.acknowledgements.isEmpty { progressed() }
        case .transmit(let number, let skipped): transmit(number, skipping: skipped, of: queue)
        case .ready:
            dispatch(queue)
            confirm(queue)
            progressed()
        case let action: tasks.start { [self] in await recover(queue, with: action, from: link) }
        }
    }

    /// Sends what is kept of a request again.
    func transmit(_ number: UInt64, skipping batches: Int, of queue: PartitionQueue) {
        guard let request = queue.take(number, skipping: batches) else { return }
        send(request, of: queue)
    }

    func tell(_ outcomes: PartitionQueue.Outcomes, of queue: PartitionQueue) {
        report(outcomes.acknowledgements)
        for notice in outcomes.notices { say(notice, of: queue) }
    }

    private func say(_ notice: Delivery.Notice, of queue: PartitionQueue) {
        switch notice {
        case .lost: say(.lost(partition: queue.partition, queue.trouble ?? FluvioError(.connectionLost, "trouble")))
        case .resending: say(.resending(partition: queue.partition))
        case .recovered: say(.recovered(partition: queue.partition))
        case .twins(let records): say(.twins(partition: queue.partition, records: records))
        case .tookOver: break
        case .leaderAlone: if queue.tellsLeaderAlone() { say(.leaderAlone(partition: queue.partition)) }
        }
    }

    /// The leader is lost, refuses for now, or is another.
    func trouble(_ queue: PartitionQueue, over link: ServerLink?, _ error: FluvioError) {
        queue.note(error)
        perform(queue.handle(.trouble(isConnected: link != nil)), of: queue, over: link)
    }

    /// Gives a partition up, and lets everybody know who waits.
    func fail(_ queue: PartitionQueue, _ error: FluvioError, isStored: Bool? = nil) {
        queue.fail(error, isStored: isStored)
        partitionFailed()
    }

    func place(of queue: PartitionQueue) -> FluvioError.Place {
        FluvioError.Place(topic: topic, partition: Int(queue.partition))
    }
}
