import Glibc
package import Unix

/// A listening socket for whoever speaks something other than frames over it.
package enum PlainListener {
    /// Listens on the first address that the host has. The socket does not block.
    ///
    /// - Throws: what is in the way, with the address; EADDRNOTAVAIL for a host that has none.
    package static func listen(on endpoint: Endpoint) throws(SystemError) -> FileDescriptor {
        let addresses = try? Resolver.addresses(of: endpoint.host, port: endpoint.port, passive: true)
        guard let address = addresses?.first else {
            throw SystemError(code: EADDRNOTAVAIL, call: "getaddrinfo", subject: endpoint.description)
        }
        return try Sockets.listen(on: address)
    }

    /// Takes a connection that waits; nil: none does. It blocks, unless the peer is silent for longer than `patience`.
    package static func accept(
        _ socket: borrowing FileDescriptor, patience: Duration
    ) throws(SystemError) -> FileDescriptor? {
        let raw = socket.raw
        let peer: FileDescriptor
        do throws(SystemError) {
            peer = FileDescriptor(owning: try Unix.check("accept") { Glibc.accept(raw, nil, nil) })
        } catch {
            if error.code == EAGAIN || error.code == ECONNABORTED { return nil }
            throw error
        }
        let number = peer.raw
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        var limit = timeval(
            tv_sec: Int(patience.components.seconds),
            tv_usec: Int(patience.components.attoseconds / 1_000_000_000_000))
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        _ = unsafe setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        return peer
    }
}
