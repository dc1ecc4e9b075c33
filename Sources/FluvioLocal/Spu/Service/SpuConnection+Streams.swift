import FluvioProtocol
import FluvioTransport
import Synchronization

/// One stream of a connection.
struct SpuStream: Sendable {
    let partition: Partition
    let header: RequestHeader
    let committed: Bool
    /// Of records in a response; 0: none is ever sent.
    let maximumBytes: Int
    let consumerID: String?
    var flow: StreamFlow
    /// Where the last response ended.
    var mark: LogMark?
    /// Its partition will wake it, unless it is told to forget this.
    var watch: UInt64?
    /// It has ended with an error; its id still names its consumer.
    var isOver = false

    init(_ request: StreamFetchRequest, _ partition: Partition, _ header: RequestHeader) {
        self.partition = partition
        self.header = header
        committed = request.isolation == .readCommitted
        // As a real server: a negative number is no limit.
        maximumBytes = request.maxBytes < 0 ? .max : Int(request.maxBytes)
        consumerID = request.consumerID
        flow = StreamFlow(from: request.fetchOffset)
    }
}

// StreamFetch and its acknowledgements.
extension SpuConnection {
    func open(_ request: StreamFetchRequest, _ header: RequestHeader) throws(WireError) {
        guard let partition = service.led(request.topic, request.partition) else {
            let answer = FetchablePartition<RecordRange>(partition: request.partition, error: .notLeaderForPartition)
            return try reply(StreamFetchResponse(topic: request.topic, streamID: 0, partition: answer), to: header)
        }
        let id = state.withLock { state in
            state.lastStream += 1
            state.streams[state.lastStream] = SpuStream(request, partition, header)
            return state.lastStream
        }
        if let refusal = request.refusal { return end(id, refusal) }
        pump(id)
    }

    func answer(_ request: UpdateOffsetsRequest, _ header: RequestHeader) throws(WireError) {
        var response = UpdateOffsetsResponse()
        for update in request.offsets {
            let isKnown = state.withLock { state in
                // -1 reaches no stream of a real server either.
                if update.offset != -1 { state.streams[update.sessionID]?.flow.acknowledged(update.offset) }
                return state.streams[update.sessionID] != nil
            }
            response.statuses.append(
                OffsetUpdateStatus(sessionID: update.sessionID, error: isKnown ? .success : .fetchSessionNotFound))
        }
        try reply(response, to: header)
        for update in request.offsets { pump(update.sessionID) }
    }

    /// Sends what the stream may send, until there is nothing more or the client has enough to acknowledge.
    private func pump(_ id: UInt32) {
        while let stream = state.withLock({ $0.streams[id] }), !stream.isOver {
            guard !stream.partition.isDeleted else { return end(id, .topicDeleted) }
            guard stream.partition.isLed else { return end(id, .notLeaderForPartition) }
            guard stream.flow.maySend, stream.maximumBytes > 0 else { return }
            let slice: LogSlice?
            do throws(ReadError) {
                slice = try stream.partition.log.read(
                    from: stream.flow.position, maximumBytes: stream.maximumBytes, committed: stream.committed,
                    after: stream.mark)
            } catch {
                return end(id, ErrorCode(error))
            }
            guard let slice else {
                guard stream.watch == nil else { return }
                let watch = stream.partition.watch { [weak self] in self?.wake(id) }
                state.withLock { $0.streams[id]?.watch = watch }
                // Once more: records may have come before the watch began.
                continue
            }
            state.withLock { state in
                state.streams[id]?.mark = slice.mark
                state.streams[id]?.flow.sent(upTo: slice.next, bytes: slice.count)
            }
            send(slice, of: stream, id)
        }
    }

    private func wake(_ id: UInt32) {
        state.withLock { $0.streams[id]?.watch = nil }
        pump(id)
    }

    private func send(_ slice: LogSlice, of stream: SpuStream, _ id: UInt32) {
        let key = stream.partition.key
        let partition = FetchablePartition(
            partition: key.partition, highWatermark: slice.highWatermark, logStartOffset: slice.start,
            records: RecordRange(count: slice.count))
        let response = StreamFetchResponse(topic: key.topic, streamID: id, partition: partition)
        do throws(WireError) {
            let frame = try response.responsePieces(
                version: stream.header.apiVersion, correlationID: stream.header.correlationID)
            // The records are the last field.
            let isCut = service.faults?.happens(.answerCut(spu: service.id)) ?? false
            connection.send(
                header: frame.pieces[0], file: slice.file, offset: slice.position,
                count: isCut ? slice.count / 2 : slice.count)
            if isCut { connection.close() }
        } catch {
            connection.close()
        }
    }

    /// Ends a stream with an error; the connection lives on.
    private func end(_ id: UInt32, _ error: ErrorCode) {
        guard
            let stream = state.withLock({ state -> SpuStream? in
                state.streams[id]?.isOver = true
                return state.streams[id]
            })
        else { return }
        let key = stream.partition.key
        let partition = FetchablePartition<RecordRange>(partition: key.partition, error: error)
        do throws(WireError) {
            try reply(StreamFetchResponse(topic: key.topic, streamID: id, partition: partition), to: stream.header)
        } catch {
            connection.close()
        }
    }
}

extension StreamFetchRequest {
    /// Set if it asks for SmartModules, in whichever field its version has for them.
    fileprivate var refusal: ErrorCode? {
        if let invocation = smartModules.first ?? smartModule { return invocation.refusal }
        if !wasmModule.isEmpty { return .smartModuleInvalid(error: "this server runs no SmartModules", name: nil) }
        if let derivedStream { return .derivedStreamNotFound(derivedStream.stream) }
        return nil
    }
}
