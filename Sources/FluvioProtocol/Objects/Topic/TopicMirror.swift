/// How a topic is mirrored between clusters, seen from one of them.
public enum MirrorConfig: WireCodable, Equatable, Sendable {
    /// This cluster is the remote one: its partitions go to a home cluster.
    case remote(RemoteMirrorConfig)
    /// This cluster is the home one: its partitions come from remote clusters.
    case home(HomeMirrorConfig)

    package init() { self = .remote(RemoteMirrorConfig()) }

    private var tag: UInt8 {
        switch self {
        case .remote: 0
        case .home: 1
        }
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        switch try coder.codeTag(tag) {
        case 0: self = .remote(try coder.payload(remote))
        case 1: self = .home(try coder.payload(home))
        case let tag: throw WireError(.unknownTag(type: "MirrorConfig", tag: Int(tag)), at: at)
        }
    }

    private var remote: RemoteMirrorConfig? { if case .remote(let value) = self { value } else { nil } }
    private var home: HomeMirrorConfig? { if case .home(let value) = self { value } else { nil } }
}

/// Where the partitions of a remote topic go.
public struct RemoteMirrorConfig: WireCodable, Equatable, Sendable {
    /// Name of the home cluster.
    public var homeCluster = ""
    /// One for each partition.
    public var homeSpus: [SpuMirrorConfig] = []
    /// The partitions come from the home cluster instead.
    public var target = false

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(homeCluster: String, homeSpus: [SpuMirrorConfig] = [], target: Bool = false) {
        self.homeCluster = homeCluster
        self.homeSpus = homeSpus
        self.target = target
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&homeCluster)
        try coder.code(&homeSpus)
        try coder.code(&target, since: 18)
    }
}

/// An SPU of the home cluster.
public struct SpuMirrorConfig: WireCodable, Equatable, Sendable {
    /// Its number in the home cluster.
    public var id: Int32 = 0
    /// Its name.
    public var key = ""
    /// `HOST:PORT`.
    public var endpoint = ""

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(id: Int32, key: String, endpoint: String) {
        self.id = id
        self.key = key
        self.endpoint = endpoint
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&id)
        try coder.code(&key)
        try coder.code(&endpoint)
    }
}

/// Where the partitions of a home topic come from.
public struct HomeMirrorConfig: WireCodable, Equatable, Sendable {
    /// One for each partition.
    public var partitions: [HomePartitionConfig] = []
    /// The partitions go to the remote clusters instead.
    public var source = false

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(partitions: [HomePartitionConfig] = [], source: Bool = false) {
        self.partitions = partitions
        self.source = source
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&partitions)
        try coder.code(&source, since: 18)
    }
}

/// The other cluster's side of a partition.
public enum PartitionMirrorConfig: WireCodable, Equatable, Sendable {
    /// The partition goes to a home cluster.
    case remote(RemotePartitionConfig)
    /// The partition comes from a remote cluster.
    case home(HomePartitionConfig)

    package init() { self = .remote(RemotePartitionConfig()) }

    private var tag: UInt8 {
        switch self {
        case .remote: 0
        case .home: 1
        }
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        switch try coder.codeTag(tag) {
        case 0: self = .remote(try coder.payload(remote))
        case 1: self = .home(try coder.payload(home))
        case let tag: throw WireError(.unknownTag(type: "PartitionMirrorConfig", tag: Int(tag)), at: at)
        }
    }

    private var remote: RemotePartitionConfig? { if case .remote(let value) = self { value } else { nil } }
    private var home: HomePartitionConfig? { if case .home(let value) = self { value } else { nil } }
}

/// Where a partition of a remote topic goes.
public struct RemotePartitionConfig: WireCodable, Equatable, Sendable {
    /// Name of the home cluster.
    public var homeCluster = ""
    /// Name of the home cluster's SPU.
    public var homeSpuKey = ""
    /// Id of the home cluster's SPU.
    public var homeSpuID: Int32 = 0
    /// `HOST:PORT`.
    public var homeSpuEndpoint = ""
    /// The partition comes from the home cluster instead.
    public var target = false

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(
        homeCluster: String, homeSpuKey: String, homeSpuID: Int32, homeSpuEndpoint: String, target: Bool = false
    ) {
        self.homeCluster = homeCluster
        self.homeSpuKey = homeSpuKey
        self.homeSpuID = homeSpuID
        self.homeSpuEndpoint = homeSpuEndpoint
        self.target = target
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&homeCluster)
        try coder.code(&homeSpuKey)
        try coder.code(&homeSpuID)
        try coder.code(&homeSpuEndpoint)
        try coder.code(&target, since: 18)
    }
}

/// Where a partition of a home topic comes from.
public struct HomePartitionConfig: WireCodable, Equatable, Sendable {
    /// Name of the remote cluster.
    public var remoteCluster = ""
    /// As `TOPIC-PARTITION`.
    public var remoteReplica = ""
    /// The partition goes to the remote cluster instead.
    public var source = false

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(remoteCluster: String, remoteReplica: String, source: Bool = false) {
        self.remoteCluster = remoteCluster
        self.remoteReplica = remoteReplica
        self.source = source
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&remoteCluster)
        try coder.code(&remoteReplica)
        try coder.code(&source, since: 18)
    }
}
