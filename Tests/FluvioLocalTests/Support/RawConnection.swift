import FluvioTransport
import Glibc
import Unix

/// A blocking socket to a server of this machine, for what no client of ours would send, or not read.
final class RawConnection {
    private let socket: FileDescriptor

    /// Has no answer to read for so long: a test failed.
    private static let patience: CInt = 20_000

    init(_ endpoint: Endpoint) throws {
        socket = FileDescriptor(
            owning: try Unix.check("socket") { Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0) })
        let raw = socket.raw
        // Little room: what is not read stays with the server.
        var size: CInt = 4_096
        _ = unsafe setsockopt(raw, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = endpoint.port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        _ = try Unix.check("connect") {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    func send(_ bytes: [UInt8]) throws {
        try unsafe bytes.withUnsafeBytes { try unsafe Unix.writeAll(socket.raw, $0) }
    }

    /// Ends the sending direction.
    func finish() { _ = shutdown(socket.raw, CInt(SHUT_WR)) }

    /// The next whole frame, its length included; nil: the server closed the connection before it.
    func next() throws -> [UInt8]? {
        guard let length = try read(4) else { return nil }
        let count = length.reduce(0) { $0 << 8 | Int($1) }
        guard let body = try read(count) else { throw Unexpected("a cut frame") }
        return length + body
    }

    func frame() throws -> [UInt8] {
        guard let frame = try next() else { throw Unexpected("the connection was closed") }
        return frame
    }

    private func read(_ count: Int) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            guard try Unix.poll(socket.raw, CInt(POLLIN), timeoutMilliseconds: Self.patience) != 0 else {
                throw Unexpected("silence after \(done) of \(count) bytes")
            }
            let got = try unsafe bytes.withUnsafeMutableBytes { buffer in
                try unsafe Unix.read(socket.raw, into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            }
            if got == 0 { return nil }
            done += got
        }
        return bytes
    }
}
