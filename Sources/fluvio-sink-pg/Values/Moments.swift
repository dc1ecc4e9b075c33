/// Dates and times as PostgreSQL counts them: from 2000-01-01, in microseconds or days.
enum PostgresTime {
    static let microsecondsPerDay: Int64 = 86_400_000_000
    /// Seconds from 1970-01-01 to 2000-01-01.
    static let epochSeconds: Int64 = 946_684_800
    static let infinity = Int64.max
    static let negativeInfinity = Int64.min
    /// The first and the last that a timestamp can be (PostgreSQL: MIN_TIMESTAMP, END_TIMESTAMP).
    static let range: Range<Int64> = -211_813_488_000_000_000..<9_223_371_331_200_000_000
    /// The first and the last day of a date (4714-11-24 BC and 5874897-12-31).
    static let days: ClosedRange<Int64> = -2_451_545...2_145_031_948

    /// Days from 2000-01-01 to a date of the proleptic Gregorian calendar; year 0 is 1 BC.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        // Years begin in March, so that the leap day is the last; a cycle of the calendar has 400 years, 146,097 days.
        let shifted = month <= 2 ? year - 1 : year
        let cycle = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfCycle = shifted - cycle * 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return cycle * 146_097 + yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear - 719_468 - 10_957
    }

    /// The date of that many days from 2000-01-01; year 0 is 1 BC.
    static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468 + 10_957
        let cycle = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfCycle = shifted - cycle * 146_097
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }

    static func daysInMonth(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Microseconds from 2000 of milliseconds since 1970; nil where a timestamp cannot be that.
    static func microseconds(fromMilliseconds time: Int64) -> Int64? {
        scaled(time, by: 1000)
    }

    /// Microseconds from 2000 of so many units since 1970, `unit` microseconds long.
    static func scaled(_ time: Int64, by unit: Int64) -> Int64? {
        let (product, overflow) = time.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        let (shifted, overflow2) = product.subtractingReportingOverflow(epochSeconds * 1_000_000)
        return !overflow2 && range.contains(shifted) ? shifted : nil
    }
}

