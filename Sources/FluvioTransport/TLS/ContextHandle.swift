import COpenSSL
import Glibc
import Unix

/// The one owner of an SSL_CTX, and of the BIO_METHOD that its connections read and write with.
@safe struct ContextHandle: ~Copyable {
    let context: OpaquePointer
    let method: OpaquePointer

    /// What both sides have in common: TLS 1.2 and newer, no renegotiation, no compression, no sessions to resume.
    init(_ side: OpaquePointer?) throws(TLSSetupError) {
        ERR_clear_error()
        guard let context = unsafe SSL_CTX_new(side), let method = unsafe Wire.method() else {
            throw .failed(OpenSSL.lastText)
        }
        unsafe self.context = unsafe context
        unsafe self.method = unsafe method
        _ = unsafe macro_SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION)
        unsafe macro_SSL_CTX_set_safe_options(context)
        // Idle connections keep no buffers; what is shown is what was given, not also whom this side trusts.
        unsafe macro_SSL_CTX_set_mode(context, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN))
        unsafe macro_SSL_CTX_without_session_cache(context)
        _ = unsafe SSL_CTX_set_num_tickets(context, 0)
        unsafe macro_SSL_CTX_set_read_ahead(context)
        unsafe SSL_CTX_set_default_read_buffer_len(context, Self.readBuffer)
        // Without it, OpenSSL would ask for the passphrase of a key on the terminal.
        unsafe SSL_CTX_set_default_passwd_cb(context, refusePassphrase)
    }

    deinit {
        unsafe SSL_CTX_free(context)
        unsafe BIO_meth_free(method)
    }

    /// Bytes that one recv(2) takes at the most: several TLS records of 16 KiB.
    private static let readBuffer = 128 << 10

    // MARK: Certificates and keys

    /// Shows this certificate to the peer.
    func use(_ identity: TLSIdentity) throws(TLSSetupError) {
        let source = identity.certificate.source
        var isFirst = true
        try unsafe Self.certificates(in: identity.certificate) { certificate in
            defer { isFirst = false }
            return unsafe isFirst
                ? SSL_CTX_use_certificate(context, certificate) == 1
                : macro_SSL_CTX_add1_chain_cert(context, certificate) == 1
        }
        let key = try PrivateKey(identity.key)
        guard unsafe SSL_CTX_use_PrivateKey(context, key.handle) == 1, unsafe SSL_CTX_check_private_key(context) == 1
        else {
            throw .mismatch(certificate: source, key: identity.key.source)
        }
    }

    /// Takes the word of these authorities.
    /// - Parameter named: tells clients whose certificates they may show.
    func trust(_ authorities: PEMText, named: Bool = false) throws(TLSSetupError) {
        let store = unsafe SSL_CTX_get_cert_store(context)
        try unsafe Self.certificates(in: authorities) { certificate in
            if named, unsafe SSL_CTX_add_client_CA(context, certificate) != 1 { return false }
            return unsafe X509_STORE_add_cert(store, certificate) == 1
        }
        // An authority in the middle, or the very certificate of the peer, is enough.
        _ = unsafe X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
    }

    /// Takes the word of those whom the system trusts.
    ///
    /// Of a directory with a file for each (Debian's /etc/ssl/certs), only the file that is needed is read; the bundle
    /// of all would take 20 ms to parse.
    func trustSystem() throws(TLSSetupError) {
        if let file = Unix.environment("SSL_CERT_FILE"), !file.isEmpty {
            guard unsafe SSL_CTX_load_verify_file(context, file) == 1 else { throw .noSystemAuthorities(path: file) }
            return
        }
        var directory = Unix.environment("SSL_CERT_DIR") ?? ""
        if directory.isEmpty { directory = unsafe String(cString: X509_get_default_cert_dir()) }
        // OpenSSL names such files by eight hexadecimal digits, as `5ed36f99.0`.
        if let names = try? Unix.names(in: directory),
            names.contains(where: { $0.utf8.count == 10 && $0.hasSuffix(".0") })
        {
            if unsafe SSL_CTX_load_verify_dir(context, directory) == 1 { return }
        }
        guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else { throw .noSystemAuthorities(path: directory) }
    }

    /// Lends each certificate of a text to `use`, which says whether it went well.
    static func certificates(in text: PEMText, _ use: (OpaquePointer) -> Bool) throws(TLSSetupError) {
        ERR_clear_error()
        let found = unsafe text.bytes.withUnsafeBytes { bytes -> Result<Int, TLSSetupError> in
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, CInt(clamping: bytes.count)) else {
                return .success(0)
            }
            defer { unsafe BIO_free(bio) }
            var count = 0
            while let certificate = unsafe PEM_read_bio_X509(bio, nil, refusePassphrase, nil) {
                defer { unsafe X509_free(certificate) }
                guard unsafe use(certificate) else { return .failure(.failed(OpenSSL.lastText)) }
                count += 1
            }
            return .success(count)
        }
        ERR_clear_error()
        if try found.get() == 0 { throw .noCertificate(source: text.source) }
    }
}

/// The one owner of an EVP_PKEY.
@safe struct PrivateKey: ~Copyable {
    let handle: OpaquePointer

    init(owning handle: OpaquePointer) { unsafe self.handle = unsafe handle }

    /// Reads a private key.
    init(_ text: PEMText) throws(TLSSetupError) {
        ERR_clear_error()
        let key = unsafe text.bytes.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, CInt(clamping: bytes.count)) else { return nil }
            defer { unsafe BIO_free(bio) }
            return unsafe PEM_read_bio_PrivateKey(bio, nil, refusePassphrase, nil)
        }
        ERR_clear_error()
        guard let key = unsafe key else {
            throw text.isEncrypted ? .encryptedKey(source: text.source) : .noKey(source: text.source)
        }
        unsafe handle = unsafe key
    }

    deinit { unsafe EVP_PKEY_free(handle) }
}

extension PEMText {
    /// What the first lines of an encrypted key say.
    fileprivate var isEncrypted: Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")
    }
}

/// Knows no passphrase.
private let refusePassphrase:
    @convention(c) (UnsafeMutablePointer<CChar>?, CInt, CInt, UnsafeMutableRawPointer?) -> CInt =
        { _, _, _, _ in -1 }
