extension JSONToken {
    /// The number, if it is a whole one that is written without fraction and exponent.
    var integer: Int64? {
        guard kind == .number else { return nil }
        let isNegative = unsafe bytes[0] == UInt8(ascii: "-")
        // Downwards, since the lowest number has no counterpart above.
        var number: Int64 = 0
        for index in unsafe (isNegative ? 1 : 0)..<bytes.count {
            let digit = unsafe bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            if index < 18 {
                number = number &* 10 &- Int64(digit)
                continue
            }
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (next, underflow) = tens.subtractingReportingOverflow(Int64(digit))
            guard !overflow, !underflow else { return nil }
            number = next
        }
        if isNegative { return number }
        return number == .min ? nil : -number
    }
}
