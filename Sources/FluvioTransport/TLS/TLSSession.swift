import CLinux
import COpenSSL
import Glibc
import Unix

/// One TLS connection: the owner of an SSL. Its calls belong on one thread at a time.
@safe struct TLSSession: ~Copyable {
    private let ssl: OpaquePointer
    private let wire: Wire
    private let role: TLSRole
    /// Owns the context, whose BIO_METHOD must outlive the BIO.
    private let owner: AnyObject
    /// The handshake is done.
    private var isOpen = false
    /// The peer was told that no more will come.
    private var sentEnd = false
    /// Bytes that were encrypted, but not sent to the last one. They count as written only then: until then the caller
    /// offers them again, at the front.
    private var accepted = 0

    /// Bytes of a record at the most (TLS).
    private static let record = 16 << 10
    /// How many bytes one call encrypts or decrypts: other threads that want the session wait meanwhile.
    private static let turn = 128 << 10

    /// An alert in plain bytes: fatal, protocol_version.
    private static let protocolAlert: [UInt8] = [0x15, 0x03, 0x01, 0, 2, 2, UInt8(SSL_AD_PROTOCOL_VERSION)]

    init?(_ handle: borrowing ContextHandle, _ role: TLSRole, _ wire: Wire, owner: AnyObject) {
        guard let ssl = unsafe SSL_new(handle.context) else { return nil }
        guard let bio = unsafe wire.bio(handle.method) else {
            unsafe SSL_free(ssl)
            return nil
        }
        unsafe self.ssl = unsafe ssl
        self.wire = wire
        self.role = role
        self.owner = owner
        // One reference for both directions, and the SSL takes it over.
        unsafe SSL_set_bio(ssl, bio, bio)
        switch role {
        case .client: unsafe SSL_set_connect_state(ssl)
        case .server: unsafe SSL_set_accept_state(ssl)
        }
    }

    deinit { unsafe SSL_free(ssl) }

