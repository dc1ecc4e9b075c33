/// Where clients find an SPU.
package struct IngressPort: WireCodable, Equatable, Sendable {
    /// TCP port.
    package var port: UInt16 = 0
    /// Clients take the first.
    package var ingress: [IngressAddress] = []
    /// See ``EncryptionType``.
    package var encryption: EncryptionType = .plaintext

    package init() {}

    package init(port: UInt16, ingress: [IngressAddress] = [], encryption: EncryptionType = .plaintext) {
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
    package var host: String? { ingress.first.flatMap { $0.hostname ?? $0.ip } }
}

/// A name or an IP address of an SPU.
package struct IngressAddress: WireCodable, Equatable, Sendable {
    /// Taken rather than the IP.
    package var hostname: String?
    /// An address as text.
    package var ip: String?

    package init() {}

    package init(hostname: String? = nil, ip: String? = nil) {
        self.hostname = hostname
        self.ip = ip
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&hostname)
        try coder.code(&ip)
    }
}

/// A port and a host of an SPU.
package struct SpuEndpoint: WireCodable, Equatable, Sendable {
    /// TCP port.
    package var port: UInt16 = 0
    package var host = ""
    /// See ``EncryptionType``.
    package var encryption: EncryptionType = .plaintext

    package init() {}

    package init(port: UInt16, host: String, encryption: EncryptionType = .plaintext) {
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
package enum EncryptionType: UInt8, WireTag, CaseIterable {
    case plaintext = 0
    case ssl = 1

    package init() { self = .plaintext }
}
