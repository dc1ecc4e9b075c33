package import FluvioProtocol

extension Admin {
    /// The partitions of a topic in order, or those of all topics.
    ///
    /// - Throws: ``FluvioError/Code/topicNotFound``.
    public func partitions(of topic: String? = nil) async throws(FluvioError) -> [PartitionDescription] {
        // The SC's filter does not work for partitions.
        let all = try await list(.partition).compactMap(PartitionDescription.init)
        let wanted = topic.map { topic in all.filter { $0.topic == topic } } ?? all
        if let topic, wanted.isEmpty { _ = try await topicObject(topic) }
        return wanted.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
    }

    /// All SPUs, by id.
    public func spus() async throws(FluvioError) -> [SpuDescription] {
        try await list(.spu).map(SpuDescription.init).sorted { $0.id < $1.id }
    }

    /// Where the partitions of a topic begin and end now, as their leaders say.
    ///
    /// - Throws: ``FluvioError/Code/topicNotFound``; what keeps a leader from answering, after ``ClientSettings/requestTimeout``.
    public func offsets(of topic: String) async throws(FluvioError) -> [PartitionOffsets] {
        let count = UInt32(clamping: try await cluster.topic(named: topic).spec.replicas.partitionCount)
        var found: [UInt32: PartitionOffsets] = [:]
        var retry = Attempts(within: cluster.settings.requestTimeout)
        while true {
            var failure: FluvioError?
            do throws(FluvioError) {
                for (spu, partitions) in try await leaders(of: topic, (0..<count).filter { found[$0] == nil }) {
                    let request = FetchOffsetsRequest(
                        topics: [FetchOffsetTopic(name: topic, partitions: partitions)])
                    let link = try await cluster.sharedLink(to: spu)
                    let response = try await link.call(request, timeout: retry.left)
                    for answer in response.topics.flatMap(\.partitions) {
                        if answer.error.isSuccess {
                            found[answer.partition] = PartitionOffsets(
                                partition: answer.partition, start: answer.startOffset, end: answer.lastStableOffset)
                        } else {
                            failure = FluvioError(
                                answer.error, at: .init(topic: topic, partition: Int(answer.partition)))
                        }
                    }
                }
            } catch {
                failure = error
            }
            if found.count == count { return found.values.sorted { $0.partition < $1.partition } }
            let place = FluvioError.Place(topic: topic)
            try await retry.next(
                after: (failure ?? FluvioError(.protocolViolation, "a server left out a partition")).at(place))
        }
    }

    /// The partitions by the SPU that leads them.
    private func leaders(of topic: String, _ partitions: [UInt32]) async throws(FluvioError) -> [Int32: [UInt32]] {
        var leaders: [Int32: [UInt32]] = [:]
        for partition in partitions {
            let leader = try await cluster.leader(of: ReplicaKey(topic: topic, partition: partition))
            leaders[leader, default: []].append(partition)
        }
        return leaders
    }

    /// Asks the leader of a partition, and again while it is being looked for.
    ///
    /// - Parameter error: what the answer says went wrong.
    package func ask<R: WireRequest>(
        leaderOf replica: ReplicaKey, _ request: R, _ error: (R.Response) -> ErrorCode
    ) async throws(FluvioError) -> R.Response {
        let place = FluvioError.Place(topic: replica.topic, partition: Int(replica.partition))
        var retry = Attempts(within: cluster.settings.requestTimeout)
        while true {
            let failure: FluvioError
            do throws(FluvioError) {
                let link = try await cluster.sharedLink(to: try await cluster.leader(of: replica))
                let response = try await link.call(request, timeout: retry.left)
                let code = error(response)
                if code.isSuccess { return response }
                failure = FluvioError(code, at: place)
            } catch {
                failure = error.at(place)
            }
            try await retry.next(after: failure)
        }
    }
}

// MARK: - Consumer offsets

extension Admin {
    /// The partition that keeps the offsets of all consumers.
    private static let offsetTopic = ReplicaKey(topic: "consumer-offset", partition: 0)

    /// The offsets that consumers have stored.
    package func consumerOffsets() async throws(FluvioError) -> [ConsumerOffset] {
        try await ask(leaderOf: Self.offsetTopic, FetchConsumerOffsetsRequest()) { $0.error }.consumers
    }

    /// Deletes a stored offset. One that is not there is no error: the server does not tell.
    package func deleteConsumerOffset(_ consumer: String, of replica: ReplicaKey) async throws(FluvioError) {
        let request = DeleteConsumerOffsetRequest(replica: replica, consumerID: consumer)
        _ = try await ask(leaderOf: Self.offsetTopic, request) { $0.error }
    }
}

/// Attempts against the clock, with pauses.
private struct Attempts {
    private let start = ContinuousClock.now
    private let limit: Duration
    private var schedule: RetrySchedule

    init(within limit: Duration) {
        self.limit = limit
        schedule = RetrySchedule(limit: .duration(limit))
    }

    /// The time left, at least a little.
    var left: Duration { max(limit - start.duration(to: .now), .milliseconds(10)) }

    /// Pauses before the next attempt, or throws what made the last one fail.
    mutating func next(after failure: FluvioError) async throws(FluvioError) {
        var random = SystemRandomNumberGenerator()
        guard failure.isRetriable,
            let delay = schedule.delay(afterFailureAt: start.duration(to: .now), using: &random)
        else { throw failure }
        guard (try? await Task.sleep(for: delay)) != nil else { throw .cancelled }
    }
}
