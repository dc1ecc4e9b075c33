import Unix

/// How TLS connections to a cluster are made. The defaults check every server against the authorities that the system
/// knows, for the host that was connected to.
public struct TLSSettings: Hashable, Sendable {
    /// The name in the SC's certificate; an SPU must prove to be `SPU.DOMAIN`. Nil: each must prove to be the host
    /// that it is reached under.
    public var domain: String?
    /// The authority that the servers' certificates are checked against; nil: those that the system knows.
    public var authority: PEM?
    /// The client's certificate, for servers that ask for one. It needs its key.
    public var certificate: PEM?
    /// The private key of the certificate: PKCS#8, PKCS#1 or SEC 1, not encrypted.
    public var key: PEM?
    /// False takes any certificate for any name: the connection is encrypted, but with whom is not known.
    public var checksServers = true

    /// The defaults, but for what is given.
    public init(domain: String? = nil, key: PEM? = nil, certificate: PEM? = nil, authority: PEM? = nil) {
        self.domain = domain
        self.key = key
        self.certificate = certificate
        self.authority = authority
    }
}

/// PEM text, or the file that holds it.
public enum PEM: Hashable, Sendable {
    /// The path of a file.
    case file(String)
    /// The text itself.
    case inline(String)
}

extension PEM: CustomStringConvertible, CustomDebugStringConvertible {
    /// The file's path. Text in the profile may be a private key, so it is never shown.
    public var description: String {
        switch self {
        case .file(let path): path
        case .inline: "(in the profile)"
        }
    }

    /// As ``description``.
    public var debugDescription: String { description }
}

extension PEM {
    /// The text itself. `what` names it in messages.
    ///
    /// - Throws: ``FluvioError/Code/tlsFailed`` for a file that cannot be read.
    public func contents(_ what: String) throws(FluvioError) -> String {
        switch self {
        case .inline(let text): return text
        case .file(let path):
            do throws(SystemError) {
                return String(decoding: try Unix.contents(of: path), as: UTF8.self)
            } catch {
                throw FluvioError(.tlsFailed, "cannot read the \(what) \(path): \(error.reason)", underlying: error)
            }
        }
    }

    /// The same, independent of the working directory.
    public func absolute() throws(FluvioError) -> PEM {
        guard case .file(let path) = self else { return self }
        do throws(SystemError) {
            return .file(try Unix.fromRoot(path))
        } catch {
            throw FluvioError(error, while: "cannot tell where \(path) is")
        }
    }
}
