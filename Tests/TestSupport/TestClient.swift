package import FluvioProtocol
import Glibc
package import Unix

/// A client of one connection that blocks, to be told every frame.
package final class TestClient {
    package enum Failure: Error {
        case connect(CInt)
        /// Nothing came in time.
        case silence
        case ended
    }

    private var socket: FileDescriptor?
    /// Lives as long as its clients.
    private let server: AnyObject?
    private var lastID: Int32 = 100
    /// Frames that came while another was waited for.
    private var early: [[UInt8]] = []

    package init(port: UInt16, of server: AnyObject? = nil) throws {
        self.server = server
        let raw = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        let socket = FileDescriptor(owning: raw)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(raw, $0, size) }
        }
        guard result == 0 else { throw Failure.connect(errno) }
        self.socket = consume socket
    }

    /// The other side: a connection that was accepted.
    package init(accepted socket: consuming FileDescriptor) {
        server = nil
        self.socket = consume socket
    }

    /// For poll(2); -1: it is closed.
    package var descriptor: CInt { raw }

    private var raw: CInt { socket?.raw ?? -1 }

    package func send(_ frame: [UInt8]) throws {
        var done = 0
        while done < frame.count {
            // A server that is gone is an error, not a signal.
            let count = unsafe frame.withUnsafeBytes { bytes in
                unsafe Glibc.send(
                    raw, UnsafeRawBufferPointer(rebasing: bytes[done...]).baseAddress, bytes.count - done,
                    CInt(MSG_NOSIGNAL))
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw SystemError(code: errno, call: "send")
            }
            done += count
        }
    }

    /// Sends no more.
    package func finish() { _ = shutdown(raw, CInt(SHUT_WR)) }

    /// Breaks the connection.
    package func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(raw, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        socket = nil
    }

    /// The next frame, its length included.
    package func receive(within seconds: CInt = 60) throws -> [UInt8] {
        if !early.isEmpty { return early.removeFirst() }
        let head = try read(4, seconds)
        let length = head.reduce(0) { $0 << 8 | Int($1) }
        return try head + read(length, seconds)
    }

    /// The next frame with that correlation id; those before it are kept.
    package func receive(answerTo id: Int32) throws -> [UInt8] {
        if let at = early.firstIndex(where: { Self.correlationID($0) == id }) { return early.remove(at: at) }
        var passed: [[UInt8]] = []
        defer { early += passed }
        while true {
            let frame = try receive()
            if Self.correlationID(frame) == id { return frame }
            passed.append(frame)
        }
    }

    package static func correlationID(_ frame: [UInt8]) -> Int32 { frame[4..<8].reduce(0) { $0 << 8 | Int32($1) } }

    private func read(_ count: Int, _ seconds: CInt) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        let raw = raw
        while done < count {
            guard try Unix.poll(raw, CInt(POLLIN), timeoutMilliseconds: seconds * 1_000) != 0 else {
                throw Failure.silence
            }
            let got = try unsafe bytes.withUnsafeMutableBytes { buffer in
                try unsafe Unix.read(raw, into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            }
            if got == 0 { throw Failure.ended }
            done += got
        }
        return bytes
    }
}

extension TestClient {
    /// Sends a request; its correlation id.
    @discardableResult
    package func ask<R: WireRequest>(_ request: R, version: Int16 = 25) throws -> Int32 {
        lastID += 1
        try send(request.frame(version: version, clientID: "test", correlationID: lastID))
        return lastID
    }

    /// The answer, or the next one, to a request.
    package func answer<R: WireRequest>(to id: Int32, of _: R.Type, version: Int16 = 25) throws -> R.Response {
        try R.Response(decoding: receive(answerTo: id), range: nil, version: version, from: Frame.responseBodyPosition)
    }

    package func call<R: WireRequest>(_ request: R, version: Int16 = 25) throws -> R.Response {
        try answer(to: ask(request, version: version), of: R.self, version: version)
    }
}

extension WireCodable {
    fileprivate init(decoding bytes: [UInt8], range: Range<Int>?, version: Int16, from start: Int) throws {
        try self.init(decoding: bytes, range: range ?? start..<bytes.count, version: version)
    }
}
