package import Unix

/// How fast records are to be sent.
package enum Rate: Equatable, Sendable {
    /// So many records a second.
    case records(Int)
    /// So many bytes of keys and values a second.
    case bytes(Int)
    /// As far apart as their timestamps.
    case recorded
}

extension ValueKind where Value == Rate {
    /// `500/s`, `1M/s` (records), `1MB/s` (bytes) or `recorded`. Units are powers of 1000.
    package static var rate: ValueKind {
        ValueKind(
            "RATE", completion: .choices(["recorded"]),
            format: { rate in
                switch rate {
                case .records(let count): "\(count)/s"
                case .bytes(let count): "\(count)B/s"
                case .recorded: "recorded"
                }
            },
            parse: { text throws(ValueError) in
                if text == "recorded" { return .recorded }
                guard text.hasSuffix("/s"), let (number, suffix) = Decimal.split(String(text.dropLast(2))) else {
                    throw ValueError("'\(text)' is no rate: records as in 500/s, bytes as in 1MB/s, or recorded")
                }
                var unit = suffix.uppercased()
                let isBytes = unit.hasSuffix("B")
                if isBytes { unit.removeLast() }
                let factors: [String: Int64] = ["": 1, "K": 1000, "M": 1_000_000, "G": 1_000_000_000]
                guard let factor = factors[unit], let count = number.times(factor), count > 0 else {
                    throw ValueError("'\(text)' is no rate: K, M or G (powers of 1000), and B for bytes, are known")
                }
                return isBytes ? .bytes(Int(count)) : .records(Int(count))
            })
    }
}

/// Says how long each record has to wait for its turn: pure. A sender that was held up makes up for at most a tenth of a
/// second, so that a pause is not followed by a flood.
package struct Pace: Sendable {
    private let rate: Rate
    /// When the next record may leave.
    private var due: MonotonicTime?
    /// What leaves at the same moment, in units of the rate, before the clock is looked at again.
    private var allowance = 0
    private var firstTimestamp: Int64?
    private static let slack = Duration.milliseconds(100)

    /// Keeps to a rate.
    package init(_ rate: Rate) { self.rate = rate }

    /// Whether a record may leave without a look at the clock.
    @inline(__always)
    package mutating func isFree(size: Int) -> Bool {
        let cost = cost(of: size)
        guard cost > 0, allowance >= cost else { return false }
        allowance -= cost
        return true
    }

    /// When a record may leave; a moment that has passed is now.
    package mutating func turn(of size: Int, timestamp: Int64, now: MonotonicTime) -> MonotonicTime {
        switch rate {
        case .recorded:
            // Records without a time, or out of order, leave with the one before them.
            guard timestamp != RecordLine.noTimestamp else { return now }
            guard let firstTimestamp, let due else {
                firstTimestamp = timestamp
                self.due = now
                return now
            }
            let (apart, overflow) = timestamp.subtractingReportingOverflow(firstTimestamp)
            return overflow ? .distantFuture : due + .milliseconds(max(0, apart))
        case .records(let limit), .bytes(let limit):
            let turn = max(due ?? now, MonotonicTime(nanoseconds: now.nanoseconds - Self.slack.wholeNanoseconds))
            // A hundredth of a second's worth goes at once: fewer waits, and nobody sees the difference.
            let cost = cost(of: size)
            let lot = max(cost, limit / 100)
            allowance = lot - cost
            due = turn + .nanoseconds(Int64(Double(lot) * 1e9 / Double(limit)))
            return turn
        }
    }

    @inline(__always)
    private func cost(of size: Int) -> Int {
        switch rate {
        case .records: 1
        case .bytes: max(size, 1)
        case .recorded: 0
        }
    }
}
