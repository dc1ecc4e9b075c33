/// Reads the form that nearly all times have, RFC 3339 with a year of four digits: `2026-01-31T12:00:00.123456Z` or with
/// a zone such as `+05:30`. Everything else is left to ``MomentReader``, what is wrong included.
enum InstantReader {
    /// Microseconds since 2000-01-01; nil if it is of another form.
    static func microseconds(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        guard bytes.count >= 20, bytes.count <= 32, let base = bytes.baseAddress else { return nil }
        @inline(__always) func byte(_ at: Int) -> UInt8 { unsafe base.load(fromByteOffset: at, as: UInt8.self) }
        /// Two digits; 100 or more if they are none.
        @inline(__always) func pair(_ at: Int) -> Int64 {
            let (tens, ones) = (byte(at) &- UInt8(ascii: "0"), byte(at + 1) &- UInt8(ascii: "0"))
            return tens < 10 && ones < 10 ? Int64(tens &* 10 &+ ones) : 100
        }
        guard byte(4) == UInt8(ascii: "-"), byte(7) == UInt8(ascii: "-"),
            byte(10) == UInt8(ascii: "T") || byte(10) == UInt8(ascii: " "), byte(13) == UInt8(ascii: ":"),
            byte(16) == UInt8(ascii: ":")
        else { return nil }
        let (century, rest) = (pair(0), pair(2))
        let (month, day, hour, minute, second) = (pair(5), pair(8), pair(11), pair(14), pair(17))
        let year = century * 100 + rest
        // Leap seconds and 24:00 are for the other.
        guard century < 100, rest < 100, year > 0, month >= 1, month <= 12, day >= 1,
            hour < 24, minute < 60, second < 60, day <= 28 || day <= PostgresTime.daysInMonth(month, of: year)
        else { return nil }
        var position = 19
        var fraction: Int64 = 0
        if byte(position) == UInt8(ascii: ".") {
            position += 1
            let start = position
            while position < bytes.count, byte(position) &- UInt8(ascii: "0") < 10 {
                fraction = fraction &* 10 &+ Int64(byte(position) &- UInt8(ascii: "0"))
                position += 1
            }
            switch position - start {
            case 1: fraction *= 100_000
            case 2: fraction *= 10_000
            case 3: fraction *= 1000
            case 4: fraction *= 100
            case 5: fraction *= 10
            case 6: break
            // More must be rounded.
            default: return nil
            }
            guard position < bytes.count else { return nil }
        }
        var zone: Int64 = 0
        let sign = byte(position)
        position += 1
        if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            guard bytes.count == position + 5, byte(position + 2) == UInt8(ascii: ":") else { return nil }
            let (hours, minutes) = (pair(position), pair(position + 3))
            guard hours < 16, minutes < 60 else { return nil }
            zone = (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
        } else {
            guard sign == UInt8(ascii: "Z"), bytes.count == position else { return nil }
        }
        let days = PostgresTime.days(year: year, month: month, day: day)
        return ((days * 24 + hour) * 3600 + minute * 60 + second - zone) * 1_000_000 + fraction
    }
}
