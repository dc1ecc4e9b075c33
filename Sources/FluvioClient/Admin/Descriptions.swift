import FluvioProtocol

/// A topic as the SC describes it.
public struct TopicDescription: Hashable, Sendable {
    /// How far it is.
    public enum State: String, Hashable, Sendable {
        case initializing, pending, insufficientResources, invalidConfiguration, provisioned, deleting
    }

    /// Its name.
    public let name: String
    /// The number of its partitions.
    public let partitions: Int
    /// Replicas of each partition, the leader among them; 0 if it is not the same for all.
    public let replication: Int
    /// How far it is.
    public let state: State
    /// Why it is not further, for people; often empty.
    public let reason: String
    /// Belongs to the cluster.
    public let isSystem: Bool
    /// How long records are kept at least; nil: as the server does.
    public let retention: Duration?
    /// The codec that batches must have; nil: any, or none.
    public let compression: Compression?
}

/// A partition as the SC describes it.
public struct PartitionDescription: Hashable, Sendable {
    /// How it is. A hint: it may be out of date for long.
    public enum State: String, Hashable, Sendable {
        case offline, online, leaderOffline, electing, outOfStorage
    }

    /// Its topic.
    public let topic: String
    /// Its number, from 0.
    public let partition: UInt32
    /// Id of the SPU that leads it.
    public let leader: Int32
    /// Ids of the SPUs that hold it, the leader among them.
    public let replicas: [Int32]
    /// How it is.
    public let state: State
    /// The offset behind the last record that all replicas have, as last reported; nil: not reported.
    public let highWatermark: Int64?
    /// The offset behind the last record of the leader, as last reported; nil: not reported.
    public let endOffset: Int64?
    /// Bytes on disk, as last reported; nil: not known.
    public let size: Int64?
}

/// An SPU as the SC describes it.
public struct SpuDescription: Hashable, Sendable {
    /// Its id.
    public let id: Int32
    /// The name of its object.
    public let name: String
    /// Its address for clients as `HOST:PORT`; nil: none.
    public let address: String?
    /// Whether the SC sees it.
    public let isOnline: Bool
    /// Where it stands, if it was said.
    public let rack: String?
    /// The SPU group that it belongs to and is changed with; nil for one that was registered.
    public let group: String?
}

/// Where a partition's records begin and end.
public struct PartitionOffsets: Hashable, Sendable {
    /// The partition, from 0.
    public let partition: UInt32
    /// The first offset that is kept.
    public let start: Int64
    /// The offset behind the last record that all replicas have.
    public let end: Int64
}

extension TopicDescription {
    init(_ topic: Metadata<TopicSpec>) {
        let replication: Set<Int> =
            switch topic.spec.replicas {
            case .computed(let parameters): [Int(parameters.replicationFactor)]
            case .assigned(let partitions): Set(partitions.map(\.replicas.count))
            case .mirror: []
            }
        let state: State =
            switch topic.status.resolution {
            case .initializing: .initializing
            case .pending: .pending
            case .insufficientResources: .insufficientResources
            case .invalidConfig: .invalidConfiguration
            case .provisioned: .provisioned
            case .deleting: .deleting
            }
        let retention: Duration? =
            if case .segment(let seconds)? = topic.spec.cleanupPolicy { .seconds(Int64(seconds)) } else { nil }
        self.init(
            name: topic.name, partitions: topic.spec.replicas.partitionCount,
            replication: replication.count == 1 ? replication.first ?? 0 : 0, state: state,
            reason: topic.status.reason, isSystem: topic.spec.system, retention: retention,
            compression: Compression(topic.spec.compression))
    }
}

extension PartitionDescription {
    /// Nil if the object's name is not that of a partition.
    init?(_ object: Metadata<PartitionSpec>) {
        guard let key = ReplicaKey(name: object.name) else { return nil }
        let state: State =
            switch object.status.resolution {
            case .offline: .offline
            case .online: .online
            case .leaderOffline: .leaderOffline
            case .electionLeaderFound: .electing
            case .outOfStorage: .outOfStorage
            }
        func known(_ value: Int64) -> Int64? { value < 0 ? nil : value }
        self.init(
            topic: key.topic, partition: key.partition, leader: object.spec.leader, replicas: object.spec.replicas,
            state: state, highWatermark: known(object.status.leader.hw), endOffset: known(object.status.leader.leo),
            size: known(object.status.size))
    }
}

extension SpuDescription {
    init(_ object: Metadata<SpuSpec>) {
        let endpoint = object.spec.publicEndpoint
        // Those of a group are named after it: NAME-NUMBER.
        let dash = object.spec.spuType == .managed ? object.name.lastIndex(of: "-") : nil
        self.init(
            id: object.spec.id, name: object.name, address: endpoint.host.map { "\($0):\(endpoint.port)" },
            isOnline: object.status.resolution == .online, rack: object.spec.rack,
            group: dash.map { String(object.name[..<$0]) })
    }
}
