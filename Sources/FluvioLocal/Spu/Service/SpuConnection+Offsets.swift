import FluvioProtocol
import FluvioTransport
import Glibc
import Synchronization

// The positions of consumers.
extension SpuConnection {
    func answer(_ request: UpdateConsumerOffsetRequest, _ header: RequestHeader) throws(WireError) {
        finish(store(request), header) { UpdateConsumerOffsetResponse(offset: request.offset, error: $0) }
    }

    func answer(_ request: DeleteConsumerOffsetRequest, _ header: RequestHeader) throws(WireError) {
        finish(delete(request), header) { DeleteConsumerOffsetResponse(error: $0) }
    }

    private func store(_ request: UpdateConsumerOffsetRequest) -> Result<ConsumerOffsets.Written?, ErrorCode> {
        Result { () throws(ErrorCode) in
            guard let stream = state.withLock({ $0.streams[request.sessionID] }) else { throw .fetchSessionNotFound }
            guard let consumerID = stream.consumerID else { throw .other("stream without consumer id") }
            return try service.offsets.store(
                request.offset, of: consumerID, in: stream.partition.key, time: UInt64(clamping: time(nil)))
        }
    }

    private func delete(_ request: DeleteConsumerOffsetRequest) -> Result<ConsumerOffsets.Written?, ErrorCode> {
        Result { () throws(ErrorCode) in
            guard leadsOffsets else { throw .partitionNotLeader }
            return try service.offsets.delete(request.consumerID, in: request.replica)
        }
    }

    func answer(_ request: FetchConsumerOffsetsRequest, _ header: RequestHeader) throws(WireError) {
        guard leadsOffsets else {
            return try reply(FetchConsumerOffsetsResponse(error: .partitionNotLeader), to: header)
        }
        try reply(FetchConsumerOffsetsResponse(consumers: service.offsets.list(request.filter)), to: header)
    }

    private var leadsOffsets: Bool {
        let key = ReplicaKey.consumerOffsets
        return service.led(key.topic, key.partition) != nil
    }

    /// Answers: at once, or when what was written lasts as the server promises.
    private func finish<R: WireCodable & Sendable>(
        _ result: Result<ConsumerOffsets.Written?, ErrorCode>, _ header: RequestHeader,
        response: @escaping @Sendable (ErrorCode) -> R
    ) {
        let written: ConsumerOffsets.Written?
        do throws(ErrorCode) {
            written = try result.get()
        } catch {
            return send(response(error), to: header)
        }
        guard let written,
            let condition = written.partition.condition(for: written.appended, isolation: .readUncommitted)
        else { return send(response(.success), to: header) }
        written.partition.wait(for: condition) { [weak self, loop = service.loop] outcome in
            // The topic may be led by another server, with another loop.
            loop.run { [weak self] in self?.send(response(outcome.error ?? .success), to: header) }
        }
    }

    private func send<R: WireCodable>(_ response: R, to header: RequestHeader) {
        do throws(WireError) {
            try reply(response, to: header)
        } catch {
            connection.close()
        }
    }
}