    /// Says whom the server must prove to be. False: there is no memory, or this cannot be a name.
    func expect(_ name: String, checked: Bool) -> Bool {
        // An address is no name: certificates hold it in another field, and it is not told as SNI.
        if let address = unsafe a2i_IPADDRESS(name) {
            unsafe ASN1_OCTET_STRING_free(address)
            guard checked else { return true }
            return unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1
        }
        guard unsafe macro_SSL_set_tlsext_host_name(ssl, name) == 1 else { return !checked }
        guard checked else { return true }
        unsafe SSL_set_hostflags(ssl, CUnsignedInt(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        return unsafe SSL_set1_host(ssl, name) == 1
    }

    // MARK: Handshake

    mutating func handshake() -> Progress {
        ERR_clear_error()
        if !isOpen {
            let result = unsafe SSL_do_handshake(ssl)
            if result == 1 {
                isOpen = true
            } else if unsafe SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ {
                switch wire.flush() {
                case .failed?: return .failed(reason(shaking: true))
                case .blocked?: return .blocked([.read, .write])
                default: return .blocked(.read)
                }
            } else {
                let reason = reason(shaking: true)
                // OpenSSL says nothing to a client without TLS. Ours knows an alert when it sees one.
                if case .server = role, reason == .tls(.notTLS) { wire.append(Self.protocolAlert) }
                // The alert, which tells the peer why.
                _ = wire.flush()
                return .failed(reason)
            }
        }
        switch wire.flush() {
        case .failed?: return .failed(reason(shaking: true))
        case .blocked?: return .blocked(.write)
        default: return .done
        }
    }

    // MARK: Reading

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        let wanted = min(buffer.count, Self.turn)
        var got = 0
        while got < wanted {
            ERR_clear_error()
            let count = unsafe SSL_read(ssl, buffer.baseAddress.map { unsafe $0 + got }, CInt(wanted - got))
            if count > 0 {
                got += Int(count)
                continue
            }
            // What came before is delivered first; the next call finds the end again.
            if got > 0 { break }
            switch unsafe SSL_get_error(ssl, count) {
            case SSL_ERROR_WANT_READ: return flushedAfterReading()
            case SSL_ERROR_ZERO_RETURN: return .end
            default:
                let reason = reason(shaking: false)
                _ = wire.flush()
                return .failed(reason)
            }
        }
        _ = wire.flush()
        return .moved(got)
    }

    /// Reading makes records of its own now and then (an answer to a change of keys). Bytes of a write that waits for
    /// its rest are left to it.
    private func flushedAfterReading() -> Transfer {
        switch wire.flush() {
        case .blocked?: .blocked([.read, .write])
        // A broken way out: what came in is read first, and then the end is seen.
        default: .blocked(.read)
        }
    }

    // MARK: Writing

    mutating func write(_ vectors: UnsafeMutableBufferPointer<iovec>) -> Transfer {
        if let unfinished = finishWrite() { return unfinished }
        var taken = 0
        var index = 0
        var skip = 0
        while index < vectors.count, taken < Self.turn {
            let vector = unsafe UnsafeRawBufferPointer(
                start: vectors[index].iov_base?.advanced(by: skip), count: vectors[index].iov_len - skip)
            if vector.count >= Self.record || index == vectors.count - 1 {
                let count = min(vector.count, Self.turn)
                guard unsafe encrypt(UnsafeRawBufferPointer(rebasing: vector[..<count])) else {
                    return .failed(reason(shaking: false))
                }
                taken += count
                (index, skip) = count == vector.count ? (index + 1, 0) : (index, skip + count)
                continue
            }
            // Small pieces share a record.
            let isGood = unsafe withUnsafeTemporaryAllocation(byteCount: Self.record, alignment: 1) { record in
                var filled = 0
                while index < vectors.count, filled < record.count {
                    let vector = unsafe UnsafeRawBufferPointer(
                        start: vectors[index].iov_base?.advanced(by: skip), count: vectors[index].iov_len - skip)
                    let count = min(vector.count, record.count - filled)
                    unsafe UnsafeMutableRawBufferPointer(rebasing: record[filled...]).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: vector[..<count]))
                    filled += count
                    (index, skip) = count == vector.count ? (index + 1, 0) : (index, skip + count)
                }
                taken += filled
                return unsafe encrypt(UnsafeRawBufferPointer(rebasing: record[..<filled]))
            }
            guard isGood else { return .failed(reason(shaking: false)) }
        }
        accepted = taken
        return finishWrite() ?? .blocked(.write)
    }

    mutating func write(file: CInt, offset: Int, count: Int) -> Transfer {
        if let unfinished = finishWrite() { return unfinished }
        let wanted = min(count, Self.turn)
        let outcome = unsafe withUnsafeTemporaryAllocation(byteCount: wanted, alignment: 16) { buffer -> Transfer in
            let got: Int
            do throws(SystemError) {
                got = try unsafe Unix.read(file, into: buffer, at: offset)
            } catch {
                return .failed(.system(error))
            }
            if got == 0 { return .end }
            guard unsafe encrypt(UnsafeRawBufferPointer(rebasing: buffer[..<got])) else {
                return .failed(reason(shaking: false))
            }
            return .moved(got)
        }
        guard case .moved(let got) = outcome else { return outcome }
        accepted = got
        return finishWrite() ?? .blocked(.write)
    }

    private func encrypt(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if unsafe bytes.isEmpty { return true }
        ERR_clear_error()
        return unsafe SSL_write(ssl, bytes.baseAddress, CInt(bytes.count)) == CInt(bytes.count)
    }

    /// Sends what is gathered; nil: nothing was, or nothing that a caller waits for.
    private mutating func finishWrite() -> Transfer? {
        if let unfinished = wire.flush() { return unfinished }
        guard accepted > 0 else { return nil }
        defer { accepted = 0 }
        return .moved(accepted)
    }

    // MARK: The end

    /// Tells the peer that no more will come.
    mutating func finish() -> Progress {
        if isOpen, !sentEnd {
            sentEnd = true
            ERR_clear_error()
            // Its answer is seen when reading.
            _ = unsafe SSL_shutdown(ssl)
        }
        switch wire.flush() {
        case .blocked(let readiness)?: return .blocked(readiness)
        case .failed(let reason)?: return .failed(reason)
        default: return .done
        }
    }

    /// Why the last call failed.
    private func reason(shaking: Bool) -> TransportError.Reason {
        if let failure = wire.failure { return .tls(failure) }
        // The peer has said why. It may have closed right after, so that a write has failed before this was read.
        if ERR_GET_REASON(ERR_peek_error()) > SSL_AD_REASON_OFFSET {
            return .tls(TLSFailure(openSSL: role, shaking: shaking))
        }
        if let reason = wire.error {
            if shaking, case .reset = reason { return .tls(.brokenOff) }
            return reason
        }
        let code = ERR_peek_error()
        if wire.sawEnd, code == 0 || ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING {
            return .tls(shaking ? .brokenOff : .truncated)
        }
        return .tls(TLSFailure(openSSL: role, shaking: shaking))
    }
}
