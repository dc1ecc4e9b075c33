/// Where a server listens: a host name or address, and a TCP port.
package struct Endpoint: Hashable, Sendable {
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    package let host: String
    /// The TCP port.
    package let port: UInt16

    /// Names an endpoint by its parts.
    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`. An IPv6 address stands in brackets, as in `[::1]:9003`, or its colons would be ambiguous.
    package init(parsing text: String) throws(ParseError) {
        guard let colon = text.lastIndex(of: ":") else { throw ParseError(text: text, problem: .noPort) }
        let digits = text[text.index(after: colon)...]
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw ParseError(text: text, problem: .noBrackets)
        }
        guard !host.isEmpty, !host.contains(where: { "[] ".contains($0) }) else {
            throw ParseError(text: text, problem: .noHost)
        }
        // UInt16("+1") would be taken.
        guard digits.allSatisfy(\.isNumber), let port = UInt16(digits), port > 0 else {
            throw ParseError(text: text, problem: .badPort)
        }
        self.init(host: String(host), port: port)
    }

    /// Reads `HOST[:PORT]`.
    init(parsing text: String, defaultPort: UInt16) throws(ParseError) {
        let host = text.last == "]" || !text.contains(":")
        try self.init(parsing: host ? "\(text):\(defaultPort)" : text)
    }

    /// A text that is not `HOST:PORT`, and what is wrong with it.
    package struct ParseError: Error, Equatable, Sendable {
        /// What is wrong.
        package enum Problem: Equatable, Sendable {
            case noPort, noHost, noBrackets, badPort
            /// A URL of another kind than `ws` and `wss`.
            case badScheme
            /// A URL with what it may not have: a user's name, a fragment, spaces.
            case badURL
        }

        /// The whole text.
        package let text: String
        /// What is wrong with it.
        package let problem: Problem
    }
}

extension Endpoint: CustomStringConvertible {
    /// `HOST:PORT`, with brackets around an IPv6 address; ``init(parsing:)`` reads it back.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Endpoint.ParseError: CustomStringConvertible {
    /// One line that says what is wrong and what is wanted.
    package var description: String {
        switch problem {
        case .noPort: "'\(text)' has no port: HOST:PORT is wanted"
        case .noHost: "'\(text)' has no host: HOST:PORT is wanted"
        case .noBrackets: "'\(text)' needs brackets around its IPv6 address: [ADDRESS]:PORT"
        case .badPort: "'\(text)' has no port from 1 to 65535"
        case .badScheme: "'\(text)' is neither HOST:PORT nor a URL with ws:// or wss://"
        case .badURL: "'\(text)' is no ws://HOST[:PORT][/PATH][?QUERY]"
        }
    }
}
