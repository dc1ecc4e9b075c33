/// The first request on every connection, to SC and SPU alike.
package struct ApiVersionsRequest: WireRequest, Equatable {
    package typealias Response = ApiVersionsResponse
    package static let apiKey = ControllerAPI.apiVersions.rawValue
    package static let versions: ClosedRange<Int16> = 0...2

    /// Version of the client's socket layer. The SC takes a semantic version only; the SPU caps StreamFetch at 15 if it
    /// is empty.
    package var clientVersion = ""
    /// `linux`, `macos`, ...
    package var clientOS = ""
    /// `x86_64`, `aarch64`, ...
    package var clientArchitecture = ""

    package init() {}

    package init(clientVersion: String, clientOS: String, clientArchitecture: String) {
        self.clientVersion = clientVersion
        self.clientOS = clientOS
        self.clientArchitecture = clientArchitecture
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&clientVersion, since: 1)
        try coder.code(&clientOS, since: 1)
        try coder.code(&clientArchitecture, since: 1)
    }
}

/// What a server understands.
package struct ApiVersionsResponse: WireCodable, Equatable, Sendable {
    /// Not looked at by the official client.
    package var error: ErrorCode = .success
    /// ``ApiVersionsRequest`` itself is not among them.
    package var ranges: [ApiRange] = []
    /// A semantic version from the SC, `0.0.0` from an SPU.
    package var platformVersion = ""

    package init() {}

    package init(error: ErrorCode = .success, ranges: [ApiRange] = [], platformVersion: String) {
        self.error = error
        self.ranges = ranges
        self.platformVersion = platformVersion
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&error)
        try coder.code(&ranges)
        try coder.code(&platformVersion)
    }
}

/// The versions of one request that a server understands.
package struct ApiRange: WireCodable, Equatable, Sendable {
    /// Of the request.
    package var key: UInt16 = 0
    /// The oldest one.
    package var minimum: Int16 = 0
    /// The newest one.
    package var maximum: Int16 = 0

    package init() {}

    package init(key: UInt16, minimum: Int16, maximum: Int16) {
        self.key = key
        self.minimum = minimum
        self.maximum = maximum
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&key)
        try coder.code(&minimum)
        try coder.code(&maximum)
    }
}
