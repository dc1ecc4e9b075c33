import CLinux
import Glibc
import Unix

/// Calls on TCP sockets.
enum Sockets {
    /// Sets a numeric option. Options make a connection faster or its end noticed earlier: one that the system
    /// refuses is no reason to do without the connection.
    static func set(_ fd: CInt, _ level: CInt, _ option: CInt, _ value: CInt) {
        var value = value
        _ = unsafe setsockopt(fd, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    /// A non-blocking TCP socket of an address family.
    static func open(_ family: CInt) throws(SystemError) -> FileDescriptor {
        let type = CInt(bitPattern: SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        return FileDescriptor(owning: try Unix.check("socket") { socket(family, type, 0) })
    }

    /// What every connection gets: small frames leave at once, and a peer that is gone is noticed in two minutes.
    static func tune(_ fd: CInt) {
        let tcp = CInt(IPPROTO_TCP)
        set(fd, tcp, TCP_NODELAY, 1)
        set(fd, SOL_SOCKET, SO_KEEPALIVE, 1)
        set(fd, tcp, TCP_KEEPIDLE, 60)
        set(fd, tcp, TCP_KEEPINTVL, 10)
        set(fd, tcp, TCP_KEEPCNT, 6)
        set(fd, tcp, TCP_QUICKACK, 1)
    }

    /// close(2) will break the connection instead of ending it.
    static func resetOnClose(_ fd: CInt) {
        var value = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }

    /// Takes the error that waits on a socket: what became of a connect(2), or why the connection broke; nil: nothing.
    static func pendingError(_ fd: CInt, call: String) -> SystemError? {
        var code: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard unsafe getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else {
            return SystemError(code: errno, call: "getsockopt")
        }
        return code == 0 ? nil : SystemError(code: code, call: call)
    }

    /// Begins to connect; true: it is done already.
    static func connect(_ fd: CInt, to address: SocketAddress) throws(SystemError) -> Bool {
        let result = unsafe address.withPointer { unsafe Glibc.connect(fd, $0, $1) }
        // EINTR too: the connection is being made, and a second call would be another error.
        switch result == 0 ? 0 : errno {
        case 0: return true
        case EINPROGRESS, EINTR: return false
        case let code: throw SystemError(code: code, call: "connect", subject: address.description)
        }
    }

    /// What became of a connection that was being made; nil: it stands.
    static func connectError(_ fd: CInt) -> SystemError? {
        if let error = pendingError(fd, call: "connect") { return error }
        // Where nobody listens on a port of this machine that is also one for outgoing connections, the system may
        // give this very port to the socket and connect it with itself, and nobody could listen there any more.
        guard let own = try? localAddress(fd), let peer = try? peerAddress(fd), own == peer else { return nil }
        return SystemError(code: ECONNREFUSED, call: "connect", subject: peer.description)
    }

    /// A listening, non-blocking socket.
    static func listen(on address: SocketAddress) throws(SystemError) -> FileDescriptor {
        let descriptor = try bind(to: address)
        let fd = descriptor.raw
        _ = try Unix.check("listen", address.description) { Glibc.listen(fd, 1024) }
        return descriptor
    }

    /// A socket with an address to listen on, where nobody listens.
    static func bind(to address: SocketAddress) throws(SystemError) -> FileDescriptor {
        let descriptor = try open(address.family)
        let fd = descriptor.raw
        set(fd, SOL_SOCKET, SO_REUSEADDR, 1)
        if address.family == AF_INET6 {
            // `::` means every address of the machine, `::1` and the like only what they say.
            set(fd, CInt(IPPROTO_IPV6), IPV6_V6ONLY, address.isUnspecified ? 0 : 1)
        }
        let subject = address.description
        _ = try Unix.check("bind", subject) {
            unsafe address.withPointer { unsafe Glibc.bind(fd, $0, $1) }
        }
        return descriptor
    }

    /// A connection that was accepted.
    struct Accepted: ~Copyable {
        let descriptor: FileDescriptor
        let address: SocketAddress

        consuming func takeDescriptor() -> FileDescriptor { descriptor }
    }

    /// Takes a connection that waits, non-blocking. EAGAIN: none does.
    static func accept(_ fd: CInt) throws(SystemError) -> Accepted {
        let flags = CInt(bitPattern: SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        var accepted: CInt = -1
        let address = try unsafe SocketAddress(storedBy: "accept4") { pointer, length in
            accepted = unsafe accept4(fd, pointer, length, flags)
            return accepted
        }
        return Accepted(descriptor: FileDescriptor(owning: accepted), address: address)
    }

    /// The address that a socket is connected to.
    static func peerAddress(_ fd: CInt) throws(SystemError) -> SocketAddress {
        try unsafe SocketAddress(storedBy: "getpeername") { unsafe getpeername(fd, $0, $1) }
    }

    /// The address that a socket is bound to.
    static func localAddress(_ fd: CInt) throws(SystemError) -> SocketAddress {
        try unsafe SocketAddress(storedBy: "getsockname") { unsafe getsockname(fd, $0, $1) }
    }
}
