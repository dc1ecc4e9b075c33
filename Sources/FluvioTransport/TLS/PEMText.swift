/// Certificates or a key in PEM form.
package struct PEMText: Equatable, Sendable {
    /// The text, as bytes.
    package let bytes: [UInt8]
    /// Where it comes from, as messages name it: a path, or a key of a profile.
    package let source: String

    /// Names a text by where it comes from.
    package init(_ bytes: [UInt8], source: String) {
        self.bytes = bytes
        self.source = source
    }
}

extension PEMText: CustomStringConvertible, CustomDebugStringConvertible {
    /// Where it comes from: the text may be a private key, so it is never shown.
    package var description: String { source }
    /// As ``description``.
    package var debugDescription: String { source }
}

/// A certificate with its private key.
package struct TLSIdentity: Equatable, Sendable {
    /// The certificate, and behind it those between it and the authority.
    package let certificate: PEMText
    /// The private key, PKCS#8, PKCS#1 or SEC 1, not encrypted.
    package let key: PEMText

    /// Names the two parts.
    package init(certificate: PEMText, key: PEMText) {
        self.certificate = certificate
        self.key = key
    }
}

/// Whose word is taken for the certificate of a peer.
package enum TLSTrust: Equatable, Sendable {
    /// The authorities that the system knows: what `SSL_CERT_FILE` or `SSL_CERT_DIR` names, else OpenSSL's own places.
    case system
    /// These alone. A certificate that stands here itself is taken, too, also if it is no authority.
    case authorities(PEMText)
    /// Nobody's: any certificate, for any name. The connection is encrypted, but with whom is not known.
    case anyone
}

/// Why certificates or keys cannot be used for TLS.
package enum TLSSetupError: Error, Equatable, Sendable {
    /// There is no certificate in it.
    case noCertificate(source: String)
    /// There is no private key in it, or not in a form that OpenSSL reads.
    case noKey(source: String)
    /// The key is encrypted, and nobody can be asked for the passphrase.
    case encryptedKey(source: String)
    /// Certificate and key do not belong together.
    case mismatch(certificate: String, key: String)
    /// The system's authorities cannot be read.
    case noSystemAuthorities(path: String)
    /// Anything else, in OpenSSL's words.
    case failed(String)
}

extension TLSSetupError: CustomStringConvertible {
    /// One line: what is wrong and what helps.
    package var description: String {
        switch self {
        case .noCertificate(let source): "\(source): no certificate in PEM form ('BEGIN CERTIFICATE') is in it"
        case .noKey(let source): "\(source): no private key in PEM form ('BEGIN PRIVATE KEY') is in it"
        case .encryptedKey(let source):
            "\(source): the key is encrypted; 'openssl pkey -in \(source)' writes it without"
        case .mismatch(let certificate, let key):
            "the key \(key) does not belong to the certificate \(certificate)"
        case .noSystemAuthorities(let path):
            "\(path): the authorities that this system knows cannot be read; install ca-certificates, or name one"
        case .failed(let text): "TLS cannot be set up: \(text)"
        }
    }
}
