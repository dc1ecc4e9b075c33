import FluvioProtocol
import FluvioTransport
import Glibc
import Synchronization
import Testing
import Unix

/// A handler made of closures.
final class ClosureHandler: FrameHandler {
    let onFrame: @Sendable (IncomingFrame, ServedConnection) -> Void
    let onFinished: (@Sendable (ServedConnection) -> Void)?
    let onWritable: @Sendable (ServedConnection) -> Void
    let onClosed: @Sendable (TransportError?, ServedConnection) -> Void

    init(
        onFinished: (@Sendable (ServedConnection) -> Void)? = nil,
        onWritable: @escaping @Sendable (ServedConnection) -> Void = { _ in },
        onClosed: @escaping @Sendable (TransportError?, ServedConnection) -> Void = { _, _ in },
        onFrame: @escaping @Sendable (IncomingFrame, ServedConnection) -> Void
    ) {
        self.onFrame = onFrame
        self.onFinished = onFinished
        self.onWritable = onWritable
        self.onClosed = onClosed
    }

    func received(_ frame: consuming IncomingFrame, on connection: ServedConnection) { onFrame(frame, connection) }
    func finished(on connection: ServedConnection) {
        if let onFinished { onFinished(connection) } else { connection.close() }
    }
    func writable(on connection: ServedConnection) { onWritable(connection) }
    func closed(_ error: TransportError?, on connection: ServedConnection) { onClosed(error, connection) }
}

/// Something that several threads write to and a test waits for.
final class Box<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    var get: Value { value.withLock { $0 } }
    func change(_ body: (inout Value) -> Void) { value.withLock { body(&$0) } }
}

/// Waits for a condition, for a minute at most.
func eventually(
    _ what: String, timeout: Duration = .seconds(60), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () -> Bool
) async throws {
    let deadline = MonotonicTime.now + timeout
    while !condition() {
        guard MonotonicTime.now < deadline else {
            Issue.record("waited in vain: \(what)", sourceLocation: sourceLocation)
            throw CancellationError()
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}

/// Why a call failed; nil: it did not.
func failure(of body: () async throws(TransportError) -> some Any) async -> TransportError.Reason? {
    do throws(TransportError) {
        _ = try await body()
        return nil
    } catch {
        return error.reason
    }
}

/// A request frame: header with an empty client id, then `body`.
func request(_ id: Int32 = 0, body: [UInt8] = []) -> [UInt8] {
    be(Int32(10 + body.count)) + [0, 18, 0, 0] + be(id) + [0, 0] + body
}

/// A response frame.
func response(_ id: Int32, body: [UInt8] = []) -> [UInt8] { be(Int32(4 + body.count)) + be(id) + body }

/// Big-endian bytes.
func be(_ value: Int32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> Int32(24 - 8 * $0)) } }

/// The correlation id of a request frame.
func requestID(_ frame: IncomingFrame) -> Int32 { frame.bytes[8..<12].reduce(0) { $0 << 8 | Int32($1) } }

/// What a request carries after its header.
func requestBody(_ frame: IncomingFrame) -> [UInt8] { Array(frame.bytes[14...]) }

extension IncomingFrame {
    var body: [UInt8] { Array(bytes[bodyRange]) }
}

/// Answers each request with its own body.
@Sendable func echo(_ connection: ServedConnection) -> any FrameHandler {
    ClosureHandler { frame, connection in connection.send(response(requestID(frame), body: requestBody(frame))) }
}

/// The descriptors of the process: number and what it is. Only for tests in a process of their own: others open and
/// close beside.
func openDescriptors() -> Set<String> {
    guard let directory = unsafe opendir("/proc/self/fd") else { return [] }
    defer { unsafe closedir(directory) }
    var found: Set<String> = []
    while let entry = unsafe readdir(directory) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        var target = [CChar](repeating: 0, count: 256)
        let count = unsafe readlink("/proc/self/fd/\(name)", &target, target.count)
        let text = String(decoding: target.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        // Not the one that this function reads, nor those of the runtime's own clocks.
        if count > 0, !text.hasPrefix("/proc/"), !text.contains("timerfd") { found.insert("\(name) \(text)") }
    }
    return found
}

