import COpenSSL

/// Which side of a TLS connection this is.
enum TLSRole: Sendable {
    /// - Parameter hasCertificate: of its own, to show to the server.
    case client(hasCertificate: Bool)
    case server
}

extension TLSFailure {
    /// Reads the error that OpenSSL keeps for this thread, which must be that of the connection's last call.
    /// - Parameter shaking: the handshake is not done yet.
    init(openSSL role: TLSRole, shaking: Bool) {
        let code = ERR_peek_error()
        let reason = ERR_GET_REASON(code)
        guard ERR_GET_LIB(code) == ERR_LIB_SSL else {
            self = .other(OpenSSL.text(of: code))
            return
        }
        // An alert of the peer: its number is in the reason.
        if reason > SSL_AD_REASON_OFFSET, reason < SSL_AD_REASON_OFFSET + 256 {
            self.init(alert: reason - SSL_AD_REASON_OFFSET, role)
            return
        }
        switch reason {
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_NO_PROTOCOLS_AVAILABLE,
            SSL_R_UNSUPPORTED_SSL_VERSION:
            self = .tooOld
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: self = .peerCertificateMissing
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG,
            SSL_R_ENCRYPTED_LENGTH_TOO_LONG, SSL_R_UNKNOWN_PROTOCOL, SSL_R_RECORD_LENGTH_MISMATCH,
            SSL_R_BAD_RECORD_TYPE, SSL_R_UNEXPECTED_RECORD:
            self = shaking ? .notTLS : .other(OpenSSL.text(of: code))
        default: self = .other(OpenSSL.text(of: code))
        }
    }

    private init(alert: CInt, _ role: TLSRole) {
        let text = unsafe String(cString: SSL_alert_desc_string_long(alert))
        switch alert {
        case SSL_AD_PROTOCOL_VERSION: self = .tooOld
        case SSL_AD_BAD_CERTIFICATE, SSL_AD_UNSUPPORTED_CERTIFICATE, SSL_AD_CERTIFICATE_REVOKED,
            SSL_AD_CERTIFICATE_EXPIRED, SSL_AD_CERTIFICATE_UNKNOWN, SSL_AD_UNKNOWN_CA, SSL_AD_ACCESS_DENIED,
            SSL_AD_CERTIFICATE_REQUIRED:
            if case .client(hasCertificate: false) = role {
                self = .certificateMissing
            } else {
                self = .certificateRefused(text)
            }
        // What servers say in TLS 1.2 to a client without a certificate, but not in that case alone.
        case SSL_AD_HANDSHAKE_FAILURE:
            if case .client(hasCertificate: false) = role {
                self = .other("\(text) (it may want a client certificate)")
            } else {
                self = .other(text)
            }
        default: self = .other("the other side says '\(text)'")
        }
    }

    /// What a check of the peer's certificates has found.
    /// - Parameters:
    ///   - code: an X509_V_ERR of OpenSSL.
    ///   - certificate: the one that it is about.
    ///   - own: the peer's own.
    ///   - wanted: the name that the peer was to prove.
    init(
        verification code: CInt, _ certificate: borrowing CertificateView, own: borrowing CertificateView,
        wanted: String
    ) {
        let subject = certificate.subject
        switch code {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED,
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            self = .untrusted(subject: own.subject, issuer: certificate.issuer)
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: self = .selfSigned(subject: subject)
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            self = .wrongName(wanted: wanted, names: certificate.names)
        case X509_V_ERR_CERT_HAS_EXPIRED: self = .expired(subject: subject, day: certificate.lastDay)
        case X509_V_ERR_CERT_NOT_YET_VALID: self = .notYetValid(subject: subject, day: certificate.firstDay)
        default:
            self = .unacceptable(
                subject: subject, why: unsafe String(cString: X509_verify_cert_error_string(Int(code))))
        }
    }
}

/// Small things of OpenSSL's own.
enum OpenSSL {
    /// The words for an error code.
    static func text(of code: UInt) -> String {
        guard code != 0 else { return "unknown error" }
        if let reason = unsafe ERR_reason_error_string(code) { return unsafe String(cString: reason) }
        var buffer = [CChar](repeating: 0, count: 256)
        unsafe ERR_error_string_n(code, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The words for the first error that this thread keeps.
    static var lastText: String { text(of: ERR_peek_error()) }
}
