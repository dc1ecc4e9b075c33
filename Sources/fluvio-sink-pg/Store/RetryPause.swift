/// How long to wait before the same is tried again: pure.
struct RetryPause: Equatable, Sendable {
    /// What is waited for.
    enum Reason: Equatable, Sendable {
        /// The server comes back.
        case outage
        /// Another transaction ends.
        case transient
        /// Somebody makes room.
        case resources
    }

    /// Failures in a row, without progress between them.
    private(set) var count = 0

    /// It is the first of a row, of which people are to be told.
    var isFirst: Bool { count == 1 }

    /// The wait after one more failure: it doubles up to a bound, and a random half of it is left out, so that many
    /// sinks do not all come at once.
    mutating func next(_ reason: Reason, using random: inout some RandomNumberGenerator) -> Duration {
        let (first, most): (Int64, Int64) =
            switch reason {
            case .outage: (200, 30_000)
            case .transient: (10, 2_000)
            case .resources: (1_000, 60_000)
            }
        let doubled = min(most, first << Int64(min(count, 16)))
        count += 1
        return .milliseconds(Int64.random(in: doubled / 2...doubled, using: &random))
    }
}
