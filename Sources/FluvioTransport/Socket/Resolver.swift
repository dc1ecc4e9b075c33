import Glibc
import Unix

/// Finds the addresses of a host: getaddrinfo(3), which blocks for as long as the name servers like.
enum Resolver {
    /// What getaddrinfo(3) says of a host that has no address.
    struct Failure: Error, Equatable, Sendable {
        let text: String
        /// EAI_NONAME and the like.
        let code: CInt
    }

    /// The TCP addresses of `host`, in the order of preference.
    /// - Parameters:
    ///   - numericOnly: takes addresses only, and so never blocks; names fail.
    ///   - passive: for listening.
    static func addresses(
        of host: String, port: UInt16, numericOnly: Bool = false, passive: Bool = false
    ) throws(Failure) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(bitPattern: SOCK_STREAM.rawValue)
        unsafe hints.ai_flags =
            AI_NUMERICSERV | (numericOnly ? AI_NUMERICHOST : 0) | (passive ? AI_PASSIVE : 0)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            let text =
                code == EAI_SYSTEM
                ? SystemError(code: errno, call: "getaddrinfo").reason : unsafe String(cString: gai_strerror(code))
            throw Failure(text: text, code: code)
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe entry.pointee.ai_addr {
                unsafe addresses.append(SocketAddress(address, length: entry.pointee.ai_addrlen))
            }
            unsafe next = unsafe entry.pointee.ai_next
        }
        guard !addresses.isEmpty else {
            throw Failure(text: unsafe String(cString: gai_strerror(EAI_NONAME)), code: EAI_NONAME)
        }
        return addresses
    }

    /// The first address of a host of this machine.
    static func address(toListenOn host: String, _ port: UInt16) throws(SystemError) -> SocketAddress {
        if let first = try? addresses(of: host, port: port, passive: true).first { return first }
        let name = Endpoint(host: host, port: port).description
        throw SystemError(code: EADDRNOTAVAIL, call: "getaddrinfo", subject: name)
    }
}
