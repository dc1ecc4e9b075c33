package import FluvioTransport

/// Where a cluster is and how to talk to it: what a profile and its cluster say together.
package struct ClusterProfile: Equatable, Sendable {
    /// The profile's name; nil if the endpoint was given directly.
    package let profile: String?
    /// The name of its cluster entry; nil if the endpoint was given directly.
    package let cluster: String?
    /// The public address of the SC.
    package let endpoint: Endpoint
    /// SPUs are reached under the address that they have inside the cluster's own network, where they name one.
    package let usesLocalSPUAddress: Bool
    /// How connections are protected.
    package let tls: TLSPolicy
    /// What the official tools note about how the cluster was made, such as `local` or `k8`.
    package let installation: String?

    /// A cluster without a profile.
    package init(endpoint: Endpoint, tls: TLSPolicy = .disabled) {
        self.init(
            profile: nil, cluster: nil, endpoint: endpoint, usesLocalSPUAddress: false, tls: tls, installation: nil)
    }

    init(
        profile: String?, cluster: String?, endpoint: Endpoint, usesLocalSPUAddress: Bool, tls: TLSPolicy,
        installation: String?
    ) {
        self.profile = profile
        self.cluster = cluster
        self.endpoint = endpoint
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
