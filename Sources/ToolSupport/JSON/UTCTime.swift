/// Times in milliseconds since 1970 UTC, for people.
package enum UTCTime {
    /// Length of `2026-09-22T15:01:22.917Z`.
    static let length = 24

    /// Writes `"2026-09-22T15:01:22.917Z"` with its quotes, or `null` for ``RecordLine/noTimestamp`` and what is out of
    /// the years 0 to 9999; the bytes written. `output` has room for 26.
    static func writeQuoted(_ milliseconds: Int64, to output: UnsafeMutablePointer<UInt8>) -> Int {
        guard let text = text(milliseconds) else {
            for (index, byte) in "null".utf8.enumerated() { unsafe output[index] = byte }
            return 4
        }
        for (index, byte) in "\"\(text)\"".utf8.enumerated() { unsafe output[index] = byte }
        return length + 2
    }

    /// RFC 3339 with milliseconds, nil for ``RecordLine/noTimestamp`` and what is out of the years 0 to 9999.
    package static func text(_ milliseconds: Int64) -> String? {
        guard milliseconds != RecordLine.noTimestamp else { return nil }
        let day: Int64 = 86_400_000
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: day)
        let days = remainder < 0 ? quotient - 1 : quotient
        let inDay = remainder < 0 ? remainder + day : remainder
        // Years begin in March, so that the leap day is the last; a cycle of the calendar has 400 years, 146,097 days.
        let shifted = days + 719_468
        let cycle = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfCycle = shifted - cycle * 146_097
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0)
        guard (0...9999).contains(year) else { return nil }
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: width - digits.utf8.count) + digits
        }
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
        let seconds = inDay / 1000
        let time = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return "\(date)T\(time).\(padded(inDay % 1000, 3))Z"
    }

    /// Days since 1970-01-01 of a date after it.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        // Years begin in March, so that the leap day is the last.
        let shifted = month <= 2 ? year - 1 : year
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }

    /// How long a month is.
    static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
