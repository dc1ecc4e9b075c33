import COpenSSL
import Glibc

/// A certificate with its key, as this process made it.
package struct MadeCertificate: Sendable {
    /// PEM.
    package let certificate: [UInt8]
    /// PEM, PKCS#8: the official client reads no other form.
    package let key: [UInt8]

    /// Takes one that was made before.
    package init(certificate: [UInt8], key: [UInt8]) {
        self.certificate = certificate
        self.key = key
    }
}

/// Makes certificates: an authority, and what it signs. Keys are of the curve P-256.
package struct CertificateMaker: Sendable {
    /// What a certificate is for.
    package enum Purpose: Sendable {
        /// It signs others.
        case authority
        /// It is shown to clients; the DNS names and addresses of the server.
        case server(names: [String], addresses: [String])
        /// It is shown to servers.
        case client
    }

    /// Seconds from now on.
    package var validity = 10 * 365 * 86_400

    /// Ten years.
    package init() {}

    /// Makes an authority.
    package func authority(named name: String) throws(TLSSetupError) -> MadeCertificate {
        let key = try Self.newKey()
        return try unsafe finish(name, .authority, key, issuer: nil, signedWith: key)
    }

    /// Makes what an authority signs.
    package func certificate(
        named name: String, for purpose: Purpose, signedBy authority: MadeCertificate
    ) throws(TLSSetupError) -> MadeCertificate {
        let signer = try Signer(authority)
        let key = try Self.newKey()
        return try unsafe finish(name, purpose, key, issuer: signer.certificate, signedWith: signer.key)
    }

    /// The authority's certificate and key.
    @safe private struct Signer: ~Copyable {
        let certificate: OpaquePointer
        let key: PrivateKey

        init(_ made: MadeCertificate) throws(TLSSetupError) {
            let key = try PrivateKey(PEMText(made.key, source: "the authority's key"))
            let text = PEMText(made.certificate, source: "the authority")
            var found: OpaquePointer?
            try unsafe ContextHandle.certificates(in: text) { certificate in
                if unsafe found == nil, unsafe X509_up_ref(certificate) == 1 { unsafe found = unsafe certificate }
                return true
            }
            guard let certificate = unsafe found else { throw .noCertificate(source: text.source) }
            unsafe self.certificate = unsafe certificate
            self.key = key
        }

        deinit { unsafe X509_free(certificate) }
    }

    private static func newKey() throws(TLSSetupError) -> PrivateKey {
        guard let key = unsafe macro_EVP_EC_gen("P-256") else { throw .failed(OpenSSL.lastText) }
        return unsafe PrivateKey(owning: key)
    }

    /// - Parameter issuer: the signer's certificate; nil: the certificate signs itself.
    private func finish(
        _ name: String, _ purpose: Purpose, _ key: borrowing PrivateKey, issuer: OpaquePointer?,
        signedWith signingKey: borrowing PrivateKey
    ) throws(TLSSetupError) -> MadeCertificate {
        ERR_clear_error()
        guard let certificate = unsafe X509_new() else { throw .failed(OpenSSL.lastText) }
        defer { unsafe X509_free(certificate) }
        var serial = [UInt8](repeating: 0, count: 16)
        let subject = unsafe X509_get_subject_name(certificate)
        let isNamed =
            unsafe RAND_bytes(&serial, CInt(serial.count)) == 1
            && X509_set_version(certificate, 2) == 1
            && Self.setSerial(serial, of: certificate)
            && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1
            // A clock that is a little behind must not refuse it.
            && X509_gmtime_adj(X509_getm_notBefore(certificate), -86_400) != nil
            && X509_gmtime_adj(X509_getm_notAfter(certificate), validity) != nil
            && X509_set_pubkey(certificate, key.handle) == 1
        guard isNamed else { throw .failed(OpenSSL.lastText) }
        let issuer = unsafe issuer ?? certificate
        let isSigned =
            unsafe X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1
            && Self.describe(certificate, purpose, issuer: issuer)
            && X509_sign(certificate, signingKey.handle, EVP_sha256()) > 0
        guard isSigned else { throw .failed(OpenSSL.lastText) }
        let certificateText = unsafe Self.text { bio in unsafe PEM_write_bio_X509(bio, certificate) == 1 }
        let keyText = unsafe Self.text { bio in
            unsafe PEM_write_bio_PrivateKey(bio, key.handle, nil, nil, 0, nil, nil) == 1
        }
        guard let certificateText, let keyText else { throw .failed(OpenSSL.lastText) }
        return MadeCertificate(certificate: certificateText, key: keyText)
    }

    private static func setSerial(_ bytes: [UInt8], of certificate: OpaquePointer) -> Bool {
        var bytes = bytes
        // Positive, and not 0.
        bytes[0] = bytes[0] & 0x3f | 0x40
        guard let number = unsafe BN_bin2bn(&bytes, CInt(bytes.count), nil) else { return false }
        defer { unsafe BN_free(number) }
        return unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil
    }

    /// Adds what the certificate is for.
    private static func describe(_ certificate: OpaquePointer, _ purpose: Purpose, issuer: OpaquePointer) -> Bool {
        var extensions: [(CInt, String)] = [(NID_subject_key_identifier, "hash")]
        switch purpose {
        case .authority:
            extensions += [
                (NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
            ]
        case .server(let names, let addresses):
            let all = names.map { "DNS:\($0)" } + addresses.map { "IP:\($0)" }
            extensions += [
                (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, "serverAuth"), (NID_subject_alt_name, all.joined(separator: ",")),
            ]
        case .client:
            extensions += [
                (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, "clientAuth"),
            ]
        }
        extensions.append((NID_authority_key_identifier, "keyid"))
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
        for (kind, value) in extensions {
            guard let made = unsafe X509V3_EXT_conf_nid(nil, &context, kind, value) else { return false }
            defer { unsafe X509_EXTENSION_free(made) }
            guard unsafe X509_add_ext(certificate, made, -1) == 1 else { return false }
        }
        return true
    }

    /// What `write` writes.
    private static func text(_ write: (OpaquePointer) -> Bool) -> [UInt8]? {
        guard let bio = unsafe BIO_new(BIO_s_mem()) else { return nil }
        defer { unsafe BIO_free(bio) }
        guard unsafe write(bio) else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(unsafe BIO_ctrl_pending(bio)))
        let count = unsafe BIO_read(bio, &bytes, CInt(bytes.count))
        return count == CInt(bytes.count) ? bytes : nil
    }
}

/// What can be read of a certificate.
package struct CertificateSummary: Equatable, Sendable {
    /// The DNS names and addresses that it is for.
    package let names: [String]
    /// Whether it is valid, and will be for the asked time.
    package let isValid: Bool

    /// Reads the first certificate of a text.
    /// - Parameter seconds: for how long from now on it is to be valid.
    package init(_ text: PEMText, validFor seconds: Int) throws(TLSSetupError) {
        var first: (names: [String], isValid: Bool)?
        try unsafe ContextHandle.certificates(in: text) { certificate in
            let view = unsafe CertificateView(certificate)
            if first == nil { first = (view.names, view.isValid(for: seconds)) }
            return true
        }
        names = first?.names ?? []
        isValid = first?.isValid ?? false
    }
}
