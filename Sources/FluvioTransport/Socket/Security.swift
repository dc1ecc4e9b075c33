import Unix

/// How the bytes of a connection are protected.
package enum Security: Sendable {
    /// They are not: plain TCP.
    case plain
}

extension Security {
    /// Wraps a connected, non-blocking socket for the client's side. `host`: the name that the peer must prove.
    func clientChannel(over socket: consuming FileDescriptor, host: String) -> any ByteChannel {
        switch self {
        case .plain: PlainChannel(socket)
        }
    }

    /// Wraps an accepted, non-blocking socket.
    func serverChannel(over socket: consuming FileDescriptor) -> any ByteChannel {
        switch self {
        case .plain: PlainChannel(socket)
        }
    }
}
