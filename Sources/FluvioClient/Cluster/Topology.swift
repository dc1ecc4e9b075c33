import FluvioProtocol
import FluvioTransport

/// What a cluster consists of, as its SC tells: topics, partitions with their leaders, SPUs with their addresses.
///
/// A value: updates are applied in the order they come (protocol: watch, client behaviour), and each says what it
/// changed.
struct Topology: Equatable, Sendable {
    /// What clients need to know of a partition.
    struct Partition: Equatable, Sendable {
        /// Id of the SPU to ask, whatever the resolution says.
        var leader: Int32
        /// Ids of the SPUs that hold it, the leader among them.
        var replicas: [Int32]
        /// A hint: it may be out of date for long, so nothing is refused because of it.
        var resolution: PartitionResolution
    }

    /// An SPU and where it is.
    struct Spu: Equatable, Sendable {
        /// The name of its object.
        var name: String
        /// Its address for clients; nil: it has none.
        var address: Endpoint?
        /// Its address inside the cluster's own network; nil: it has none.
        var localAddress: Endpoint?
        /// Whether the SC sees it.
        var isOnline: Bool
        /// Where it stands, if it was said.
        var rack: String?
    }

    /// What an update changed.
    struct Changes: Equatable, Sendable {
        /// Topics that came, went or changed.
        var topics: Set<String> = []
        /// Partitions that came, went, or got another leader, other replicas or another resolution. Not those whose
        /// offsets moved.
        var partitions: Set<ReplicaKey> = []
        /// SPUs that came, went or changed.
        var spus: Set<Int32> = []
        /// Kinds of which nothing was known before.
        var newlyKnown: Set<ObjectKind> = []

        /// Nothing changed.
        var isEmpty: Bool { self == Changes() }
    }

    /// The topics by name.
    private(set) var topics: [String: Metadata<TopicSpec>] = [:]
    /// The partitions by topic and number.
    private(set) var partitions: [String: [UInt32: Partition]] = [:]
    /// The SPUs by id.
    private(set) var spus: [Int32: Spu] = [:]
    /// The kinds that the SC has spoken of, if only to say that there are none.
    private(set) var known: Set<ObjectKind> = []

    /// Nothing is known.
    init() {}

    /// A partition; nil if there is none.
    func partition(_ key: ReplicaKey) -> Partition? { partitions[key.topic]?[key.partition] }

    /// The numbers of a topic's partitions that have a leader and are not known to be offline, in order.
    func onlinePartitions(of topic: String) -> [UInt32] {
        (partitions[topic] ?? [:]).filter { $0.value.resolution == .online }.keys.sorted()
    }
}

// MARK: - Updates

extension Topology {
    /// Applies news of topics.
    mutating func apply(_ update: MetadataUpdate<TopicSpec>) -> Changes {
        var changes = Changes()
        note(.topic, in: &changes)
        let (removed, changed) = Self.sort(update, present: Array(topics.keys))
        for name in removed where topics.removeValue(forKey: name) != nil { changes.topics.insert(name) }
        for topic in changed where topics[topic.name] != topic {
            topics[topic.name] = topic
            changes.topics.insert(topic.name)
        }
        return changes
    }

    /// Applies news of partitions. An object whose name is not that of a partition is passed over.
    mutating func apply(_ update: MetadataUpdate<PartitionSpec>) -> Changes {
        var changes = Changes()
        note(.partition, in: &changes)
        let (removed, changed) = Self.sort(update, present: partitionNames)
        for key in removed.compactMap(ReplicaKey.init(name:)) where partitions[key.topic]?[key.partition] != nil {
            partitions[key.topic]?[key.partition] = nil
            if partitions[key.topic]?.isEmpty == true { partitions[key.topic] = nil }
            changes.partitions.insert(key)
        }
        for object in changed {
            guard let key = ReplicaKey(name: object.name) else { continue }
            let new = Partition(
                leader: object.spec.leader, replicas: object.spec.replicas, resolution: object.status.resolution)
            guard partitions[key.topic]?[key.partition] != new else { continue }
            partitions[key.topic, default: [:]][key.partition] = new
            changes.partitions.insert(key)
        }
        return changes
    }

    /// Applies news of SPUs.
    mutating func apply(_ update: MetadataUpdate<SpuSpec>) -> Changes {
        var changes = Changes()
        note(.spu, in: &changes)
        let (removed, changed) = Self.sort(update, present: spus.values.map(\.name))
        for (id, spu) in spus where removed.contains(spu.name) {
            spus[id] = nil
            changes.spus.insert(id)
        }
        for object in changed {
            let spec = object.spec
            let new = Spu(
                name: object.name,
                address: spec.publicEndpoint.host.map { Endpoint(host: $0, port: spec.publicEndpoint.port) },
                localAddress: spec.publicEndpointLocal.map { Endpoint(host: $0.host, port: $0.port) },
                isOnline: object.status.resolution == .online, rack: spec.rack)
            guard spus[spec.id] != new else { continue }
            spus[spec.id] = new
            changes.spus.insert(spec.id)
        }
        return changes
    }

    private var partitionNames: [String] {
        partitions.flatMap { topic, partitions in
            partitions.keys.map { ReplicaKey(topic: topic, partition: $0).description }
        }
    }

    private mutating func note(_ kind: ObjectKind, in changes: inout Changes) {
        if known.insert(kind).inserted { changes.newlyKnown.insert(kind) }
    }

    /// The names that go, and the objects that come or change.
    ///
    /// `all`, if it is not empty, replaces everything and `changes` is ignored. An empty `all` says nothing: who has no
    /// object left hears of it by deletions.
    private static func sort<Spec>(
        _ update: MetadataUpdate<Spec>, present: @autoclosure () -> [String]
    ) -> (removed: Set<String>, changed: [Metadata<Spec>]) {
        if !update.all.isEmpty {
            return (Set(present()).subtracting(update.all.map(\.name)), update.all)
        }
        var removed: Set<String> = []
        var changed: [Metadata<Spec>] = []
        for change in update.changes {
            switch change {
            case .update(let object): changed.append(object)
            case .delete(let object): removed.insert(object.name)
            }
        }
        // An SC that merges its changes may send an object that was deleted and made anew as an update and a deletion,
        // in this order. What it still has is among the updates, so they win.
        return (removed, changed)
    }
}
