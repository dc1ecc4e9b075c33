/// A number of SPUs that Fluvio runs.
package struct SpuGroupSpec: WatchableSpec, CreatableSpec, DeletableSpec {
    package typealias Status = SpuGroupStatus
    package static let kind = ObjectKind.spuGroup
    package static let createTag: UInt8 = 2

    /// How many.
    package var replicas: UInt16 = 1
    /// Id of the first.
    package var minID: Int32 = 0
    /// Where it stands: replicas are spread over racks.
    package var rack: String?
    package var replication: ReplicationConfig?
    package var storage: SpuStorageConfig?
    /// Variables of the SPUs' processes.
    package var environment: [EnvironmentVariable] = []

    package init() {}

    package init(
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
package struct ReplicationConfig: WireCodable, Equatable, Sendable {
    /// Replicas that must have a record.
    package var inSyncReplicaMin: UInt16?

    package init() {}

    package init(inSyncReplicaMin: UInt16? = nil) {
        self.inSyncReplicaMin = inSyncReplicaMin
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&inSyncReplicaMin)
    }
}

/// Where the SPUs of a group keep their logs.
package struct SpuStorageConfig: WireCodable, Equatable, Sendable {
    /// Directory of the log.
    package var logDir: String?
    /// With its unit, as Kubernetes writes it.
    package var size: String?

    package init() {}

    package init(logDir: String? = nil, size: String? = nil) {
        self.logDir = logDir
        self.size = size
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&logDir)
        try coder.code(&size)
    }
}

/// A variable in the environment of a group's SPUs.
package struct EnvironmentVariable: WireCodable, Equatable, Sendable {
    package var name = ""
    package var value = ""

    package init() {}

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&value)
    }
}

/// What a group of SPUs is at the moment.
package struct SpuGroupStatus: WireCodable, Equatable, Sendable {
    /// How it is.
    package var resolution = SpuGroupResolution()
    /// Why it is so, for people.
    package var reason: String?

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
package enum SpuGroupResolution: UInt8, WireTag, CaseIterable {
    /// Fluvio: Init.
    case initializing = 0
    case invalid = 1
    /// Its SPUs have their ids.
    case reserved = 2

    package init() { self = .initializing }
}
