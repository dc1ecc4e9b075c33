import FluvioTransport
import Unix

/// Where clients come in by WebSocket, with the thread that lets them in. It leads to the controller and the servers of
/// records of this process, and nowhere else.
final class WebSocketPost: Sendable {
    /// What is found at an address.
    enum Found {
        case listener(Listener)
        /// A server of this cluster that does not run.
        case away
        case nothing
    }

    private let gateway: WebSocketGateway
    private let loop: EventLoop

    /// The port that it got.
    var port: UInt16 { gateway.port }

    /// - Parameters:
    ///   - peers: tells of clients that do not keep to the protocol.
    ///   - find: what listens on a port of this cluster; nil stands for the controller.
    init(
        _ options: ClusterOptions, port: UInt16, _ security: ServerSecurity, peers: PeerLog,
        find: @escaping @Sendable (UInt16?) -> Found
    ) throws(LocalClusterError) {
        let loop = try systemCall { () throws(SystemError) in try EventLoop(name: "websocket") }
        self.loop = loop
        do throws(SystemError) {
            gateway = try WebSocketGateway(
                host: options.bind, port: port, on: loop, security: security, trouble: peers.met
            ) { request in Self.answer(request, options, find) }
        } catch {
            loop.stop()
            throw .listen(host: options.bind, port: port, error)
        }
    }

    private static func answer(
        _ request: WebSocketGateway.Request, _ options: ClusterOptions, _ find: (UInt16?) -> Found
    ) -> WebSocketGateway.Answer {
        // Any page that a browser on this machine shows could ask.
        if let site = request.originHost, !options.isOwnHost(site) {
            return .forbidden("pages of other sites are not let in")
        }
        var port: UInt16?
        if let address = request.address {
            guard let endpoint = try? Endpoint(parsing: address) else {
                return .forbidden("addr is no HOST:PORT")
            }
            port = endpoint.port
        }
        switch find(port) {
        case .listener(let listener): return .listener(listener)
        case .away: return .away
        case .nothing: return .forbidden("addr is no server of this cluster")
        }
    }

    /// Lets nobody in any more.
    func close() {
        gateway.close()
        loop.stop()
    }
}

extension ClusterOptions {
    /// Whether a name is one that this machine is reached under.
    fileprivate func isOwnHost(_ host: String) -> Bool {
        ["localhost", "127.0.0.1", "::1", bind.lowercased(), advertisedHost.lowercased()].contains(host)
    }
}
