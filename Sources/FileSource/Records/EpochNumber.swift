/// Times since 1970 as programs write them into logs.
enum EpochNumber {
    /// Milliseconds of a number whose digits before the point say what it counts: seconds (9 to 11 of them), milliseconds
    /// (12 to 14), microseconds (15 to 17) or nanoseconds (18 or 19). Nil: it is none of these.
    static func milliseconds(_ text: UnsafeRawBufferPointer) -> Int64? {
        var whole: Int64 = 0
        var digits = 0
        var fraction: (milliseconds: Int64, digits: Int)?
        for index in text.indices {
            let byte = unsafe text[index]
            if byte == UInt8(ascii: "."), fraction == nil, digits > 0 {
                fraction = (0, 0)
                continue
            }
            let digit = Int64(byte &- UInt8(ascii: "0"))
            guard digit < 10 else { return nil }
            if let before = fraction {
                let isOfMilliseconds = before.digits < 3
                fraction = (
                    isOfMilliseconds ? before.milliseconds * 10 + digit : before.milliseconds, before.digits + 1
                )
            } else {
                digits += 1
                guard digits <= 19 else { return nil }
                let (tens, overflow) = whole.multipliedReportingOverflow(by: 10)
                let (sum, carry) = tens.addingReportingOverflow(digit)
                guard !overflow, !carry else { return nil }
                whole = sum
            }
        }
        if let fraction, fraction.digits == 0 { return nil }
        switch digits {
        case 9...11:
            let scale: [Int64] = [1000, 100, 10, 1]
            return whole * 1000 + (fraction.map { $0.milliseconds * scale[min(3, $0.digits)] } ?? 0)
        case 12...14: return whole
        case 15...17: return whole / 1000
        case 18...19: return whole / 1_000_000
        default: return nil
        }
    }
}
