/// Where clients find an SPU.
public struct IngressPort: WireCodable, Equatable, Sendable {
    /// TCP port.
    public var port: UInt16 = 0
    /// Clients take the first.
    public var ingress: [IngressAddress] = []
    /// See ``EncryptionType``.
    public var encryption: EncryptionType = .plaintext

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(port: UInt16, ingress: [IngressAddress] = [], encryption: EncryptionType = .plaintext) {
        self.port = port
        self.ingress = ingress
        self.encryption = encryption
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&port)
        try coder.code(&ingress)
        try coder.code(&encryption)
    }

    /// The host that clients use: the first address's name, else its IP. Nil: there is none.
    public var host: String? { ingress.first.flatMap { $0.hostname ?? $0.ip } }
}

/// A name or an IP address of an SPU.
public struct IngressAddress: WireCodable, Equatable, Sendable {
    /// Taken rather than the IP.
    public var hostname: String?
    /// An address as text.
    public var ip: String?

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(hostname: String? = nil, ip: String? = nil) {
        self.hostname = hostname
        self.ip = ip
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&hostname)
        try coder.code(&ip)
    }
}

/// A port and a host of an SPU.
public struct SpuEndpoint: WireCodable, Equatable, Sendable {
    /// TCP port.
    public var port: UInt16 = 0
    /// Name or number.
    public var host = ""
    /// See ``EncryptionType``.
    public var encryption: EncryptionType = .plaintext

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(port: UInt16, host: String, encryption: EncryptionType = .plaintext) {
        self.port = port
        self.host = host
        self.encryption = encryption
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&port)
        try coder.code(&host)
        try coder.code(&encryption)
    }
}

/// Ignored by the official client: its profile decides whether it speaks TLS.
public enum EncryptionType: UInt8, WireTag, CaseIterable {
    case plaintext = 0
    case ssl = 1

    package init() { self = .plaintext }
}
