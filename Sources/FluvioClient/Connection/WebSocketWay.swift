import FluvioTransport
import Unix

/// The way to a cluster through WebSockets: what its profile and the environment say of it.
struct WebSocketWay: Sendable {
    private let address: ServerAddress
    private let token: String?
    private let proxy: HTTPProxy?

    /// nil: the cluster is reached without.
    ///
    /// - Throws: ``FluvioError/Code/invalidArgument`` for the address of a proxy that is none.
    init?(_ profile: ClusterProfile) throws(FluvioError) {
        guard profile.server.isWebSocket else { return nil }
        address = profile.server
        // The environment holds where both say something, as the command line does elsewhere.
        let given = Unix.environment("FLUVIO_WS_TOKEN") ?? ""
        token = given.isEmpty ? profile.webSocketToken : given
        do throws(HTTPProxy.ParseError) {
            proxy = try HTTPProxy.fromEnvironment(
                for: address.endpoint, isTLS: address.carrier == .secureWebSocket, Unix.environment)
        } catch {
            throw FluvioError(.invalidArgument, error.text, underlying: error)
        }
    }

    /// Whether the WebSocket itself has TLS.
    var isSecure: Bool { address.carrier == .secureWebSocket }

    /// The host that speaks WebSocket.
    var host: String { address.endpoint.host }

    /// For a server of the cluster.
    /// - Parameters:
    ///   - endpoint: where it listens; nil: it is the SC.
    ///   - domain: the name of an SPU.
    ///   - outer: TLS of the WebSocket, if that has any.
    ///   - inner: TLS inside of it, if that has none itself.
    func security(to endpoint: Endpoint? = nil, domain: String? = nil, outer: Security, inner: Security) -> Security {
        .webSocket(
            WebSocketRoute(
                address, to: endpoint, domain: domain, token: token, proxy: proxy, outer: isSecure ? outer : .plain,
                inner: isSecure ? .plain : inner))
    }
}
