/// What a bare number counts.
package enum DurationUnit: String, CaseIterable, Sendable {
    /// Milliseconds.
    case milliseconds = "ms"
    /// Seconds.
    case seconds = "s"
    /// Minutes.
    case minutes = "m"
    /// Hours.
    case hours = "h"
    /// Days of 24 hours.
    case days = "d"

    /// How many milliseconds one is.
    var milliseconds: Int64 {
        switch self {
        case .milliseconds: 1
        case .seconds: 1000
        case .minutes: 60_000
        case .hours: 3_600_000
        case .days: 86_400_000
        }
    }
}

/// A length of time, or no end.
package enum TimeLimit: Equatable, Sendable {
    /// So long; zero is not at all.
    case within(Duration)
    /// Without end.
    case forever
}

extension ValueKind where Value == Duration {
    /// A number, which may have decimals, with ms, s, m, h or d; a bare number counts `bare`. Exact, not negative, and at
    /// most 9,223,372,036,854,775 ms (292,000 years).
    package static func duration(_ name: String = "TIME", bare: DurationUnit) -> ValueKind {
        ValueKind(name, format: Durations.text) { text throws(ValueError) in
            guard let value = Durations.parse(text, bare: bare) else {
                throw ValueError("'\(text)' is not a duration: \(Durations.wanted(bare: bare))")
            }
            return value
        }
    }

    /// A duration that is not 0.
    package static func positiveDuration(bare: DurationUnit) -> ValueKind {
        ValueKind("TIME", format: Durations.text) { text throws(ValueError) in
            let value = try duration(bare: bare).parse(text)
            guard value > .zero else { throw ValueError("'\(text)' is no time to wait for an answer") }
            return value
        }
    }
}

extension ValueKind where Value == TimeLimit {
    /// A duration, or `forever`.
    package static func timeLimit(_ name: String = "TIME", bare: DurationUnit) -> ValueKind {
        ValueKind(
            name,
            format: { limit in
                switch limit {
                case .within(let duration): Durations.text(duration)
                case .forever: "forever"
                }
            },
            parse: { text throws(ValueError) in
                if text == "forever" { return .forever }
                guard let value = Durations.parse(text, bare: bare) else {
                    throw ValueError("'\(text)' is not a duration: \(Durations.wanted(bare: bare)), or 'forever'")
                }
                return .within(value)
            })
    }
}

/// Durations as text.
package enum Durations {
    static func wanted(bare: DurationUnit) -> String {
        "a number with ms, s, m, h or d is wanted (bare: \(bare.rawValue))"
    }

    /// Reads a duration; nil if it is none.
    package static func parse(_ text: String, bare: DurationUnit) -> Duration? {
        guard let (number, suffix) = Decimal.split(text) else { return nil }
        guard let unit = suffix.isEmpty ? bare : DurationUnit(rawValue: suffix) else { return nil }
        // In microseconds, so that any duration that one types is exact, and none overflows unseen.
        guard let microseconds = number.times(unit.milliseconds * 1000) else { return nil }
        return .microseconds(microseconds)
    }

    /// Writes a duration with the largest unit that leaves a whole number: `5s`, `250ms`, `1h`. What is finer than a
    /// millisecond is left out.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return "\(seconds)s" }
        let milliseconds = whole + attoseconds / 1_000_000_000_000_000
        if milliseconds == 0 { return "0" }
        let unit = DurationUnit.allCases.last { milliseconds % $0.milliseconds == 0 } ?? .milliseconds
        return "\(milliseconds / unit.milliseconds)\(unit.rawValue)"
    }
}
