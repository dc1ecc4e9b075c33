import COpenSSL

/// What a TLS session reads from and writes to: the channel below, behind a BIO of our own.
///
/// OpenSSL's own, on a socket, would raise SIGPIPE, and send every record of 16 KiB by itself. Here records are gathered, so that
/// writing never blocks inside OpenSSL, and ``flush()`` sends them. The BIO holds no reference to this: the session
/// owns both.
final class Wire {
    private let channel: any ByteChannel
    /// The name that the peer is to prove, for messages.
    let name: String
    /// Records that the channel has not taken, from `sent` on.
    private var outgoing: [UInt8] = []
    private var sent = 0
    /// The peer sends no more.
    private(set) var sawEnd = false
    /// What broke the connection.
    private(set) var error: TransportError.Reason?
    /// What is wrong with the certificate of the peer.
    var failure: TLSFailure?

    init(_ channel: any ByteChannel, name: String) {
        self.channel = channel
        self.name = name
        // A few records and what is around them.
        outgoing.reserveCapacity(8 << 10)
    }

    /// Sends what is gathered. nil: all is sent.
    func flush() -> Transfer? {
        while sent < outgoing.count {
            switch outgoing.write(from: sent, to: channel) {
            case .moved(let count): sent += count
            case .failed(let reason):
                error = reason
                return .failed(reason)
            case let other: return other
            }
        }
        sent = 0
        outgoing.removeAll(keepingCapacity: outgoing.capacity <= Self.kept)
        return nil
    }

    /// Adds bytes that are no record of the session.
    func append(_ bytes: [UInt8]) { outgoing += bytes }

    /// So much memory is kept for the next records.
    private static let kept = 256 << 10

    private func receive(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        switch unsafe channel.read(into: buffer) {
        case .moved(let count): return count
        case .blocked: return nil
        case .end: sawEnd = true
        case .failed(let reason): error = reason
        }
        return 0
    }

    // MARK: The BIO

    /// A new BIO_METHOD; nil: there is no memory.
    static func method() -> OpaquePointer? {
        guard let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket") else { return nil }
        let isSet =
            unsafe BIO_meth_set_write(method) { bio, bytes, count in
                guard let bytes = unsafe bytes, count > 0, let wire = unsafe Wire.behind(bio) else { return -1 }
                unsafe wire.outgoing.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: Int(count)))
                return count
            } == 1
            && BIO_meth_set_read(method) { bio, buffer, count in
                unsafe macro_BIO_clear_retry_flags(bio)
                guard let buffer = unsafe buffer, count > 0, let wire = unsafe Wire.behind(bio) else { return -1 }
                if let got = unsafe wire.receive(UnsafeMutableRawBufferPointer(start: buffer, count: Int(count))) {
                    return CInt(got)
                }
                unsafe macro_BIO_set_retry_read(bio)
                return -1
            } == 1
            && BIO_meth_set_ctrl(method) { bio, command, _, _ in
                switch command {
                // Handshakes ask for it; sending is the session's.
                case BIO_CTRL_FLUSH: 1
                case BIO_CTRL_EOF: unsafe Wire.behind(bio)?.sawEnd == true ? 1 : 0
                default: 0
                }
            } == 1
        if isSet { return unsafe method }
        unsafe BIO_meth_free(method)
        return nil
    }

    /// Puts a BIO in front of this.
    func bio(_ method: OpaquePointer) -> OpaquePointer? {
        guard let bio = unsafe BIO_new(method) else { return nil }
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }

    /// The one that a BIO stands in front of.
    static func behind(_ bio: OpaquePointer?) -> Wire? {
        guard let bio = unsafe bio, let data = unsafe BIO_get_data(bio) else { return nil }
        return unsafe Unmanaged<Wire>.fromOpaque(data).takeUnretainedValue()
    }
}
