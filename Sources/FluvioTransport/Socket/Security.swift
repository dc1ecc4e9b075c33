import Unix

/// How the bytes of a client's connection are carried and protected.
package indirect enum Security: Sendable {
    /// They are not protected: plain TCP.
    case plain
    /// TLS. The server must prove to be `name`; nil: the host that was connected to.
    case tlsClient(TLSClient, name: String? = nil)
    /// In the messages of a WebSocket, to another server than the one whose address is given.
    case webSocket(WebSocketRoute)
}

/// How the bytes of a server's connections are protected.
package enum ServerSecurity: Sendable {
    /// They are not: plain TCP.
    case plain
    /// TLS.
    case tlsServer(TLSServer)
}

extension Security {
    /// Wraps a connected, non-blocking socket. `host`: where it was to be connected to.
    func clientChannel(over socket: consuming FileDescriptor, host: String) -> any ByteChannel {
        channel(over: PlainChannel(socket), host: host)
    }

    /// Puts what protects the bytes on a channel that nothing was said on yet.
    func channel(over channel: any ByteChannel, host: String) -> any ByteChannel {
        switch self {
        case .plain: return channel
        case .tlsClient(let client, let name):
            let session = client.session(over: channel, name: name ?? host)
            return TLSChannel(over: channel, session)
        case .webSocket(let route): return route.channel(over: channel, to: host)
        }
    }

    /// Whom to connect to in order to reach a server.
    func firstHop(to server: Endpoint) -> Endpoint {
        if case .webSocket(let route) = self { route.proxy?.endpoint ?? route.server } else { server }
    }

    /// What errors call a server.
    func name(of server: Endpoint) -> String {
        if case .webSocket(let route) = self { route.name } else { server.description }
    }

    /// Whether it is TLS and nothing else.
    var isTLS: Bool {
        if case .tlsClient = self { true } else { false }
    }
}

extension ServerSecurity {
    /// Wraps an accepted, non-blocking socket.
    func channel(over socket: consuming FileDescriptor) -> any ByteChannel {
        let plain = PlainChannel(socket)
        switch self {
        case .plain: return plain
        case .tlsServer(let server):
            let session = server.session(over: plain)
            return TLSChannel(over: plain, session)
        }
    }
}
