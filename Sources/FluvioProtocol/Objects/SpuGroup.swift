/// A number of SPUs that Fluvio runs.
public struct SpuGroupSpec: WatchableSpec, CreatableSpec, DeletableSpec {
    /// What it is at the moment.
    public typealias Status = SpuGroupStatus
    /// Its kind.
    public static let kind = ObjectKind.spuGroup
    package static let createTag: UInt8 = 2

    /// How many.
    public var replicas: UInt16 = 1
    /// Id of the first.
    public var minID: Int32 = 0
    /// Where it stands: replicas are spread over racks.
    public var rack: String?
    /// Nil: as the cluster does.
    public var replication: ReplicationConfig?
    /// Where the logs are kept; nil: as the cluster does.
    public var storage: SpuStorageConfig?
    /// Variables of the SPUs' processes.
    public var environment: [EnvironmentVariable] = []

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(
        replicas: UInt16, minID: Int32, rack: String? = nil, replication: ReplicationConfig? = nil,
        storage: SpuStorageConfig? = nil, environment: [EnvironmentVariable] = []
    ) {
        self.replicas = replicas
        self.minID = minID
        self.rack = rack
        self.replication = replication
        self.storage = storage
        self.environment = environment
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&replicas)
        try coder.code(&minID)
        try coder.code(&rack)
        try coder.code(&replication)
        try coder.code(&storage)
        try coder.code(&environment)
    }
}

/// How the SPUs of a group replicate.
public struct ReplicationConfig: WireCodable, Equatable, Sendable {
    /// Replicas that must have a record.
    public var inSyncReplicaMin: UInt16?

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(inSyncReplicaMin: UInt16? = nil) {
        self.inSyncReplicaMin = inSyncReplicaMin
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&inSyncReplicaMin)
    }
}

/// Where the SPUs of a group keep their logs.
public struct SpuStorageConfig: WireCodable, Equatable, Sendable {
    /// Directory of the log.
    public var logDir: String?
    /// With its unit, as Kubernetes writes it.
    public var size: String?

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(logDir: String? = nil, size: String? = nil) {
        self.logDir = logDir
        self.size = size
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&logDir)
        try coder.code(&size)
    }
}

/// A variable in the environment of a group's SPUs.
public struct EnvironmentVariable: WireCodable, Equatable, Sendable {
    /// Its name.
    public var name = ""
    /// Its value.
    public var value = ""

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&value)
    }
}

/// What a group of SPUs is at the moment.
public struct SpuGroupStatus: WireCodable, Equatable, Sendable {
    /// How it is.
    public var resolution = SpuGroupResolution()
    /// Why it is so, for people.
    public var reason: String?

    package init() {}

    package init(resolution: SpuGroupResolution = SpuGroupResolution(), reason: String? = nil) {
        self.resolution = resolution
        self.reason = reason
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&resolution)
        try coder.code(&reason)
    }
}

/// How far a group of SPUs is.
public enum SpuGroupResolution: UInt8, WireTag, CaseIterable {
    /// Fluvio: Init.
    case initializing = 0
    case invalid = 1
    /// Its SPUs have their ids.
    case reserved = 2

    package init() { self = .initializing }
}
