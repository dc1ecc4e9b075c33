/// How a server is reached through a WebSocket: one for each TCP connection that would go there.
package struct WebSocketRoute: Sendable {
    /// Whom HTTP is spoken with.
    let server: Endpoint
    /// By way of whom.
    let proxy: HTTPProxy?
    /// How the WebSocket itself is protected.
    let outer: Security
    /// How the bytes that it carries are protected.
    let inner: Security
    /// Path and query of the request.
    let target: String
    /// What errors call the server at its end.
    let name: String

    /// - Parameters:
    ///   - address: the URL of a WebSocket.
    ///   - destination: `HOST:PORT` of the server at its end; nil: what the query of the URL says, or the port of a
    ///     controller (Fluvio: 9003) at its host.
    ///   - domain: the name of the server at its end, as its certificate has it; nil: none is told.
    ///   - token: tells who asks; nil: nobody in particular. It is sent, and never shown.
    package init(
        _ address: ServerAddress, to destination: Endpoint? = nil, domain: String? = nil, token: String? = nil,
        proxy: HTTPProxy? = nil, outer: Security = .plain, inner: Security = .plain
    ) {
        server = address.endpoint
        self.proxy = proxy
        self.outer = outer
        self.inner = inner
        name = destination.map { "\($0) by way of \(address)" } ?? address.description
        let end =
            destination?.description ?? address.queryValue("addr")
            ?? Endpoint(host: server.host, port: 9003).description
        // What is put in here is not to be said twice.
        let own = ["addr"] + (token == nil ? [] : ["token"]) + (domain == nil ? [] : ["domain"])
        let kept = address.query.split(separator: "&").filter { item in
            !own.contains(String(item.prefix { $0 != "=" }))
        }
        let items =
            kept.map(String.init)
            + (token.map { ["token=\(QueryItem.encoded($0))"] } ?? [])
            + (domain.map { ["domain=\(QueryItem.encoded($0))"] } ?? []) + ["addr=\(QueryItem.encoded(end))"]
        target = "\(address.path.isEmpty ? "/" : address.path)?\(items.joined(separator: "&"))"
    }

    /// The field `Host`: without the port where it is the usual one.
    var host: String {
        let usual: UInt16 = outer.isTLS ? 443 : 80
        let text = server.description
        return server.port == usual ? String(text.dropLast(":\(usual)".count)) : text
    }

    /// Puts a WebSocket, and what is around and inside of it, on a connection to the server or the proxy.
    /// - Parameter end: the host that the server at the other end is known by.
    func channel(over socket: any ByteChannel, to end: String) -> any ByteChannel {
        var channel = socket
        if let proxy { channel = TunnelChannel(over: channel, to: server, by: proxy) }
        channel = outer.channel(over: channel, host: server.host)
        channel = WebSocketChannel(over: channel, ClientUpgrade(host: host, target: target))
        return inner.channel(over: channel, host: end)
    }
}
