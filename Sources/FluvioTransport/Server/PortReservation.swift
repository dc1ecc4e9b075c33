import Glibc
package import Unix

/// Keeps a TCP port while nobody listens on it: those who connect are refused, as without it, but the system gives the
/// port to nobody else. A ``Listener`` can be opened on it at any time.
package final class PortReservation: Sendable {
    /// The port, also if any free one was asked for.
    package let port: UInt16

    private let socket: FileDescriptor

    /// Takes the port of the first address of `host`, where nobody must listen; 0 is any free one.
    package init(host: String, port: UInt16) throws(SystemError) {
        let address = try Resolver.address(toListenOn: host, port)
        socket = try Sockets.bind(to: address)
        self.port = try Sockets.localAddress(socket.raw).port
    }
}