/// Waits until no descriptor is open that was not open `before`.
func eventuallyClosed(since before: Set<String>, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let deadline = MonotonicTime.now + .seconds(60)
    while true {
        let left = openDescriptors().subtracting(before)
        if left.isEmpty { return }
        guard MonotonicTime.now < deadline else {
            Issue.record("still open: \(left.sorted())", sourceLocation: sourceLocation)
            throw CancellationError()
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}

extension Endpoint {
    static func local(_ port: UInt16) -> Endpoint { Endpoint(host: "127.0.0.1", port: port) }
}

/// Runs what blocks on a thread of its own: the threads of tasks are few, and a test that blocks one blocks others.
func blocking<T: Sendable>(_ body: @escaping @Sendable () -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        do {
            Unix.detach(try Unix.startThread { continuation.resume(returning: body()) })
        } catch {
            continuation.resume(throwing: error)
        }
    }
}

/// A peer made of blocking system calls, so that it can be as ill-behaved as it likes.
final class RawPeer: Sendable {
    private let descriptor: Mutex<FileDescriptor?>
    let raw: CInt

    init(_ descriptor: consuming FileDescriptor) {
        raw = descriptor.raw
        self.descriptor = Mutex(descriptor)
    }

    /// Connects to a port of this machine.
    convenience init(to port: UInt16) throws {
        let fd = try Unix.check("socket") { socket(AF_INET, CInt(bitPattern: SOCK_STREAM.rawValue), 0) }
        var address = RawPeer.address(port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(fd, $0, size) }
        }
        try #require(result == 0)
        self.init(FileDescriptor(owning: fd))
    }

    static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(raw, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Exactly so many bytes, or fewer at the end.
    func receive(_ count: Int) async throws -> [UInt8] { try await blocking { self.receiveBlocking(count) } }

    private func receiveBlocking(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(count, 1 << 20))
        while bytes.count < count {
            let size = min(chunk.count, count - bytes.count)
            let got = unsafe chunk.withUnsafeMutableBytes { unsafe recv(raw, $0.baseAddress, size, 0) }
            if got <= 0 { break }
            bytes += chunk[..<got]
        }
        return bytes
    }

    /// One frame, without its length; nil at the end.
    func receiveFrame() async throws -> [UInt8]? {
        try await blocking {
            let length = self.receiveBlocking(4)
            return length.count == 4 ? self.receiveBlocking(length.reduce(0) { $0 << 8 | Int($1) }) : nil
        }
    }

    /// How many bytes come until the end, and which end it is: see ``receiveNothing()``.
    func receiveAll() async throws -> (count: Int, end: Int) {
        try await blocking {
            var chunk = [UInt8](repeating: 0, count: 1 << 20)
            var count = 0
            while true {
                let got = unsafe chunk.withUnsafeMutableBytes { unsafe recv(self.raw, $0.baseAddress, $0.count, 0) }
                if got <= 0 { return (count, got) }
                count += got
            }
        }
    }

    /// Waits for the end: 0 if it is an orderly one, -1 if the connection broke, 1 if there is more to read.
    func receiveNothing() async throws -> Int {
        try await blocking {
            var byte: UInt8 = 0
            return unsafe recv(self.raw, &byte, 1, 0)
        }
    }

    func shutdownWriting() { _ = shutdown(raw, CInt(SHUT_WR)) }

    func close(reset: Bool = false) {
        if reset {
            var value = linger(l_onoff: 1, l_linger: 0)
            _ = unsafe setsockopt(raw, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
        }
        let descriptor = descriptor.withLock { $0.take() }
        _ = consume descriptor
    }
}

/// A listening socket made of blocking system calls.
final class RawListener: Sendable {
    private let descriptor: FileDescriptor
    let port: UInt16

    /// - Parameter backlog: nil: the port is taken, and connections to it are refused. (That of a socket which was closed
    ///   could be given to somebody who listens.)
    init(backlog: CInt? = 16) throws {
        let fd = try Unix.check("socket") { socket(AF_INET, CInt(bitPattern: SOCK_STREAM.rawValue), 0) }
        descriptor = FileDescriptor(owning: fd)
        var address = RawPeer.address(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                let isBound = unsafe bind(fd, $0, size) == 0 && getsockname(fd, $0, &size) == 0
                return isBound && backlog.map { listen(fd, $0) == 0 } ?? true
            }
        }
        try #require(result)
        port = UInt16(bigEndian: address.sin_port)
    }

    func accept() async throws -> RawPeer {
        let raw = descriptor.raw
        return RawPeer(FileDescriptor(owning: try await blocking { Glibc.accept(raw, nil, nil) }))
    }
}
