import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

// What arrives, on the event loop's thread, and what is acknowledged of it.
extension PartitionStream {
    func arrived(
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

    func unsubscribe(_ link: ServerLink) {
        let correlation = state.withLock { state in
            defer { state.correlation = nil }
            return state.correlation
        }
        if let correlation { link.connection.unsubscribe(correlation) }
    }

    func acknowledge(_ offset: Int64, _ link: ServerLink) {
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
