/// An HTTP proxy that connects to others.
package struct HTTPProxy: Sendable {
    /// Where it listens.
    package let endpoint: Endpoint
    /// `USER:PASSWORD` for it; nil: none.
    private let credentials: String?

    /// What is wrong with the address of a proxy. It is not shown: it may hold a password.
    package struct ParseError: Error, Equatable, Sendable {
        /// As a sentence without its subject and without a full stop.
        package let text: String
    }

    /// Reads `[http://][USER:PASSWORD@]HOST[:PORT][/]`. Without a port it is 80.
    package init(parsing text: String) throws(ParseError) {
        var rest = text[...]
        if let scheme = text.range(ofASCII: "://") {
            guard text[..<scheme.lowerBound].lowercased() == "http" else {
                throw ParseError(text: "names a proxy of another kind than http://")
            }
            rest = text[scheme.upperBound...]
        }
        rest = rest.prefix { $0 != "/" }
        if let at = rest.lastIndex(of: "@") {
            credentials = QueryItem.decoded(rest[..<at])
            rest = rest[rest.index(after: at)...]
        } else {
            credentials = nil
        }
        do throws(Endpoint.ParseError) {
            endpoint = try Endpoint(parsing: String(rest), defaultPort: 80)
        } catch {
            throw ParseError(text: "is no http://HOST:PORT")
        }
    }

    /// What is sent to it.
    func request(for target: Endpoint) -> String {
        let authorization = credentials.map { text in
            "Proxy-Authorization: Basic \(WebSocketHash.base64(Array(text.utf8)))\r\n"
        }
        return "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n\(authorization ?? "")\r\n"
    }
}

extension HTTPProxy {
    /// The proxy that the environment names for a server; nil: none.
    ///
    /// It is that of `http_proxy`, or, for TLS, of `https_proxy` or `HTTPS_PROXY` (not `HTTP_PROXY`: whoever asks a CGI
    /// program may set it). `no_proxy` or `NO_PROXY` lists those who are reached without: names, which stand for all
    /// below them, too; addresses; with a port or without; `*` is everybody.
    /// - Parameter variable: the value of a variable of the environment.
    package static func fromEnvironment(
        for target: Endpoint, isTLS: Bool, _ variable: (String) -> String?
    ) throws(ParseError) -> HTTPProxy? {
        let names = isTLS ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
        let exempt = ["no_proxy", "NO_PROXY"].compactMap(variable).first { !$0.isEmpty } ?? ""
        guard let text = names.compactMap(variable).first(where: { !$0.isEmpty }), !isExempt(target, from: exempt)
        else { return nil }
        do throws(ParseError) {
            return try HTTPProxy(parsing: text)
        } catch {
            throw ParseError(text: "\(isTLS ? "https_proxy" : "http_proxy") \(error.text)")
        }
    }

    static func isExempt(_ target: Endpoint, from list: String) -> Bool {
        let host = target.host.lowercased()
        return list.split(whereSeparator: { ", \t".contains($0) }).contains { entry in
            var name = entry.lowercased()[...]
            if name == "*" { return true }
            if let endpoint = try? Endpoint(parsing: String(name)) {
                guard endpoint.port == target.port else { return false }
                name = endpoint.host[...]
            }
            if name.first == "[", name.last == "]" { name = name.dropFirst().dropLast() }
            if name.hasPrefix("*.") { name = name.dropFirst(2) }
            while name.first == "." { name = name.dropFirst() }
            return !name.isEmpty && (host == name || host.hasSuffix(".\(name)"))
        }
    }
}
