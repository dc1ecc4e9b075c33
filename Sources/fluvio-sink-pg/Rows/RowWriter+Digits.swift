/// Numbers and times in digits.
extension RowWriter {
    mutating func decimal(_ number: Int64, width: Int = 1) {
        var magnitude = number.magnitude
        if number < 0 { put(UInt8(ascii: "-")) }
        reserve(20)
        var length = 1
        var probe = magnitude / 10
        while probe > 0 {
            length += 1
            probe /= 10
        }
        length = max(length, width)
        var index = count + length
        count = index
        for _ in 0..<length {
            index -= 1
            unsafe base[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
            magnitude /= 10
        }
    }

    /// Whether it is before Christ, which comes at the end.
    mutating func date(_ days: Int64) -> Bool {
        let (year, month, day) = PostgresTime.date(days: days)
        decimal(year > 0 ? year : 1 - year, width: 4)
        put(UInt8(ascii: "-"))
        decimal(month, width: 2)
        put(UInt8(ascii: "-"))
        decimal(day, width: 2)
        return year <= 0
    }

    mutating func timeOfDay(_ microseconds: Int64) {
        let seconds = microseconds / 1_000_000
        decimal(seconds / 3600, width: 2)
        put(UInt8(ascii: ":"))
        decimal(seconds / 60 % 60, width: 2)
        put(UInt8(ascii: ":"))
        decimal(seconds % 60, width: 2)
        let fraction = microseconds % 1_000_000
        if fraction > 0 {
            put(UInt8(ascii: "."))
            decimal(fraction, width: 6)
        }
    }
}
