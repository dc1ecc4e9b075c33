import FluvioTransport
import Unix

/// How a client protects its connections to one cluster: what its profile says, with certificates and keys read.
struct ClusterSecurity: Sendable {
    private let client: TLSClient?
    private let domain: String?
    /// Whether servers may be anybody.
    let isUnverified: Bool
    /// nil: servers are connected to by themselves.
    private let way: WebSocketWay?

    /// Reads the files that the profile names.
    ///
    /// - Throws: ``FluvioError/Code/tlsFailed``.
    init(_ profile: ClusterProfile) throws(FluvioError) {
        way = try WebSocketWay(profile)
        // The S of WSS says that there is TLS.
        let settings = profile.tls.settings ?? (way?.isSecure == true ? TLSSettings() : nil)
        guard let settings else {
            (client, domain, isUnverified) = (nil, nil, false)
            return
        }
        domain = settings.domain.flatMap { $0.isEmpty ? nil : $0 }
        isUnverified = !settings.checksServers
        let identity: TLSIdentity?
        switch (settings.certificate, settings.key) {
        case (let certificate?, let key?):
            identity = TLSIdentity(
                certificate: try certificate.text("client certificate"), key: try key.text("client key"))
        case (nil, nil): identity = nil
        default:
            throw FluvioError(
                .tlsFailed, "\(profile.name): a client certificate and its key are wanted together, one is missing")
        }
        let trust: TLSTrust =
            if isUnverified {
                .anyone
            } else if let authority = settings.authority {
                .authorities(try authority.text("authority"))
            } else {
                .system
            }
        do throws(TLSSetupError) {
            client = try TLSClient(trust: trust, identity: identity)
        } catch {
            throw FluvioError(.tlsFailed, "\(profile.name): \(error)", underlying: error)
        }
    }

    /// For the SC.
    var controller: Security {
        guard let way else { return tls(domain) }
        return way.security(outer: tls(domain), inner: tls(domain))
    }

    /// For the SPU of that name, which listens at `endpoint`. Its certificate is for `SPU.DOMAIN`.
    func spu(_ name: String, at endpoint: Endpoint) -> Security {
        let own = domain.map { "\(name).\($0)" }
        guard let way else { return tls(own) }
        return way.security(
            to: endpoint, domain: own ?? "\(name).\(way.host)", outer: tls(domain), inner: tls(own))
    }

    private func tls(_ name: String?) -> Security { client.map { .tlsClient($0, name: name) } ?? .plain }
}

extension TLSPolicy {
    /// nil: no TLS.
    var settings: TLSSettings? {
        switch self {
        case .disabled: return nil
        case .anonymous:
            var settings = TLSSettings()
            settings.checksServers = false
            return settings
        case .verified(let settings): return settings
        }
    }
}

extension PEM {
    fileprivate func text(_ what: String) throws(FluvioError) -> PEMText {
        let source = if case .file(let path) = self { path } else { "\(what) \(self)" }
        return PEMText(Array(try contents(what).utf8), source: source)
    }
}
