import FluvioProtocol

/// Where a partition's records begin and end.
public struct PartitionOffsets: Hashable, Sendable {
    /// The partition, from 0.
    public let partition: UInt32
    /// The first offset that is kept.
    public let start: Int64
    /// The offset behind the last record that all replicas have.
    public let end: Int64
}

extension Admin {
    /// The partitions of a topic, by number.
    ///
    /// - Throws: ``FluvioError/Code/topicNotFound``.
    public func partitions(of topic: String) async throws(FluvioError) -> [Metadata<PartitionSpec>] {
        let all = try await list(.partition, includingSystem: true).filter { $0.key?.topic == topic }
        if all.isEmpty { _ = try await self.topic(topic) }
        return all
    }

    /// The same partitions with the offsets that their leaders tell now, in place of those reported last.
    ///
    /// - Throws: what keeps a leader from answering, after ``ClientSettings/retry``.
    public func live(_ partitions: [Metadata<PartitionSpec>]) async throws(FluvioError) -> [Metadata<PartitionSpec>] {
        var offsets: [ReplicaKey: PartitionOffsets] = [:]
        for topic in Set(partitions.compactMap { $0.key?.topic }).sorted() {
            for partition in try await self.offsets(of: topic) {
                offsets[ReplicaKey(topic: topic, partition: partition.partition)] = partition
            }
        }
        return partitions.map { partition in
            guard let key = partition.key, let known = offsets[key] else { return partition }
            var partition = partition
            partition.status.baseOffset = known.start
            partition.status.leader.hw = known.end
            partition.status.leader.leo = max(partition.status.leader.leo, known.end)
            return partition
        }
    }

    /// Where the partitions of a topic begin and end now, as their leaders say.
    ///
    /// - Parameters:
    ///   - topic: exactly this one.
    ///   - limit: for how long a leader that does not answer is asked again; nil: ``ClientSettings/retry``.
    /// - Throws: ``FluvioError/Code/topicNotFound``; what keeps a leader from answering for so long, and for
    ///   ``ClientSettings/requestTimeout`` at least.
    public func offsets(of topic: String, retry limit: RetryLimit? = nil) async throws(FluvioError)
        -> [PartitionOffsets]
    {
        let count = UInt32(clamping: try await cluster.topic(named: topic).spec.replicas.partitionCount)
        var found: [UInt32: PartitionOffsets] = [:]
        var retry = Attempts(cluster, limit)
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
            let missing = (0..<count).first { found[$0] == nil } ?? 0
            try await retry.next(
                after: (failure ?? FluvioError(.protocolViolation, "a server left out a partition")).at(place),
                ReplicaKey(topic: topic, partition: missing))
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
    /// - Parameters:
    ///   - limit: for how long; nil: ``ClientSettings/retry``.
    ///   - error: what the answer says went wrong.
    func ask<R: WireRequest>(
        leaderOf replica: ReplicaKey, _ request: R, retry limit: RetryLimit? = nil, _ error: (R.Response) -> ErrorCode
    ) async throws(FluvioError) -> R.Response {
        let place = FluvioError.Place(topic: replica.topic, partition: Int(replica.partition))
        var retry = Attempts(cluster, limit)
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
            try await retry.next(after: failure, replica)
        }
    }
}

// MARK: - Consumer offsets

extension Admin {
    /// The partition that keeps the offsets of all consumers.
    private static let offsetTopic = ReplicaKey(topic: "consumer-offset", partition: 0)

    /// The offsets that consumers have stored.
    public func consumerOffsets() async throws(FluvioError) -> [ConsumerOffset] {
        try await ask(leaderOf: Self.offsetTopic, FetchConsumerOffsetsRequest()) { $0.error }.consumers
    }

    /// Deletes a stored offset. One that is not there is no error: the server does not tell.
    public func deleteConsumerOffset(_ consumer: String, of replica: ReplicaKey) async throws(FluvioError) {
        let request = DeleteConsumerOffsetRequest(replica: replica, consumerID: consumer)
        _ = try await ask(leaderOf: Self.offsetTopic, request) { $0.error }
    }
}

/// Attempts to get an answer of a leader, with pauses: for as long as the cluster is tried again when connecting, and at
/// least as long as a request may take.
private struct Attempts {
    private let cluster: Cluster
    private let start = ContinuousClock.now
    private let limit: Duration?
    private var schedule: RetrySchedule
    private var wasTold = false

    init(_ cluster: Cluster, _ limit: RetryLimit?) {
        self.cluster = cluster
        switch limit ?? cluster.settings.retry {
        case .forever:
            self.limit = nil
            schedule = RetrySchedule(limit: .forever)
        case .duration(let duration):
            let most = max(duration, cluster.settings.requestTimeout)
            self.limit = most
            schedule = RetrySchedule(limit: .duration(most))
        }
    }

    /// The time that an attempt may take: what is left, at least a little.
    var left: Duration {
        let timeout = cluster.settings.requestTimeout
        guard let limit else { return timeout }
        return min(timeout, max(limit - start.duration(to: .now), .milliseconds(10)))
    }

    /// Pauses before the next attempt, unless there is news of the leader, or throws what made the last one fail.
    mutating func next(after failure: FluvioError, _ replica: ReplicaKey) async throws(FluvioError) {
        var random = SystemRandomNumberGenerator()
        let elapsed = start.duration(to: .now)
        guard failure.mayPass, let delay = schedule.delay(afterFailureAt: elapsed, using: &random) else {
            throw failure
        }
        // What passes at once is not worth a word.
        if !wasTold, elapsed > .seconds(1) {
            wasTold = true
            cluster.onEvent?(.lost(failure))
        }
        await cluster.news(of: replica, within: delay)
        if Task.isCancelled { throw .cancelled }
    }
}
