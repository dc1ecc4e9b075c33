/// What TLS found wrong: with a certificate, or with the other side.
package enum TLSFailure: Equatable, Sendable {
    /// The peer's certificate comes from an authority that is not known here.
    case untrusted(subject: String, issuer: String)
    /// The peer's certificate was signed by itself, and is not known here.
    case selfSigned(subject: String)
    /// The peer's certificate is for other names.
    case wrongName(wanted: String, names: [String])
    /// A certificate of the peer was valid until that day.
    case expired(subject: String, day: String)
    /// A certificate of the peer is valid from that day on.
    case notYetValid(subject: String, day: String)
    /// A certificate of the peer is not accepted for another reason.
    case unacceptable(subject: String, why: String)
    /// The server wants a certificate from this client, which has none.
    case certificateMissing
    /// The peer does not accept this side's certificate; the text is what it says.
    case certificateRefused(String)
    /// The client has shown no certificate.
    case peerCertificateMissing
    /// The two have no version of TLS in common: this side takes 1.2 and newer.
    case tooOld
    /// What the peer sends is not TLS.
    case notTLS
    /// The peer ended the connection during the handshake.
    case brokenOff
    /// The peer has not finished the handshake in this time.
    case silent(Duration)
    /// The connection ended without the peer saying so, as it does when somebody cuts it.
    case truncated
    /// Anything else, in OpenSSL's words.
    case other(String)
}

extension TLSFailure {
    /// Whether it happened to the connection, and not for what one of the sides is or has: trying again may help.
    package var isOfConnection: Bool {
        switch self {
        case .brokenOff, .silent, .truncated: true
        default: false
        }
    }

    /// What happened, as one sentence without a full stop.
    /// - Parameter peer: the other side.
    package func text(_ peer: String) -> String {
        switch self {
        case .untrusted(let subject, let issuer):
            "the certificate of \(peer) (\(subject)) is signed by \(issuer), an authority that is not known here"
        case .selfSigned(let subject): "the certificate of \(peer) (\(subject)) is signed by itself alone"
        case .wrongName(let wanted, let names):
            "the certificate of \(peer) is not for '\(wanted)' but for "
                + (names.isEmpty ? "no name at all" : names.joined(separator: ", "))
        case .expired(let subject, let day): "the certificate of \(peer) (\(subject)) expired on \(day)"
        case .notYetValid(let subject, let day): "the certificate of \(peer) (\(subject)) is not valid before \(day)"
        case .unacceptable(let subject, let why): "the certificate of \(peer) (\(subject)) is not accepted: \(why)"
        case .certificateMissing: "\(peer) wants a client certificate"
        case .certificateRefused(let why): "\(peer) does not accept the certificate of this side: \(why)"
        case .peerCertificateMissing: "\(peer) has shown no client certificate"
        case .tooOld: "\(peer) has no version of TLS in common with this side, which takes TLS 1.2 and newer"
        case .notTLS: "\(peer) does not speak TLS"
        case .brokenOff: "\(peer) ended the connection during the TLS handshake"
        case .silent(let duration): "no TLS handshake with \(peer) within \(duration)"
        case .truncated: "the connection to \(peer) was cut: it ended without TLS's own end"
        case .other(let text): "TLS with \(peer) failed: \(text)"
        }
    }

    /// What the user of a client can do, as part of a sentence; nil: nothing obvious.
    package var advice: String? {
        switch self {
        case .untrusted: "give the authority that signed it: TLSSettings.authority, or ca_cert in the profile"
        case .selfSigned:
            "give this very certificate as the authority, if it is the right one: TLSSettings.authority, or ca_cert "
                + "in the profile"
        case .wrongName: "give the name it is for: TLSSettings.domain, or domain in the profile"
        case .expired: "renew it on the server, or set the clock of this machine"
        case .notYetValid: "set the clock of this machine or of the one that made it"
        case .unacceptable, .truncated, .other, .peerCertificateMissing: nil
        case .certificateMissing: "give one: TLSSettings.certificate and key, or cert and key in the profile"
        case .certificateRefused:
            "give one that the server's authority has signed: TLSSettings.certificate and key, or "
                + "cert and key in the profile"
        case .tooOld: "let the other side use TLS 1.2 or 1.3"
        case .notTLS: "connect without TLS, or to the port that has it"
        case .brokenOff, .silent: "a server without TLS does so"
        }
    }
}
