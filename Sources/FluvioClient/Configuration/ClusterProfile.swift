package import FluvioTransport

/// Where a cluster is and how to talk to it: what a profile and its cluster say together.
package struct ClusterProfile: Equatable, Sendable {
    /// The profile's name; nil if the endpoint was given directly.
    package let profile: String?
    /// The name of its cluster entry; nil if the endpoint was given directly.
    package let cluster: String?
    /// The public address of the SC, or of the WebSocket that leads there.
    package let address: ServerAddress
    /// Tells a WebSocket server who asks; nil: nobody in particular. Never shown.
    package let webSocketToken: String?
    /// SPUs are reached under the address that they have inside the cluster's own network, where they name one.
    package let usesLocalSPUAddress: Bool
    /// How connections are protected.
    package let tls: TLSPolicy
    /// What the official tools note about how the cluster was made, such as `local` or `k8`.
    package let installation: String?

    /// A cluster without a profile.
    package init(endpoint: Endpoint, tls: TLSPolicy = .disabled) {
        self.init(address: ServerAddress(endpoint), tls: tls)
    }

    /// A cluster without a profile.
    package init(address: ServerAddress, tls: TLSPolicy = .disabled) {
        self.init(
            profile: nil, cluster: nil, address: address, usesLocalSPUAddress: false, tls: tls, installation: nil)
    }

    /// The server that is connected to first: the SC, or the one that speaks WebSocket for it.
    package var endpoint: Endpoint { address.endpoint }

    init(
        profile: String?, cluster: String?, address: ServerAddress, webSocketToken: String? = nil,
        usesLocalSPUAddress: Bool, tls: TLSPolicy, installation: String?
    ) {
        self.profile = profile
        self.cluster = cluster
        self.address = address
        self.webSocketToken = webSocketToken
        self.usesLocalSPUAddress = usesLocalSPUAddress
        self.tls = tls
        self.installation = installation
    }
}

/// How a profile protects its connections.
package enum TLSPolicy: Equatable, Sendable {
    /// Not at all.
    case disabled
    /// TLS with whoever answers.
    case anonymous
    /// TLS as the settings say.
    case verified(TLSSettings)
}
