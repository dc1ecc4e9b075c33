import Glibc
import Unix

/// An IPv4 or IPv6 address with its port, as the system calls want it.
struct SocketAddress: Hashable, Sendable {
    /// A `sockaddr_in` or `sockaddr_in6`.
    private let bytes: [UInt8]

    /// Copies an address.
    init(_ pointer: UnsafePointer<sockaddr>, length: socklen_t) {
        bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: pointer, count: Int(length)))
    }

    /// The address that a call such as getsockname(2) stores.
    init(storedBy call: String, _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt)
        throws(SystemError)
    {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, &length) }
        }
        guard result >= 0 else { throw SystemError(code: errno, call: call) }
        self = unsafe withUnsafePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe SocketAddress($0, length: length)
            }
        }
    }

    /// Lends it to a system call.
    func withPointer<T>(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> T) -> T {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe body(buffer.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count))
        }
    }

    /// AF_INET or AF_INET6.
    var family: CInt {
        unsafe withPointer { pointer, _ in CInt(unsafe pointer?.pointee.sa_family ?? 0) }
    }

    /// The TCP port. It stands at the same place in both kinds, in network order.
    var port: UInt16 { bytes.count >= 4 ? UInt16(bytes[2]) << 8 | UInt16(bytes[3]) : 0 }

    /// Whether it is `::` or `0.0.0.0`.
    var isUnspecified: Bool {
        let address = family == AF_INET6 ? 8..<24 : 4..<8
        return bytes.count >= address.upperBound && bytes[address].allSatisfy { $0 == 0 }
    }

    /// The address in digits, without the port. An IPv4 address that came in over an IPv6 socket reads as such.
    var host: String {
        var text = [CChar](repeating: 0, count: 64)
        let size = socklen_t(text.count)
        let result = unsafe withPointer { pointer, length in
            unsafe text.withUnsafeMutableBufferPointer { buffer in
                unsafe getnameinfo(pointer, length, buffer.baseAddress, size, nil, 0, NI_NUMERICHOST)
            }
        }
        guard result == 0 else { return "?" }
        let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.hasPrefix("::ffff:") && name.contains(".") ? String(name.dropFirst(7)) : name
    }
}

extension SocketAddress: CustomStringConvertible {
    var description: String { Endpoint(host: host, port: port).description }
}
