import Documents
import FluvioProtocol
import FluvioTransport
import Unix

// Lookups answer nil for "not known yet, wait", and throw where waiting is of no use.
extension Topology {
    /// A topic. Thrown: ``FluvioError/Code/topicNotFound`` once the SC has told its topics.
    func topic(named name: String) throws(FluvioError) -> Metadata<TopicSpec>? {
        if let topic = topics[name] { return topic }
        guard known.contains(.topic) else { return nil }
        throw noTopic(name)
    }

    /// The error for a topic that is not there: with the nearest that is.
    func noTopic(_ name: String) -> FluvioError {
        let names = topics.values.filter { !$0.spec.system }.map(\.name).sorted()
        return FluvioError(
            .topicNotFound, "there is no topic '\(name)'", at: .init(topic: name),
            advice: Suggestion.question(for: name, among: names)
                ?? "'fluvio-admin topic list' shows what there is")
    }

    /// The SPU that leads a partition. Thrown: ``FluvioError/Code/topicNotFound`` and
    /// ``FluvioError/Code/partitionNotFound``.
    func leader(of key: ReplicaKey) throws(FluvioError) -> Int32? {
        guard let topic = try topic(named: key.topic) else { return nil }
        let count = topic.spec.replicas.partitionCount
        if let partition = partition(key) { return partition.leader }
        guard Int(key.partition) < count else {
            let there = count == 1 ? "only partition 0" : "partitions 0 to \(count - 1)"
            throw FluvioError(
                .partitionNotFound, "there is no such partition: the topic has \(there)",
                at: .init(topic: key.topic, partition: Int(key.partition)))
        }
        return nil
    }

    /// Where an SPU is to be connected to. Nil also while the SC has not told of that SPU.
    func address(ofSpu id: Int32, local: Bool) throws(FluvioError) -> Endpoint? {
        guard let spu = spus[id] else { return nil }
        if local, let address = spu.localAddress { return address }
        guard let address = spu.address, address.port > 0 else {
            throw FluvioError(.unreachable, "SPU \(id) has no address for clients")
        }
        return address
    }

    /// Who leads a partition and where that is: what decides whether another try may go better.
    func whereabouts(of key: ReplicaKey) -> Whereabouts {
        let partition = partition(key)
        return Whereabouts(partition: partition, spu: partition.flatMap { spus[$0.leader] })
    }

    /// See ``whereabouts(of:)``.
    struct Whereabouts: Equatable {
        let partition: Partition?
        let spu: Spu?
    }

    /// Whether a topic has all its partitions, each with a leader that is online.
    func isProvisioned(_ name: String) -> Bool {
        guard let topic = topics[name], topic.status.resolution == .provisioned else { return false }
        return leaderless(of: topic).isEmpty
    }

    /// The partitions that have no leader that is online, by number.
    private func leaderless(of topic: Metadata<TopicSpec>) -> [Int] {
        (0..<topic.spec.replicas.partitionCount).filter { index in
            let leader = partition(ReplicaKey(topic: topic.name, partition: UInt32(index)))?.leader
            return !(leader.flatMap { spus[$0]?.isOnline } ?? false)
        }
    }

    /// Why a topic is not ready, for people.
    func reason(forWaitingOn topic: String) -> String {
        guard let known = topics[topic] else { return "the SC does not know it yet" }
        let status = known.status
        let reason = status.reason.isEmpty ? "" : " (\(status.reason))"
        let state = status.resolution.word
        switch status.resolution {
        case .initializing, .pending: return "it is \(state), and waits for SPUs\(reason)"
        case .insufficientResources: return "it is \(state): there are fewer SPUs than replicas\(reason)"
        case .invalidConfig: return "it is \(state): its configuration is invalid\(reason)"
        case .deleting: return "it is being deleted"
        case .provisioned:
            let waiting = leaderless(of: known)
            let first = waiting.first.map { " (\($0))" } ?? ""
            return
                "\(waiting.count) of its partitions\(first) \(waiting.count == 1 ? "has" : "have") no leader that is online"
        }
    }
}
