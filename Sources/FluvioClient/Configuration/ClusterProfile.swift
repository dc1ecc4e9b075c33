import FluvioTransport

/// Where a cluster is and how to talk to it: what a profile and its cluster say together.
public struct ClusterProfile: Equatable, Sendable {
    /// The profile's name; nil if the endpoint was given directly.
    public let profile: String?
    /// The name of its cluster entry; nil if the endpoint was given directly.
    public let cluster: String?
    /// The public address of the SC, or of the WebSocket that leads there.
    let server: ServerAddress
    /// Tells a WebSocket server who asks; nil: nobody in particular. Never shown.
    let webSocketToken: String?
    /// SPUs are reached under the address that they have inside the cluster's own network, where they name one.
    public let usesLocalSPUAddress: Bool
    /// How connections are protected.
    public let tls: TLSPolicy
    /// What the official tools note about how the cluster was made, such as `local` or `k8`.
    public let installation: String?

    /// A cluster without a profile.
    init(endpoint: Endpoint, tls: TLSPolicy = .disabled) {
        self.init(address: ServerAddress(endpoint), tls: tls)
    }

    /// A cluster without a profile.
    init(address: ServerAddress, tls: TLSPolicy = .disabled) {
        self.init(
            profile: nil, cluster: nil, address: address, usesLocalSPUAddress: false, tls: tls, installation: nil)
    }

    /// The server that is connected to first: the SC, or the one that speaks WebSocket for it.
    var endpoint: Endpoint { server.endpoint }

    /// The public address of the SC as `HOST:PORT`, or the URL of the WebSocket that leads there without its query, which
    /// may hold secrets.
    public var address: String { server.description }

    /// As ``address``, with the query.
    public var fullAddress: String { server.text }

    /// The host that is connected to first: the SC's, or that of the server that speaks WebSocket for it.
    public var host: String { endpoint.host }

    /// The port there.
    public var port: UInt16 { endpoint.port }

    init(
        profile: String?, cluster: String?, address: ServerAddress, webSocketToken: String? = nil,
        usesLocalSPUAddress: Bool, tls: TLSPolicy, installation: String?
    ) {
        self.profile = profile
        self.cluster = cluster
        server = address
        self.webSocketToken = webSocketToken
        self.usesLocalSPUAddress = usesLocalSPUAddress
        self.tls = tls
        self.installation = installation
    }
}

/// How a profile protects its connections.
public enum TLSPolicy: Equatable, Sendable {
    /// Not at all.
    case disabled
    /// TLS with whoever answers.
    case anonymous
    /// TLS as the settings say.
    case verified(TLSSettings)
}
