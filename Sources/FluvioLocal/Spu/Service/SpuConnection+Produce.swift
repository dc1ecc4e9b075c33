import FluvioProtocol
import FluvioTransport
import Synchronization

// Produce: every entry is stored when it comes, in the order of the request, so that a connection's records never
// overtake each other. Only the answer may have to wait.
extension SpuConnection {
    /// An entry whose answer has to wait.
    private struct Waiting {
        let place: ProduceQueue.Place
        let partition: Partition
        let condition: Partition.Condition
    }

    func produce(
        _ frame: inout IncomingFrame, _ body: Range<Int>, _ header: RequestHeader
    ) throws(WireError) {
        let request = try ProduceRequest<RecordRange>(decoding: frame.bytes, range: body, version: header.apiVersion)
        var response = ProduceResponse()
        var waiting: [Waiting] = []
        var touched: [Partition] = []
        response.topics.reserveCapacity(request.topics.count)
        for (topicPlace, topic) in request.topics.enumerated() {
            var answers = TopicProduceResponse(name: topic.name)
            answers.partitions.reserveCapacity(topic.partitions.count)
            for (place, entry) in topic.partitions.enumerated() {
                var answer = PartitionProduceResponse(partition: entry.partition)
                do throws(ErrorCode) {
                    if let (partition, stored) = try store(&frame, entry, topic.name, request.smartModules) {
                        answer.baseOffset = stored.base
                        if touched.last !== partition { touched.append(partition) }
                        if let condition = partition.condition(for: stored, isolation: request.isolation) {
                            waiting.append(
                                Waiting(
                                    place: ProduceQueue.Place(topic: topicPlace, partition: place),
                                    partition: partition, condition: condition))
                        }
                    }
                } catch {
                    answer.error = error
                }
                answers.partitions.append(answer)
            }
            response.topics.append(answers)
        }
        try finish(request, response, waiting, header)
        for partition in touched { partition.announce() }
    }

    /// Stores one entry; nil if it holds no batch. The order of the checks is that of a real server.
    private func store(
        _ frame: inout IncomingFrame, _ entry: PartitionProduceData<RecordRange>, _ topic: String,
        _ smartModules: [SmartModuleInvocation]
    ) throws(ErrorCode) -> (Partition, Appended)? {
        guard let partition = service.led(topic, entry.partition) else { throw .notLeaderForPartition }
        if let first = smartModules.first { throw first.refusal }
        do throws(AppendError) {
            return try partition.append(&frame.bytes, entry.records.range).map { (partition, $0) }
        } catch {
            throw ErrorCode(error, partition.key)
        }
    }

    /// Sends the answer, or queues it behind what it has to wait for.
    private func finish(
        _ request: ProduceRequest<RecordRange>, _ response: ProduceResponse, _ waiting: [Waiting],
        _ header: RequestHeader
    ) throws(WireError) {
        guard !waiting.isEmpty || !state.withLock({ $0.produces.isEmpty }) else {
            return try acknowledge(response, to: header)
        }
        let id = state.withLock { $0.produces.add(response, to: header, open: waiting.map(\.place)) }
        var wait = Wait()
        if request.isolation == .readCommitted, !waiting.isEmpty { wait.deadline = expire(id, after: request.timeout) }
        for item in waiting {
            let place = item.place
            let number = item.partition.wait(for: item.condition) { [weak self] outcome in
                self?.settled(id, place, outcome)
            }
            wait.partitions.append((item.partition, number))
        }
        state.withLock { $0.waits[id] = wait }
    }

    private func expire(_ id: UInt64, after milliseconds: Int32) -> Timer {
        let timeout = max(0, milliseconds)
        return service.loop.schedule(after: .milliseconds(timeout)) { [weak self] in
            let error = ErrorCode.requestTimedOut(milliseconds: UInt64(timeout), kind: .produce)
            self?.state.withLock { $0.produces.expire(id, error: error) }
            self?.sendReady()
        }
    }

    private func settled(_ id: UInt64, _ place: ProduceQueue.Place, _ outcome: Partition.Outcome) {
        state.withLock { $0.produces.settle(id, place, error: outcome.error) }
        sendReady()
    }

    private func sendReady() {
        let (ready, waits) = state.withLock { state in
            let ready = state.produces.takeReady()
            return (ready, ready.compactMap { state.waits.removeValue(forKey: $0.id) })
        }
        for wait in waits { wait.cancel(on: service.loop) }
        for answer in ready {
            do throws(WireError) {
                try acknowledge(answer.response, to: answer.header)
            } catch {
                connection.close()
            }
        }
        if state.withLock({ $0.isFinished && $0.produces.isEmpty }) { connection.close() }
    }
}

extension Partition.Outcome {
    /// What a client is told; nil: what it waits for has come true.
    var error: ErrorCode? {
        switch self {
        case .reached: nil
        case .failed: .storageError
        case .deposed: .notLeaderForPartition
        }
    }
}

extension SmartModuleInvocation {
    /// This server has no engine to run them (protocol: a small server).
    var refusal: ErrorCode {
        switch wasm {
        case .predefined(let name): .smartModuleNotFound(name: name)
        case .adHoc: .smartModuleInvalid(error: "this server runs no SmartModules", name: name)
        }
    }
}

extension ErrorCode {
    /// What a client is told when its records are not stored.
    init(_ error: AppendError, _ partition: ReplicaKey) {
        self =
            switch error {
            case .invalid(let what): .other(what)
            case .codec: .compressionError
            case .deposed: .notLeaderForPartition
            case .tooLarge: .messageTooLarge
            case .full: .partitionFull(partition)
            case .failed: .storageError
            }
    }

    /// What a client is told when there are no records for it. The text is that of a real server.
    init(_ error: ReadError) {
        self =
            switch error {
            case .evicted(let offset, let next): .offsetEvicted(offset: offset, nextAvailable: next)
            case .beyond(let offset, let end): .other("start offset: \(offset) is greater than leo: \(end)")
            case .failed: .storageError
            }
    }
}
