import FluvioTransport
import Glibc
import Unix

/// The certificates that a cluster makes for itself, its clients, and both of them to check: files of its directory.
struct OwnCertificates {
    private let directory: String

    /// - Parameter directory: the cluster's.
    init(directory: String) { self.directory = "\(directory)/tls" }

    var authority: String { "\(directory)/ca.crt" }
    var authorityKey: String { "\(directory)/ca.key" }
    var server: String { "\(directory)/server.crt" }
    var serverKey: String { "\(directory)/server.key" }
    var client: String { "\(directory)/client.crt" }
    var clientKey: String { "\(directory)/client.key" }

    /// Certificates that end within this time are made anew.
    private static let renewal = 30 * 86_400

    /// Makes what is missing, ends soon, or is not for all of `names`. What is there stays: clients have it.
    func make(for names: [String]) throws(LocalClusterError) {
        try systemCall { () throws(SystemError) in try Unix.makeDirectories(directory, mode: 0o700) }
        let maker = CertificateMaker()
        if !isGood(authority, authorityKey) {
            let made = try tlsCall { () throws(TLSSetupError) in
                try maker.authority(named: "Authority of a local cluster")
            }
            try write(made, authority, authorityKey)
            // What the old one signed is worth nothing.
            for path in [server, client] { _ = try systemCall { () throws(SystemError) in try Unix.removeFile(path) } }
        }
        let signer = MadeCertificate(
            certificate: try Self.pem(authority).bytes, key: try Self.pem(authorityKey).bytes)
        if !isGood(server, serverKey, names) {
            let isAddress = { (name: String) in name.contains(":") || name.allSatisfy { $0.isNumber || $0 == "." } }
            let purpose = CertificateMaker.Purpose.server(
                names: names.filter { !isAddress($0) }, addresses: names.filter(isAddress))
            let made = try tlsCall { () throws(TLSSetupError) in
                try maker.certificate(named: ClusterOptions.domain, for: purpose, signedBy: signer)
            }
            try write(made, server, serverKey)
        }
        if !isGood(client, clientKey) {
            let made = try tlsCall { () throws(TLSSetupError) in
                try maker.certificate(named: "client", for: .client, signedBy: signer)
            }
            try write(made, client, clientKey)
        }
    }

    /// Whether both files are there, and the certificate lasts and is for all of `names`.
    private func isGood(_ certificate: String, _ key: String, _ names: [String] = []) -> Bool {
        guard let text = try? Self.pem(certificate), (try? Self.pem(key)) != nil,
            let found = try? CertificateSummary(text, validFor: Self.renewal)
        else { return false }
        return found.isValid && Set(names).isSubset(of: found.names)
    }

    /// The key first: a certificate says that both are there.
    private func write(_ made: MadeCertificate, _ certificate: String, _ key: String) throws(LocalClusterError) {
        try systemCall { () throws(SystemError) in
            try Unix.removeFile(certificate)
            try Unix.replaceContents(of: key, with: made.key, mode: 0o600)
            try Unix.replaceContents(of: certificate, with: made.certificate, mode: 0o644)
        }
    }

    /// Reads a file.
    static func pem(_ path: String) throws(LocalClusterError) -> PEMText {
        do throws(SystemError) {
            return PEMText(try Unix.contents(of: path), source: path)
        } catch {
            throw .tls("cannot read \(path): \(error.reason)")
        }
    }
}
