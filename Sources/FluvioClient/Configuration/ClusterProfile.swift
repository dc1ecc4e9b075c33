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

    /// A cluster without a profile: plain TCP to its SC.
    package init(endpoint: Endpoint) {
        self.init(
            profile: nil, cluster: nil, endpoint: endpoint, usesLocalSPUAddress: false, tls: .disabled,
            installation: nil)
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
    /// TLS without a client certificate.
    case anonymous
    /// TLS with a name to check, an authority and a client certificate.
    case verified(TLSCertificates)
}

/// The name and the PEM texts of a profile with verified TLS.
package struct TLSCertificates: Equatable, Sendable {
    /// The name in the SC's certificate; an SPU's is `SPU.DOMAIN`.
    package let domain: String
    /// The client's private key.
    package let key: PEM
    /// The client's certificate.
    package let certificate: PEM
    /// The authority that the servers' certificates are checked against.
    package let authority: PEM
}

/// PEM text, or the file that holds it.
package enum PEM: Equatable, Sendable {
    case file(String)
    case inline(String)
}

extension PEM: CustomStringConvertible, CustomDebugStringConvertible {
    /// The file's path. Text in the profile may be a private key, so it is never shown.
    package var description: String {
        switch self {
        case .file(let path): path
        case .inline: "(in the profile)"
        }
    }

    /// As ``description``.
    package var debugDescription: String { description }
}
