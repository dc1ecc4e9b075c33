/// Another cluster that this one mirrors with.
public enum MirrorSpec: CreatableSpec, DeletableSpec {
    /// What it is at the moment.
    public typealias Status = MirrorStatus
    /// Its kind.
    public static let kind = ObjectKind.mirror
    package static let createTag: UInt8 = 6

    /// A cluster that sends its records here.
    case remote(RemoteMirror)
    /// The cluster that records go to.
    case home(HomeMirror)

    package init() { self = .remote(RemoteMirror()) }

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
        case let tag: throw WireError(.unknownTag(type: "MirrorSpec", tag: Int(tag)), at: at)
        }
    }

    private var remote: RemoteMirror? { if case .remote(let value) = self { value } else { nil } }
    private var home: HomeMirror? { if case .home(let value) = self { value } else { nil } }
}

/// A remote cluster, as its home knows it.
public struct RemoteMirror: WireCodable, Equatable, Sendable {
    /// Name of the cluster.
    public var id = ""

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(id: String) {
        self.id = id
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&id)
    }
}

/// A home cluster, as its remote knows it.
public struct HomeMirror: WireCodable, Equatable, Sendable {
    /// Name of the cluster.
    public var id = ""
    /// What this cluster is called there.
    public var remoteID = ""
    /// `HOST:PORT` of its SC.
    public var publicEndpoint = ""
    /// Nil: the connection is plain.
    public var clientTLS: MirrorClientTLS?

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(id: String, remoteID: String, publicEndpoint: String, clientTLS: MirrorClientTLS? = nil) {
        self.id = id
        self.remoteID = remoteID
        self.publicEndpoint = publicEndpoint
        self.clientTLS = clientTLS
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&id)
        try coder.code(&remoteID)
        try coder.code(&publicEndpoint)
        try coder.code(&clientTLS)
    }
}

/// How a remote cluster speaks TLS with its home. All but the domain is PEM text.
public struct MirrorClientTLS: WireCodable, Equatable, Sendable {
    /// The name in its certificate.
    public var domain = ""
    /// The authority that signed its certificate, as PEM.
    public var caCertificate = ""
    /// What the remote cluster shows, as PEM.
    public var clientCertificate = ""
    /// The key of that certificate, as PEM.
    public var clientKey = ""

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(domain: String, caCertificate: String, clientCertificate: String, clientKey: String) {
        self.domain = domain
        self.caCertificate = caCertificate
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&domain)
        try coder.code(&caCertificate)
        try coder.code(&clientCertificate)
        try coder.code(&clientKey)
    }
}

/// What the connection to another cluster is at the moment.
public struct MirrorStatus: WireCodable, Equatable, Sendable {
    /// Whether the two see each other.
    public var connectionStatus = MirrorConnectionStatus()
    /// How the controllers came together.
    public var pairingSC = MirrorPairing()
    /// How the SPUs came together.
    public var pairingSPU = MirrorPairing()
    /// Milliseconds since 1970; 0: never.
    public var lastSeen: UInt64 = 0

    package init() {}

    package init(
        connectionStatus: MirrorConnectionStatus = MirrorConnectionStatus(), pairingSC: MirrorPairing = MirrorPairing(),
        pairingSPU: MirrorPairing = MirrorPairing(), lastSeen: UInt64
    ) {
        self.connectionStatus = connectionStatus
        self.pairingSC = pairingSC
        self.pairingSPU = pairingSPU
        self.lastSeen = lastSeen
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&connectionStatus)
        try coder.code(&pairingSC)
        try coder.code(&pairingSPU)
        try coder.code(&lastSeen)
    }
}

/// Whether the other cluster is connected.
public enum MirrorConnectionStatus: UInt8, WireTag, CaseIterable {
    case offline = 0
    case online = 1

    package init() { self = .offline }
}

/// How far two clusters have found each other.
public enum MirrorPairing: WireCodable, Equatable, Sendable {
    case waiting
    case successful
    case failed
    case disabled
    case unauthorized
    /// Known from version 17 on: not to be sent to a request below it.
    case failedBecause(String)

    package init() { self = .waiting }

    private var tag: UInt8 {
        switch self {
        case .waiting: 0
        case .successful: 1
        case .failed: 2
        case .disabled: 3
        case .unauthorized: 4
        case .failedBecause: 5
        }
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        switch try coder.codeTag(tag) {
        case 0: self = .waiting
        case 1: self = .successful
        case 2: self = .failed
        case 3: self = .disabled
        case 4: self = .unauthorized
        case 5: self = .failedBecause(try coder.payload(detail))
        case let tag: throw WireError(.unknownTag(type: "MirrorPairing", tag: Int(tag)), at: at)
        }
    }

    private var detail: String? { if case .failedBecause(let value) = self { value } else { nil } }
}