/// Reads dates and times: RFC 3339, ISO 8601 with longer or signed years, and as PostgreSQL prints them with
/// `DateStyle = ISO` (`0044-03-15 12:00:00+00 BC`).
@safe
struct MomentReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// What was read.
    struct Moment: Equatable {
        /// Days since 2000-01-01.
        var days: Int64 = 0
        /// Microseconds since midnight; up to 24:00.
        var microseconds: Int64 = 0
        /// Seconds east of Greenwich; nil if none is given.
        var zone: Int64?
        var hasTime = false
    }

    init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

    private var next: UInt8? { unsafe position < bytes.count ? unsafe bytes[position] : nil }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    /// Digits, of which there are so many.
    private mutating func number(_ width: ClosedRange<Int>) -> Int64? {
        var value: Int64 = 0
        var count = 0
        while count < width.upperBound, let byte = next, byte &- UInt8(ascii: "0") < 10 {
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            position += 1
            count += 1
        }
        return count >= width.lowerBound ? value : nil
    }

    /// `infinity` or `-infinity`: whether it is the positive one; nil if it is neither.
    static func infinity(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        func equals(_ text: StaticString) -> Bool {
            guard bytes.count == text.utf8CodeUnitCount else { return false }
            for index in 0..<bytes.count where unsafe bytes[index] | 0x20 != text.utf8Start[index] | 0x20 {
                return false
            }
            return true
        }
        if equals("infinity") || equals("+infinity") { return true }
        return equals("-infinity") ? false : nil
    }

    /// A date, perhaps with a time and a zone; nil for what is none.
    mutating func moment() -> Moment? {
        var moment = Moment()
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard var year = number(4...7), take("-"), let month = number(2...2), take("-"), let day = number(2...2) else {
            return nil
        }
        if unsafe position < bytes.count, next != UInt8(ascii: " ") || !atEra {
            guard take("T") || take("t") || take(" "), let time = time() else { return nil }
            moment.microseconds = time
            moment.hasTime = true
            switch zone() {
            case .none: break
            case .some(.none): return nil
            case .some(.some(let seconds)): moment.zone = seconds
            }
        }
        if atEra {
            position += 3
            // There is no year 0 before Christ: 1 BC is the year 0 of the calendar.
            guard year > 0, !isNegative else { return nil }
            year = 1 - year
        } else if isNegative {
            year = -year
        } else if year == 0 {
            // ISO 8601 has a year 0, which is 1 BC; PostgreSQL refuses it, and so is it here.
            return nil
        }
        guard unsafe position == bytes.count, (1...12).contains(month), day >= 1,
            day <= PostgresTime.daysInMonth(month, of: year)
        else { return nil }
        moment.days = PostgresTime.days(year: year, month: month, day: day)
        return moment
    }

    private var atEra: Bool {
        guard unsafe position + 3 == bytes.count else { return false }
        return unsafe bytes[position] == UInt8(ascii: " ") && bytes[position + 1] | 0x20 == UInt8(ascii: "b")
            && bytes[position + 2] | 0x20 == UInt8(ascii: "c")
    }

    /// A time of day alone; nil for what is none.
    mutating func timeOfDay() -> Int64? {
        guard let time = time(), unsafe position == bytes.count else { return nil }
        return time
    }

    /// `HH:MM[:SS[.ffffff…]]`, in microseconds.
    private mutating func time() -> Int64? {
        guard let hour = number(2...2), take(":"), let minute = number(2...2) else { return nil }
        var second: Int64 = 0
        var fraction: Int64 = 0
        if take(":") {
            guard let whole = number(2...2) else { return nil }
            second = whole
            if take(".") || take(",") {
                guard let rounded = self.fraction() else { return nil }
                fraction = rounded
            }
        }
        // A leap second is the first of the next minute, as PostgreSQL has it.
        guard hour <= 24, minute < 60, second <= 60 else { return nil }
        let total = ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
        return total <= PostgresTime.microsecondsPerDay ? total : nil
    }

    /// Digits after the point as microseconds: rounded half to even, as PostgreSQL rounds.
    private mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var count = 0
        var isAbove = false
        var half: UInt8 = 0
        while let byte = next, byte &- UInt8(ascii: "0") < 10 {
            let digit = byte - UInt8(ascii: "0")
            if count < 6 {
                value = value * 10 + Int64(digit)
            } else if count == 6 {
                half = digit
            } else if digit != 0 {
                isAbove = true
            }
            count += 1
            position += 1
        }
        guard count > 0 else { return nil }
        while count < 6 {
            value *= 10
            count += 1
        }
        if half > 5 || (half == 5 && (isAbove || value % 2 == 1)) { value += 1 }
        return value
    }

    /// `Z`, `±HH`, `±HHMM`, `±HH:MM`, `±HH:MM:SS`: nil if there is none, an empty one if it is wrong.
    private mutating func zone() -> Int64?? {
        if take("Z") || take("z") { return 0 }
        let isWest = next == UInt8(ascii: "-")
        guard isWest || next == UInt8(ascii: "+") else { return Int64??.none }
        position += 1
        guard let hours = number(2...2) else { return .some(nil) }
        var seconds = hours * 3600
        let hasColon = take(":")
        if let minutes = number(2...2) {
            guard minutes < 60 else { return .some(nil) }
            seconds += minutes * 60
            if hasColon, take(":") {
                guard let rest = number(2...2), rest < 60 else { return .some(nil) }
                seconds += rest
            }
        } else if hasColon {
            return .some(nil)
        }
        // PostgreSQL: MAX_TZDISP_HOUR.
        guard seconds < 16 * 3600 else { return .some(nil) }
        return isWest ? -seconds : seconds
    }
}
