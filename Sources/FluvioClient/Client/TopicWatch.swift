import FluvioProtocol

/// A look at the topics of a cluster that is kept up to date. It ends when it is let go of.
public final class TopicWatch: Sendable {
    private let store: TopologyStore
    private let id: TopologyStore.ObserverID

    init(_ store: TopologyStore, _ observer: @escaping TopologyStore.Observer) {
        self.store = store
        id = store.observe(observer)
    }

    deinit { store.forget(id) }
}

extension Fluvio {
    /// Calls `body` with the topics that can be read, and how many partitions each has: now, on this thread, and when
    /// that changes, on the thread that brings the news, where it must not block. Topics of the system are left out.
    public func watchTopics(_ body: @escaping @Sendable ([String: UInt32]) -> Void) -> TopicWatch {
        TopicWatch(cluster.topology) { result in
            guard case .success(let topology) = result else { return true }
            body(topology.readable)
            return false
        }
    }

    /// How many partitions a topic has.
    ///
    /// - Throws: ``FluvioError/Code/topicNotFound``.
    public func partitionCount(of topic: String) async throws(FluvioError) -> UInt32 {
        UInt32(clamping: try await cluster.topic(named: topic).spec.replicas.partitionCount)
    }

    /// The topics that can be read now, with the number of their partitions. Waits for the cluster's first news.
    public func readableTopics() async throws(FluvioError) -> [String: UInt32] {
        try await cluster.topology.value(
            within: cluster.settings.requestTimeout,
            orElse: { _ in FluvioError(.deadlineExceeded, "the cluster has not told its topics") },
            { topology throws(FluvioError) in topology.known.contains(.topic) ? topology.readable : nil })
    }
}

extension Topology {
    /// The topics that can be read, with the number of partitions whose leaders are known.
    fileprivate var readable: [String: UInt32] {
        topics.filter { !$0.value.spec.system && $0.value.status.resolution == .provisioned }.mapValues { topic in
            let count = UInt32(clamping: topic.spec.replicas.partitionCount)
            let known = partitions[topic.name] ?? [:]
            return (0..<count).first { known[$0] == nil } ?? count
        }
    }
}
