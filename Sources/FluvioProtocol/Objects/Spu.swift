/// What an SPU is to be.
public struct SpuSpec: WatchableSpec {
    /// What it is at the moment.
    public typealias Status = SpuStatus
    /// Its kind.
    public static let kind = ObjectKind.spu

    /// Its number in the cluster.
    public var id: Int32 = -1
    /// Whether Fluvio runs it, or somebody else.
    public var spuType = SpuType()
    /// Where clients find it.
    public var publicEndpoint = IngressPort()
    /// Where other SPUs find it.
    public var privateEndpoint = SpuEndpoint()
    /// Where it stands: replicas are spread over racks.
    public var rack: String?
    /// Where clients find it that are inside the cluster's network.
    public var publicEndpointLocal: SpuEndpoint?

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(
        id: Int32, spuType: SpuType = .managed, publicEndpoint: IngressPort = IngressPort(port: 0),
        privateEndpoint: SpuEndpoint = SpuEndpoint(port: 0, host: ""), rack: String? = nil,
        publicEndpointLocal: SpuEndpoint? = nil
    ) {
        self.id = id
        self.spuType = spuType
        self.publicEndpoint = publicEndpoint
        self.privateEndpoint = privateEndpoint
        self.rack = rack
        self.publicEndpointLocal = publicEndpointLocal
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&id)
        try coder.code(&spuType)
        try coder.code(&publicEndpoint)
        try coder.code(&privateEndpoint)
        try coder.code(&rack)
        try coder.code(&publicEndpointLocal, since: 1)
    }
}

/// Who runs an SPU.
public enum SpuType: UInt8, WireTag, CaseIterable {
    /// Fluvio, in an SPU group.
    case managed = 0
    /// Somebody else; it was registered.
    case custom = 1

    package init() { self = .managed }
}

/// What an SPU is at the moment.
public struct SpuStatus: WireCodable, Equatable, Sendable {
    /// How it is.
    public var resolution = SpuResolution()

    package init() {}

    package init(resolution: SpuResolution = SpuResolution()) {
        self.resolution = resolution
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&resolution)
    }
}

/// Whether an SPU is there.
public enum SpuResolution: UInt8, WireTag, CaseIterable {
    case online = 0
    case offline = 1
    /// Fluvio: Init.
    case initializing = 2

    package init() { self = .initializing }
}

/// An SPU that somebody else runs, as it is registered.
public struct CustomSpuSpec: CreatableSpec, DeletableSpec {
    /// What it is at the moment.
    public typealias Status = SpuStatus
    package typealias Key = CustomSpuKey
    /// Its kind.
    public static let kind = ObjectKind.customSpu
    package static let createTag: UInt8 = 1

    /// Its number in the cluster.
    public var id: Int32 = -1
    /// Where clients find it.
    public var publicEndpoint = IngressPort()
    /// Where other SPUs find it.
    public var privateEndpoint = SpuEndpoint()
    /// Where it stands: replicas are spread over racks.
    public var rack: String?
    /// Where clients find it that are inside the cluster's network.
    public var publicEndpointLocal: SpuEndpoint?

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(
        id: Int32, publicEndpoint: IngressPort, privateEndpoint: SpuEndpoint,
        rack: String? = nil, publicEndpointLocal: SpuEndpoint? = nil
    ) {
        self.id = id
        self.publicEndpoint = publicEndpoint
        self.privateEndpoint = privateEndpoint
        self.rack = rack
        self.publicEndpointLocal = publicEndpointLocal
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&id)
        try coder.code(&publicEndpoint)
        try coder.code(&privateEndpoint)
        try coder.code(&rack)
        try coder.code(&publicEndpointLocal)
    }
}

/// How a custom SPU is named when it is deleted. On the wire the variant is text, not a number.
package enum CustomSpuKey: WireCodable, Equatable, Sendable {
    case name(String)
    case id(Int32)

    package init() { self = .name("") }

    private var label: String {
        switch self {
        case .name: "Name"
        case .id: "Id"
        }
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        switch try coder.payload(label) {
        case "Name": self = .name(try coder.payload(name))
        case "Id": self = .id(try coder.payload(id))
        case let label: throw WireError(.unknownLabel(label), at: at)
        }
    }

    private var name: String? { if case .name(let value) = self { value } else { nil } }
    private var id: Int32? { if case .id(let value) = self { value } else { nil } }
}
