import Glibc

/// A moment as one types it: fixed, or counted from the present.
package enum Moment: Equatable, Sendable {
    /// Milliseconds since 1970 UTC.
    case at(Int64)
    /// So long before the present; negative: after it.
    case ago(Duration)
    /// The beginning of a day in UTC, so many before today.
    case day(before: Int64)

    /// The present.
    package static let now = Moment.ago(.zero)

    /// In milliseconds since 1970 UTC, given the present.
    package func milliseconds(now: Int64) -> Int64 {
        switch self {
        case .at(let time): return time
        case .day(let days):
            let day: Int64 = 86_400_000
            return ((now >= 0 ? now : now - day + 1) / day - days) * day
        case .ago(let duration):
            let (seconds, attoseconds) = duration.components
            return now - seconds * 1000 - attoseconds / 1_000_000_000_000_000
        }
    }

    /// The time of day of this machine, in milliseconds since 1970 UTC.
    package static var present: Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

extension ValueKind where Value == Moment {
    /// See ``Moments/parse(_:)``.
    package static var moment: ValueKind {
        ValueKind("TIME") { text throws(ValueError) in
            guard let moment = Moments.parse(text) else {
                throw ValueError("'\(text)' is not a time: \(Moments.wanted)")
            }
            return moment
        }
    }
}

/// Moments as text.
package enum Moments {
    static let wanted =
        "2026-01-31, 2026-01-31T12:30:00Z, seconds or milliseconds since 1970 (1769862600s, 1769862600000ms), or 15m, "
        + "-1h, '1 hour ago', today or yesterday are understood"

    /// Reads a moment; nil if it is none:
    ///
    /// - a day, or day and time with `T` or a space, with fractions of a second, and with `Z`, `+HH:MM` or nothing for
    ///   UTC;
    /// - seconds (9 or 10 digits) or milliseconds (12 or 13 digits) since 1970, with `s` or `ms` or `@` or bare;
    /// - a duration, with `-` or bare: so long before the present; with `+`: after it;
    /// - a duration in words, `2 days ago`;
    /// - `now`; `today`, `yesterday` and `tomorrow`, which begin at 0:00 UTC.
    package static func parse(_ text: String) -> Moment? {
        switch text {
        case "now": return .now
        case "today": return .day(before: 0)
        case "yesterday": return .day(before: 1)
        case "tomorrow": return .day(before: -1)
        default: break
        }
        if let moment = spoken(text) { return moment }
        if let moment = epoch(text) { return moment }
        if text.first == "+" || text.first == "-" {
            guard let duration = unitDuration(text.dropFirst()) else { return nil }
            return .ago(text.first == "-" ? duration : .zero - duration)
        }
        if let duration = unitDuration(text[...]) { return .ago(duration) }
        return UTCTime.milliseconds(text).map { .at($0) }
    }

    /// `2 days ago`.
    private static func spoken(_ text: String) -> Moment? {
        let words = text.split(separator: " ")
        guard words.count == 3, words[2] == "ago", let number = Int64(words[0]), (0...1_000_000).contains(number) else {
            return nil
        }
        let unit = words[1].hasSuffix("s") ? words[1].dropLast() : words[1]
        switch unit {
        case "second", "sec": return .ago(.seconds(number))
        case "minute", "min": return .ago(.seconds(number * 60))
        case "hour": return .ago(.seconds(number * 3600))
        case "day": return .ago(.seconds(number * 86_400))
        case "week": return .ago(.seconds(number * 604_800))
        default: return nil
        }
    }

    private static func unitDuration(_ text: Substring) -> Duration? {
        // A bare number is a mistake more often than seconds.
        guard text.last?.isLetter == true else { return nil }
        return Durations.parse(String(text), bare: .seconds)
    }

    private static func epoch(_ text: String) -> Moment? {
        var digits = text[...]
        let isMarked = digits.first == "@"
        if isMarked { digits = digits.dropFirst() }
        var unit: Int64?
        if digits.hasSuffix("ms") {
            digits = digits.dropLast(2)
            unit = 1
        } else if digits.hasSuffix("s") {
            digits = digits.dropLast()
            unit = 1000
        }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(digits)
        else { return nil }
        switch (digits.utf8.count, unit) {
        case (9...10, 1000?), (9...10, nil): return .at(number * 1000)
        case (12...13, 1?), (12...13, nil): return .at(number)
        case (1...15, let unit?) where isMarked: return .at(number * unit)
        case (1...10, nil) where isMarked: return .at(number * 1000)
        default: return nil
        }
    }
}
