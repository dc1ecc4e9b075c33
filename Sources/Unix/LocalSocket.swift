import Glibc

/// Stream sockets that have a path (unix(7)).
package enum LocalSocket {
    /// Listens at `path`, which must not exist, for processes of the same user alone (mode 0600).
    package static func listen(at path: String) throws(SystemError) -> FileDescriptor {
        let socket = try make(path)
        let raw = socket.raw
        // On Linux the path gets the mode of the socket, so there is no moment in which others could connect.
        _ = try Unix.check("fchmod", path) { fchmod(raw, 0o600) }
        try unsafe withAddress(path) { address, size throws(SystemError) in
            _ = try Unix.check("bind", path) { unsafe bind(raw, address, size) }
        }
        _ = try Unix.check("listen", path) { Glibc.listen(raw, 8) }
        return socket
    }

    /// Connects to who listens at `path`. ENOENT and ECONNREFUSED say that nobody does.
    package static func connect(to path: String) throws(SystemError) -> FileDescriptor {
        let socket = try make(path)
        let raw = socket.raw
        try unsafe withAddress(path) { address, size throws(SystemError) in
            _ = try Unix.check("connect", path) { unsafe Glibc.connect(raw, address, size) }
        }
        return socket
    }

    /// Connects to who takes datagrams at `path`; a name that begins with `@` is of the abstract namespace.
    package static func connectDatagrams(to path: String) throws(SystemError) -> FileDescriptor {
        let socket = try make(path, SOCK_DGRAM)
        let raw = socket.raw
        try unsafe withAddress(path) { address, size throws(SystemError) in
            _ = try Unix.check("connect", path) { unsafe Glibc.connect(raw, address, size) }
        }
        return socket
    }

    /// accept(2).
    package static func accept(_ socket: borrowing FileDescriptor) throws(SystemError) -> FileDescriptor {
        let raw = socket.raw
        let peer = FileDescriptor(owning: try Unix.check("accept") { Glibc.accept(raw, nil, nil) })
        let number = peer.raw
        _ = try Unix.check("fcntl") { fcntl(number, F_SETFD, FD_CLOEXEC) }
        return peer
    }

    /// shutdown(2) of both directions; of a listening socket it ends a waiting ``accept(_:)`` with EINVAL.
    package static func shutDown(_ raw: CInt) { _ = shutdown(raw, CInt(SHUT_RDWR)) }

    /// send(2) of a few bytes, which a socket takes at once or not at all. False: the peer is gone.
    package static func send(_ raw: CInt, _ bytes: [UInt8]) -> Bool {
        let sent = unsafe bytes.withUnsafeBytes { buffer in
            unsafe Glibc.send(raw, buffer.baseAddress, buffer.count, CInt(MSG_NOSIGNAL))
        }
        return sent == bytes.count
    }

    private static func make(
        _ path: String, _ type: __socket_type = SOCK_STREAM
    ) throws(SystemError) -> FileDescriptor {
        FileDescriptor(
            owning: try Unix.check("socket", path) {
                socket(AF_UNIX, CInt(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
            })
    }

    /// Runs `body` with the address of a path. Paths that are too long for one (107 bytes) go through the directory,
    /// opened.
    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Void
    ) throws(SystemError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path) - 1
        var name = path
        var directory: FileDescriptor?
        if path.utf8.count > capacity, let slash = path.lastIndex(of: "/") {
            let opened = try FileDescriptor.open(String(path[..<slash]), O_RDONLY | O_DIRECTORY)
            name = "/proc/self/fd/\(opened.raw)/\(path[path.index(after: slash)...])"
            directory = consume opened
        }
        var bytes = Array(name.utf8)
        var length = MemoryLayout<sockaddr_un>.size
        if bytes.first == UInt8(ascii: "@") {
            // The name ends with the address here, not with a NUL.
            bytes[0] = 0
            length = MemoryLayout<sockaddr_un>.size - capacity - 1 + bytes.count
        }
        let size = socklen_t(length)
        guard bytes.count <= capacity else {
            throw SystemError(code: ENAMETOOLONG, call: "bind", subject: path)
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                Result { () throws(SystemError) in
                    try unsafe body(pointer, size)
                }
            }
        }
        // The path through the opened directory is good only as long as it is open.
        _ = consume directory
        try result.get()
    }
}
