/// Where a cluster begins, and what carries the bytes to it: `HOST:PORT`, or the URL of a WebSocket.
package struct ServerAddress: Hashable, Sendable {
    /// What carries the bytes.
    package enum Carrier: String, Sendable {
        /// TCP itself, or TLS on it.
        case tcp
        /// `ws://`: a WebSocket over TCP.
        case webSocket = "ws"
        /// `wss://`: a WebSocket over TLS.
        case secureWebSocket = "wss"
    }

    /// What carries the bytes.
    package let carrier: Carrier
    /// The server that is connected to.
    package let endpoint: Endpoint
    /// The path of the URL, as `/a/b`; empty if there is none.
    package let path: String
    /// The query of the URL, as `a=1&b=2`; empty if there is none. It may hold secrets.
    package let query: String

    /// A server that is reached by TCP.
    package init(_ endpoint: Endpoint) {
        self.init(.tcp, endpoint, path: "", query: "")
    }

    /// Reads `HOST:PORT`, `ws://HOST[:PORT][/PATH][?QUERY]`, or the same with `wss://`. The ports of HTTP and HTTPS, 80
    /// and 443, may be left out.
    package init(parsing text: String) throws(Endpoint.ParseError) {
        guard let separator = text.range(ofASCII: "://") else {
            self.init(try Endpoint(parsing: text))
            return
        }
        let shown = Self.withoutSecrets(text)
        guard let carrier = Carrier(rawValue: text[..<separator.lowerBound].lowercased()), carrier != .tcp else {
            throw Endpoint.ParseError(text: shown, problem: .badScheme)
        }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest[authority.endIndex...]
        let isPlain = target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } && !rest.contains("#")
        guard isPlain, !authority.contains("@") else {
            throw Endpoint.ParseError(text: shown, problem: .badURL)
        }
        let path = target.prefix { $0 != "?" }
        let endpoint: Endpoint
        do throws(Endpoint.ParseError) {
            endpoint = try Endpoint(parsing: String(authority), defaultPort: carrier == .webSocket ? 80 : 443)
        } catch {
            throw Endpoint.ParseError(text: shown, problem: error.problem)
        }
        self.init(carrier, endpoint, path: String(path), query: String(target[path.endIndex...].dropFirst()))
    }

    private init(_ carrier: Carrier, _ endpoint: Endpoint, path: String, query: String) {
        self.carrier = carrier
        self.endpoint = endpoint
        self.path = path
        self.query = query
    }

    /// Whether it is the URL of a WebSocket.
    package var isWebSocket: Bool { carrier != .tcp }

    /// The decoded value of a name in the query; nil: it has none.
    package func queryValue(_ name: String) -> String? {
        QueryItem.items(of: query).first { $0.name == name }?.value
    }

    /// All of it, secrets included; ``init(parsing:)`` reads it back.
    package var text: String { query.isEmpty ? description : "\(carrier.rawValue)://\(endpoint)\(path)?\(query)" }

    /// As much of a text as may be shown: no query, and nobody's name and password.
    private static func withoutSecrets(_ text: String) -> String {
        let start = text.prefix { $0 != "?" }
        guard let at = start.lastIndex(of: "@"), let scheme = start.range(ofASCII: "://") else { return String(start) }
        return String(start[..<scheme.upperBound] + start[start.index(after: at)...])
    }
}

extension ServerAddress: CustomStringConvertible {
    /// What people are shown: all but the query, which may hold secrets.
    package var description: String {
        isWebSocket ? "\(carrier.rawValue)://\(endpoint)\(path)" : endpoint.description
    }
}

extension StringProtocol {
    /// Where a text of ASCII stands first.
    func range(ofASCII text: String) -> Range<Index>? {
        var start = startIndex
        while let found = utf8[start...].firstIndex(of: text.utf8.first ?? 0) {
            if self[found...].hasPrefix(text) { return found..<index(found, offsetBy: text.count) }
            start = utf8.index(after: found)
        }
        return nil
    }
}
