/// What a partition is to be. Its object's name is that of its ``ReplicaKey``.
public struct PartitionSpec: WatchableSpec {
    /// What it is at the moment.
    public typealias Status = PartitionStatus
    /// Its kind.
    public static let kind = ObjectKind.partition

    /// Id of the SPU that takes requests for it, whatever the status says.
    public var leader: Int32 = 0
    /// Ids of the SPUs that hold it, the leader among them (after an election not the first).
    public var replicas: [Int32] = []
    /// This and what follows comes from the topic.
    public var cleanupPolicy: CleanupPolicy?
    /// How it is stored; nil: as the server does.
    public var storage: TopicStorageConfig?
    /// The codec that batches must have.
    public var compression: CompressionAlgorithm = .any
    /// Nil: none.
    public var deduplication: Deduplication?
    /// Belongs to the cluster.
    public var system = false
    /// The other cluster's side.
    public var mirror: PartitionMirrorConfig?

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(
        leader: Int32, replicas: [Int32] = [], cleanupPolicy: CleanupPolicy? = nil, storage: TopicStorageConfig? = nil,
        compression: CompressionAlgorithm = .any, deduplication: Deduplication? = nil, system: Bool = false,
        mirror: PartitionMirrorConfig? = nil
    ) {
        self.leader = leader
        self.replicas = replicas
        self.cleanupPolicy = cleanupPolicy
        self.storage = storage
        self.compression = compression
        self.deduplication = deduplication
        self.system = system
        self.mirror = mirror
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&leader)
        try coder.code(&replicas)
        try coder.code(&cleanupPolicy, since: 4)
        try coder.code(&storage, since: 4)
        try coder.code(&compression, since: 6)
        try coder.code(&deduplication, since: 12)
        try coder.code(&system, since: 13)
        try coder.code(&mirror, since: 14)
    }
}

/// What a partition is at the moment.
public struct PartitionStatus: WireCodable, Equatable, Sendable {
    /// A hint only: the SPU to ask is the spec's leader.
    public var resolution = PartitionResolution()
    /// The replica that reported last as leader.
    public var leader = ReplicaStatus()
    /// Number of followers that have all that the leader has.
    public var lsr: UInt32 = 0
    /// The followers.
    public var replicas: [ReplicaStatus] = []
    /// Bytes on disk; -1: unknown after an error, -2: not supported.
    public var size: Int64 = -2
    /// Never true in what a real SC sends.
    public var isBeingDeleted = false
    /// The oldest offset kept.
    public var baseOffset: Int64 = 0

    package init() {}

    package init(
        resolution: PartitionResolution = PartitionResolution(), leader: ReplicaStatus = ReplicaStatus(), lsr: UInt32,
        replicas: [ReplicaStatus] = [], size: Int64 = -2, isBeingDeleted: Bool = false, baseOffset: Int64 = 0
    ) {
        self.resolution = resolution
        self.leader = leader
        self.lsr = lsr
        self.replicas = replicas
        self.size = size
        self.isBeingDeleted = isBeingDeleted
        self.baseOffset = baseOffset
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&resolution)
        try coder.code(&leader)
        try coder.code(&lsr)
        try coder.code(&replicas)
        try coder.code(&size, since: 5)
        try coder.code(&isBeingDeleted)
        try coder.code(&baseOffset, since: 16)
    }
}

/// How a partition is.
public enum PartitionResolution: UInt8, WireTag, CaseIterable {
    case offline = 0
    case online = 1
    case leaderOffline = 2
    case electionLeaderFound = 3
    /// Known from version 19 on: not to be sent to a request below it.
    case outOfStorage = 4

    package init() { self = .offline }
}

/// How far one replica of a partition is.
public struct ReplicaStatus: WireCodable, Equatable, Sendable {
    /// Id of its SPU; -1: not reported yet.
    public var spu: Int32 = -1
    /// High watermark: what all replicas have is below it.
    public var hw: Int64 = -1
    /// Log end offset: the next record gets it.
    public var leo: Int64 = -1

    package init() {}

    package init(spu: Int32, hw: Int64, leo: Int64) {
        self.spu = spu
        self.hw = hw
        self.leo = leo
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&spu)
        try coder.code(&hw)
        try coder.code(&leo)
    }
}
