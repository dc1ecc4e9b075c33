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
            queue.park(request)
            recover(queue, from: nil, after: nil)
            return
        }
        let correlation = link.connection.nextCorrelationID()
        let bytes: [UInt8]
        let range: Range<Int>
        do throws(WireError) {
            let first = request.settledBatches
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
            queue.park(request)
            fail(queue, FluvioError(.invalidArgument, "cannot send: \(error)", at: place(of: queue), underlying: error))
            return
        }
        queue.park(request)
        // The server waits for its replicas as long as it was told; its answer then still has its way to go.
        let timeout = settings.requestTimeout + .seconds(1)
        link.connection.send(bytes, range: range, correlationID: correlation, timeout: timeout) { [self] result in
            answered(result, version: version, queue, link)
        }
    }

    private func answered(
        _ result: Result<IncomingFrame, TransportError>, version: Int16, _ queue: PartitionQueue, _ link: ServerLink
    ) {
        switch result {
        case .failure(let error): recover(queue, from: link, after: FluvioError(error))
        case .success(let frame):
            do throws(WireError) {
                let response = try ProduceResponse(decoding: frame.bytes, range: frame.bodyRange, version: version)
                guard let entry = response.topics.first?.partitions.first else {
                    throw WireError(.invalid("no entry for the partition"), at: frame.bodyRange.lowerBound)
                }
                answered(entry, queue, link)
            } catch {
                recover(queue, from: link, after: FluvioError(error, in: "an answer to Produce", from: link.server))
            }
        }
    }

    private func answered(_ entry: PartitionProduceResponse, _ queue: PartitionQueue, _ link: ServerLink) {
        switch entry.error {
        case .success:
            if let acknowledgement = queue.stored(at: entry.baseOffset) { report([acknowledgement]) }
            endTrouble(of: queue)
            dispatch(queue)
            progressed()
        case .notLeaderForPartition, .partitionNotLeader, .requestTimedOut, .spuNotFound, .topicPendingInitialization,
            .partitionPendingInitialization:
            // Refused for now; error 7 even says that it is stored, and not on all replicas yet.
            recover(queue, from: link, after: FluvioError(entry.error, at: place(of: queue)))
        default: fail(queue, FluvioError(entry.error, at: place(of: queue)), isStored: false)
        }
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
