/// What a topic is to be.
public struct TopicSpec: WatchableSpec, CreatableSpec, DeletableSpec {
    /// What it is at the moment.
    public typealias Status = TopicStatus
    package typealias UpdateAction = UpdateTopicAction
    /// Its kind.
    public static let kind = ObjectKind.topic
    package static let createTag: UInt8 = 0

    /// Its partitions, and where their replicas live.
    public var replicas = ReplicaSpec()
    /// Nil: the SPU's default.
    public var cleanupPolicy: CleanupPolicy?
    /// Nil: the SPU's defaults.
    public var storage: TopicStorageConfig?
    /// The codec that batches must have.
    public var compression: CompressionAlgorithm = .any
    /// Nil: none.
    public var deduplication: Deduplication?
    /// Belongs to the cluster, as `consumer-offset` does.
    public var system = false

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(
        replicas: ReplicaSpec, cleanupPolicy: CleanupPolicy? = nil, storage: TopicStorageConfig? = nil,
        compression: CompressionAlgorithm = .any, deduplication: Deduplication? = nil, system: Bool = false
    ) {
        self.replicas = replicas
        self.cleanupPolicy = cleanupPolicy
        self.storage = storage
        self.compression = compression
        self.deduplication = deduplication
        self.system = system
    }

    /// So many partitions with so many replicas each, the leader among them, and the server's defaults.
    public init(partitions: UInt32, replication: UInt32 = 1) {
        self.init(replicas: .computed(TopicReplicaParameters(partitions: partitions, replicationFactor: replication)))
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&replicas)
        try coder.code(&cleanupPolicy, since: 3)
        try coder.code(&storage, since: 4)
        try coder.code(&compression, since: 6)
        try coder.code(&deduplication, since: 12)
        try coder.code(&system, since: 13)
    }
}

/// How a topic's partitions come about.
public enum ReplicaSpec: WireCodable, Equatable, Sendable {
    /// Each partition with the SPUs that are to hold it.
    case assigned([PartitionMap])
    /// A number of partitions; the SC chooses the SPUs.
    case computed(TopicReplicaParameters)
    /// Partitions mirrored between clusters; understood from version 14.
    case mirror(MirrorConfig)

    /// No partition at all.
    package init() { self = .computed(TopicReplicaParameters(partitions: 0, replicationFactor: 0)) }

    /// The number of partitions.
    public var partitionCount: Int {
        switch self {
        case .assigned(let maps): maps.count
        case .computed(let parameters): Int(parameters.partitions)
        case .mirror(.remote(let remote)): remote.homeSpus.count
        case .mirror(.home(let home)): home.partitions.count
        }
    }

    private var tag: UInt8 {
        switch self {
        case .assigned: 0
        case .computed: 1
        case .mirror: 2
        }
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        switch try coder.codeTag(tag) {
        case 0: self = .assigned(try coder.payload(assigned))
        case 1: self = .computed(try coder.payload(computed))
        case 2: self = .mirror(try coder.payload(mirror))
        case let tag: throw WireError(.unknownTag(type: "ReplicaSpec", tag: Int(tag)), at: at)
        }
    }

    private var assigned: [PartitionMap]? { if case .assigned(let value) = self { value } else { nil } }
    private var computed: TopicReplicaParameters? { if case .computed(let value) = self { value } else { nil } }
    private var mirror: MirrorConfig? { if case .mirror(let value) = self { value } else { nil } }
}

/// A partition with the SPUs that are to hold it.
public struct PartitionMap: WireCodable, Equatable, Sendable {
    /// The partition's number, from 0.
    public var id: UInt32 = 0
    /// Ids of the SPUs; the first is the first leader.
    public var replicas: [Int32] = []
    /// The other cluster's side.
    public var mirror: PartitionMirrorConfig?

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(id: UInt32, replicas: [Int32] = [], mirror: PartitionMirrorConfig? = nil) {
        self.id = id
        self.replicas = replicas
        self.mirror = mirror
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&id)
        try coder.code(&replicas)
        try coder.code(&mirror, since: 14)
    }
}

/// How many partitions and replicas a topic is to have.
public struct TopicReplicaParameters: WireCodable, Equatable, Sendable {
    /// Number of partitions.
    public var partitions: UInt32 = 1
    /// Replicas of each partition, the leader included.
    public var replicationFactor: UInt32 = 1
    /// Replicas need not be spread over racks.
    public var ignoreRackAssignment = false

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(partitions: UInt32, replicationFactor: UInt32, ignoreRackAssignment: Bool = false) {
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.ignoreRackAssignment = ignoreRackAssignment
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&partitions)
        try coder.code(&replicationFactor)
        try coder.code(&ignoreRackAssignment)
    }
}
