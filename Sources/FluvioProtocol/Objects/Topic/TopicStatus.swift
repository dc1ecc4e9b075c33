/// What a topic is at the moment.
public struct TopicStatus: WireCodable, Equatable, Sendable {
    /// How it is.
    public var resolution = TopicResolution()
    /// The SPUs of each partition, the first leader first. An election does not change it.
    public var replicaMap: [UInt32: [Int32]] = [:]
    /// The other cluster's side of each partition.
    public var mirrorMap: [UInt32: PartitionMirrorConfig] = [:]
    /// Why it is not provisioned, for people.
    public var reason = ""

    package init() {}

    package init(
        resolution: TopicResolution = TopicResolution(), replicaMap: [UInt32: [Int32]] = [:],
        mirrorMap: [UInt32: PartitionMirrorConfig] = [:], reason: String
    ) {
        self.resolution = resolution
        self.replicaMap = replicaMap
        self.mirrorMap = mirrorMap
        self.reason = reason
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&resolution)
        try coder.code(&replicaMap)
        try coder.code(&mirrorMap, since: 14)
        try coder.code(&reason)
    }
}

/// How far a topic is.
public enum TopicResolution: UInt8, WireTag, CaseIterable {
    /// Fluvio: Init.
    case initializing = 0
    /// Waits for SPUs.
    case pending = 1
    /// There are fewer SPUs than replicas; becomes provisioned by itself when that is cured.
    case insufficientResources = 2
    case invalidConfig = 3
    /// Its partitions have their places.
    case provisioned = 4
    case deleting = 5

    package init() { self = .initializing }
}

/// What an update request does to a topic.
package enum UpdateTopicAction: WireCodable, Equatable, Sendable {
    /// Adds so many partitions.
    case addPartition(count: UInt32)
    /// Assigns a partition of a home topic to a remote cluster.
    case addMirror(AddMirror)

    package init() { self = .addPartition(count: 0) }

    private var tag: UInt8 {
        switch self {
        case .addPartition: 0
        case .addMirror: 1
        }
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        switch try coder.codeTag(tag) {
        case 0: self = .addPartition(count: try coder.payload(count))
        case 1: self = .addMirror(try coder.payload(mirror))
        case let tag: throw WireError(.unknownTag(type: "UpdateTopicAction", tag: Int(tag)), at: at)
        }
    }

    private var count: UInt32? { if case .addPartition(let value) = self { value } else { nil } }
    private var mirror: AddMirror? { if case .addMirror(let value) = self { value } else { nil } }
}

/// The remote cluster that a home topic gets.
package struct AddMirror: WireCodable, Equatable, Sendable {
    /// Name of the remote cluster.
    package var remoteCluster = ""
    /// Ignored by the official SC.
    package var homeToMirror = false

    package init() {}

    package init(remoteCluster: String, homeToMirror: Bool = false) {
        self.remoteCluster = remoteCluster
        self.homeToMirror = homeToMirror
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&remoteCluster)
        try coder.code(&homeToMirror)
    }
}
