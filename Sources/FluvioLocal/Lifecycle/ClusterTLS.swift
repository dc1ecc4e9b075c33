import FluvioTransport
import Unix

/// How a cluster on this machine protects its connections.
package enum ClusterTLS: Equatable, Sendable {
    /// Not at all.
    case none
    /// With certificates that it makes itself and keeps in its directory. Clients must show the one that is there for
    /// them.
    case automatic
    /// With the server's certificate and key of these files; with an authority, clients must show a certificate that
    /// it has signed.
    case files(certificate: String, key: String, clientAuthority: String?)
}

/// What a client needs for a cluster with TLS: paths of PEM files, and the name to check.
package struct ClientTLSFiles: Equatable, Sendable {
    /// The name of the controller; an SPU's is `SPU.DOMAIN`. Nil: servers prove the host they are reached under.
    package let domain: String?
    /// What the servers' certificates are checked against.
    package let authority: String
    /// The client's certificate; nil: none, or one that is not known here.
    package let certificate: String?
    /// Its key.
    package let key: String?
}

extension ClusterOptions {
    /// The name that certificates made here are for.
    package static let domain = "fluvio.local"

    /// What clients need, once the cluster has been started with these options; nil: no TLS.
    package func clientFiles() throws(LocalClusterError) -> ClientTLSFiles? {
        switch tls {
        case .none: return nil
        case .automatic:
            let files = OwnCertificates(directory: directory)
            return ClientTLSFiles(
                domain: Self.domain, authority: files.authority, certificate: files.client, key: files.clientKey)
        case .files(let certificate, _, _):
            // A certificate for `*.DOMAIN` is for SPUs, too. Clients take its own word: they are on the same machine.
            let text = try pem(certificate)
            let names = try tlsCall { () throws(TLSSetupError) in try CertificateSummary(text, validFor: 0).names }
            let domain = names.first { $0.hasPrefix("*.") && names.contains(String($0.dropFirst(2))) }
            return ClientTLSFiles(
                domain: domain.map { String($0.dropFirst(2)) }, authority: certificate, certificate: nil, key: nil)
        }
    }

    /// For the listeners.
    func security() throws(LocalClusterError) -> ServerSecurity {
        switch tls {
        case .none: return .plain
        case .automatic:
            let files = OwnCertificates(directory: directory)
            try files.make(for: certificateNames)
            let identity = TLSIdentity(certificate: try pem(files.server), key: try pem(files.serverKey))
            let authority = try pem(files.authority)
            return .tlsServer(
                try tlsCall { () throws(TLSSetupError) in
                    try TLSServer(identity: identity, clientAuthority: authority)
                })
        case .files(let certificate, let key, let clientAuthority):
            let identity = TLSIdentity(certificate: try pem(certificate), key: try pem(key))
            let authority: PEMText? = if let clientAuthority { try pem(clientAuthority) } else { nil }
            return .tlsServer(
                try tlsCall { () throws(TLSSetupError) in
                    try TLSServer(identity: identity, clientAuthority: authority)
                })
        }
    }

    /// Whether clients must show who they are.
    var knowsClients: Bool {
        switch tls {
        case .none, .files(_, _, nil): false
        case .automatic, .files: true
        }
    }

    /// The names that a server's certificate must be for: its own, and those that clients may connect to.
    private var certificateNames: [String] {
        var names = ["localhost", Self.domain, "*.\(Self.domain)", "127.0.0.1", "::1"]
        for host in [advertisedHost, bind] where !names.contains(host) && !["0.0.0.0", "::"].contains(host) {
            names.append(host)
        }
        return names
    }

    private func pem(_ path: String) throws(LocalClusterError) -> PEMText { try OwnCertificates.pem(path) }
}

/// Runs a call of TLS and names its error as one of the cluster's.
func tlsCall<T>(_ body: () throws(TLSSetupError) -> T) throws(LocalClusterError) -> T {
    do throws(TLSSetupError) { return try body() } catch { throw .tls(error.description) }
}
