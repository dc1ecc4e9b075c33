/// The version to speak for each request, from what a server said it understands.
package struct NegotiatedVersions: Equatable, Sendable {
    /// What the server is. A semantic version from the SC, `0.0.0` from an SPU.
    package let platformVersion: String
    private let ranges: [ApiRange]

    package init(_ response: ApiVersionsResponse) {
        platformVersion = response.platformVersion
        ranges = response.ranges
    }

    /// The highest version that both sides know, else the request's fallback. Nil: this server cannot be asked.
    package func version<R: WireRequest>(for _: R.Type) -> Int16? { commonVersion(for: R.self) ?? R.fallbackVersion }

    /// The highest version that both sides know. Nil: the server does not list the request, or other versions only.
    package func commonVersion<R: WireRequest>(for _: R.Type) -> Int16? {
        guard let range = ranges.first(where: { $0.key == R.apiKey }),
            range.maximum >= R.versions.lowerBound, range.minimum <= R.versions.upperBound
        else { return nil }
        return min(range.maximum, R.versions.upperBound)
    }
}
