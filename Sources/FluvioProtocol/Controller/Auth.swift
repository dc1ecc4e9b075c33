/// What the SC's own TLS proxy says of a client, as the first frame of a connection. Clients never send it.
package struct AuthRequest: WireRequest, Equatable {
    package typealias Response = AuthResponse
    package static let apiKey = ControllerAPI.auth.rawValue
    package static let versions: ClosedRange<Int16> = 0...0

    /// Common name of the client's certificate.
    package var principal = ""
    package var scopes: [String] = []

    package init() {}

    package init(principal: String, scopes: [String] = []) {
        self.principal = principal
        self.scopes = scopes
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&principal)
        try coder.code(&scopes)
    }
}

/// The answer to an ``AuthRequest``, under correlation id 0.
package struct AuthResponse: WireCodable, Equatable, Sendable {
    package var success = false

    package init() {}

    package init(success: Bool = false) {
        self.success = success
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&success)
    }
}
