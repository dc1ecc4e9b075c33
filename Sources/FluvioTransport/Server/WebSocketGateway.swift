import Synchronization
package import Unix

/// Takes WebSockets on one port, for several listeners of this process. It connects to nobody: what a client asks for is
/// found among the listeners, or it is turned away.
package final class WebSocketGateway: Sendable {
    /// What a client asks for.
    package struct Request: Sendable {
        /// `addr` of the query: the server that it wants to reach; nil: it does not say.
        package let address: String?
        /// The host of the site that a browser's page is from; nil: it is no browser that asks.
        package let originHost: String?
    }

    /// What it is given.
    package enum Answer: Sendable {
        /// What it asks for.
        case listener(Listener)
        /// There is no such server, or it is not for this client.
        case forbidden(String)
        /// There is such a server, but it does not run.
        case away
    }

    /// The port that it listens on, also if any free one was asked for.
    package let port: UInt16

    private let core: ListenerCore
    private let loop: EventLoop
    private let live: LiveWebSockets

    /// Listens on the first address of `host`.
    /// - Parameters:
    ///   - handshakeDeadline: for TLS, if any, and the request.
    ///   - signOfLife: after so much silence, clients are asked for a sign of life: those in between, as nginx, end
    ///     connections on which nothing moves for a minute.
    ///   - trouble: takes what goes wrong before a connection has a handler. Runs on the loop's thread.
    ///   - find: tells what a client is given. Runs on the loop's thread, and must not block.
    package init(
        host: String, port: UInt16, on loop: EventLoop, security: ServerSecurity = .plain,
        handshakeDeadline: Duration = .seconds(10), signOfLife: Duration = .seconds(20),
        trouble: @escaping @Sendable (ListenerTrouble) -> Void = { _ in },
        find: @escaping @Sendable (Request) -> Answer
    ) throws(SystemError) {
        self.loop = loop
        let live = LiveWebSockets(on: loop, every: signOfLife)
        self.live = live
        core = ListenerCore(on: loop, trouble: trouble) { socket, peer in
            let found = Mutex<Door?>(nil)
            let box = Box(found)
            let channel = WebSocketChannel(over: security.channel(over: socket)) { request in
                let host = request.origin.map { URLParts.host(of: $0) }
                switch find(Request(address: request["addr"], originHost: host)) {
                case .listener(let listener):
                    box.door.withLock { $0 = listener.door }
                    return nil
                case .forbidden(let why): return UpgradeRefusal(403, "Forbidden", why: why)
                case .away: return UpgradeRefusal(502, "Bad Gateway", why: "this server does not run")
                }
            }
            UpgradeAttempt(channel, from: peer, on: loop, deadline: handshakeDeadline, trouble: trouble) {
                live.add(channel)
                box.door.withLock { $0.take() }?.handOver(channel, from: peer)
            }.start()
        }
        self.port = try core.listen(host: host, port: port)
        live.begin()
    }

    deinit { close() }

    /// Stops listening. Connections that were accepted live on.
    package func close() {
        core.close()
        live.end()
    }
}

/// What a closure found, for the next.
private final class Box: Sendable {
    let door: Mutex<Door?>
    init(_ door: consuming sending Mutex<Door?>) { self.door = door }
}

/// The host of a URL, whatever else it is.
enum URLParts {
    static func host(of url: String) -> String {
        let rest = url.range(ofASCII: "://").map { url[$0.upperBound...] } ?? url[...]
        let authority = rest.prefix { !"/?#".contains($0) }
        return ((try? Endpoint(parsing: String(authority), defaultPort: 80))?.host ?? String(authority)).lowercased()
    }
}
