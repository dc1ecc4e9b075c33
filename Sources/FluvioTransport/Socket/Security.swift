import Unix

/// How the bytes of a client's connection are protected.
package enum Security: Sendable {
    /// They are not: plain TCP.
    case plain
    /// TLS. The server must prove to be `name`; nil: the host that was connected to.
    case tlsClient(TLSClient, name: String? = nil)
}

/// How the bytes of a server's connections are protected.
package enum ServerSecurity: Sendable {
    /// They are not: plain TCP.
    case plain
    /// TLS.
    case tlsServer(TLSServer)
}

extension Security {
    /// Wraps a connected, non-blocking socket. `host`: where it was connected to.
    func clientChannel(over socket: consuming FileDescriptor, host: String) -> any ByteChannel {
        switch self {
        case .plain: return PlainChannel(socket)
        case .tlsClient(let client, let name):
            let session = client.session(over: socket.raw, name: name ?? host)
            return TLSChannel(socket, session)
        }
    }

    /// Whether there is a handshake.
    var isTLS: Bool {
        if case .plain = self { false } else { true }
    }
}

extension ServerSecurity {
    /// Wraps an accepted, non-blocking socket.
    func channel(over socket: consuming FileDescriptor) -> any ByteChannel {
        switch self {
        case .plain: return PlainChannel(socket)
        case .tlsServer(let server):
            let session = server.session(over: socket.raw)
            return TLSChannel(socket, session)
        }
    }
}
