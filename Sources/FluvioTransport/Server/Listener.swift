import FluvioProtocol
package import Unix

/// A listening TCP socket. One that nobody holds on to is closed.
package final class Listener: Sendable {
    /// The port it listens on, also if any free one was asked for.
    package let port: UInt16

    private let core: ListenerCore
    /// Where connections come in, from the socket or from a ``WebSocketGateway``.
    let door: Door

    /// Listens on the first address of `host`; port 0 is any free one. `::` is every IPv4 and IPv6 address of the
    /// machine, `0.0.0.0` every IPv4 address. Finding the address of a name may block.
    /// - Parameters:
    ///   - maximumFrame: longest frame taken, in bytes, its length prefix not counted.
    ///   - frameDeadline: for the rest of a frame once its first byte has come; nil: any time. Idle connections live
    ///     for ever.
    ///   - handshakeDeadline: for the handshake of a connection, where there is one.
    ///   - lowWaterMark: see ``FrameHandler/writable(on:)``, in bytes.
    ///   - trouble: takes what goes wrong before a connection has a handler. Runs on the loop's thread.
    ///   - accept: gives the handler of a new connection. Runs on the loop's thread.
    package init(
        host: String, port: UInt16, on loop: EventLoop, security: ServerSecurity = .plain,
        maximumFrame: Int = Frame.defaultMaximumLength, frameDeadline: Duration? = nil, lowWaterMark: Int = 1 << 20,
        handshakeDeadline: Duration = .seconds(10), trouble: @escaping @Sendable (ListenerTrouble) -> Void = { _ in },
        accept: @escaping @Sendable (ServedConnection) -> any FrameHandler
    ) throws(SystemError) {
        let limits = Link.Limits(
            minimumFrame: RequestHeader.minimumSize, maximumFrame: maximumFrame, frameDeadline: frameDeadline,
            lowWaterMark: lowWaterMark, handshakeDeadline: handshakeDeadline)
        let door = Door(loop: loop, limits: limits, trouble: trouble, accept: accept)
        self.door = door
        core = ListenerCore(on: loop, trouble: trouble) { socket, peer in
            door.serve(security.channel(over: socket), from: peer)
        }
        self.port = try core.listen(host: host, port: port)
    }

    deinit { core.close() }

    /// Stops listening; the port is free at once. Connections that were accepted live on.
    package func close() { core.close() }
}

extension RequestHeader {
    /// Key, version, correlation id, and the length of an empty client id, in bytes (protocol: framing).
    fileprivate static var minimumSize: Int { 10 }
}
