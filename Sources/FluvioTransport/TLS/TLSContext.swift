import COpenSSL
import Synchronization
import Unix

/// What all TLS connections of a client to one cluster share: whom they trust, and the certificate they show.
package final class TLSClient: Sendable {
    private let handle: Mutex<ContextHandle>
    private let hasCertificate: Bool
    private let checks: Bool

    /// Reads the certificates. This costs about a millisecond, so make one only when TLS is asked for.
    /// - Parameters:
    ///   - trust: whose word is taken for the servers.
    ///   - identity: what is shown to a server that asks for a certificate.
    package init(trust: TLSTrust, identity: TLSIdentity? = nil) throws(TLSSetupError) {
        let handle = try unsafe ContextHandle(TLS_client_method())
        switch trust {
        case .system: try handle.trustSystem()
        case .authorities(let text): try handle.trust(text)
        case .anyone: break
        }
        if let identity { try handle.use(identity) }
        checks = trust != .anyone
        if checks {
            unsafe SSL_CTX_set_verify(handle.context, SSL_VERIFY_PEER, noteVerification)
        } else {
            unsafe SSL_CTX_set_verify(handle.context, SSL_VERIFY_NONE, nil)
        }
        hasCertificate = identity != nil
        self.handle = Mutex(handle)
    }

    /// Begins a connection. `name`: what the server must prove to be; also told to it (SNI), if it is no address.
    func session(over channel: any ByteChannel, name: String) -> sending TLSSession? {
        let role = TLSRole.client(hasCertificate: hasCertificate)
        return handle.withLock { handle in
            guard let session = TLSSession(handle, role, Wire(channel, name: name), owner: self) else { return nil }
            guard session.expect(name, checked: checks) else { return nil }
            return consume session
        }
    }
}

/// What all TLS connections of a server share.
package final class TLSServer: Sendable {
    private let handle: Mutex<ContextHandle>

    /// Reads the certificates.
    /// - Parameters:
    ///   - identity: what is shown to clients.
    ///   - clientAuthority: if there is one, clients must show a certificate that it has signed.
    package init(identity: TLSIdentity, clientAuthority: PEMText? = nil) throws(TLSSetupError) {
        let handle = try unsafe ContextHandle(TLS_server_method())
        try handle.use(identity)
        if let clientAuthority {
            try handle.trust(clientAuthority, named: true)
            unsafe SSL_CTX_set_verify(
                handle.context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, noteVerification)
        }
        self.handle = Mutex(handle)
    }

    /// Begins a connection.
    func session(over channel: any ByteChannel) -> sending TLSSession? {
        handle.withLock { handle in TLSSession(handle, .server, Wire(channel, name: ""), owner: self) }
    }
}

/// Notes what is wrong with the certificate of a peer, where the session finds it: OpenSSL itself keeps a number only.
private let noteVerification: @convention(c) (CInt, OpaquePointer?) -> CInt = { isGood, store in
    guard isGood != 1, let store = unsafe store else { return isGood }
    let index = SSL_get_ex_data_X509_STORE_CTX_idx()
    guard let pointer = unsafe X509_STORE_CTX_get_ex_data(store, index) else { return isGood }
    guard let wire = unsafe Wire.behind(SSL_get_rbio(OpaquePointer(pointer))) else { return isGood }
    let certificate = unsafe CertificateView(X509_STORE_CTX_get_current_cert(store))
    let own = unsafe CertificateView(X509_STORE_CTX_get0_cert(store))
    unsafe wire.failure = TLSFailure(
        verification: X509_STORE_CTX_get_error(store), certificate, own: own, wanted: wire.name)
    return isGood
}
