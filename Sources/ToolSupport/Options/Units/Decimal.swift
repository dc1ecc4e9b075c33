/// A number as typed, digits with perhaps a decimal point, kept exact.
struct Decimal: Equatable {
    /// The digits without the point.
    let digits: Int64
    /// How many of them stand after the point.
    let decimals: Int

    /// The number at the start of a text, and what follows it; nil if it starts with none, or has more digits than fit.
    /// Signs, exponents, a point without digits on both sides and spaces are refused.
    static func split(_ text: String) -> (Decimal, suffix: String)? {
        var digits: Int64 = 0
        var decimals = 0
        var hasPoint = false
        var isDigit = false
        var rest = Substring(text).utf8
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let (tens, first) = digits.multipliedReportingOverflow(by: 10)
                let (sum, second) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
                guard !first, !second else { return nil }
                digits = sum
                decimals += hasPoint ? 1 : 0
                isDigit = true
            case UInt8(ascii: ".") where isDigit && !hasPoint:
                hasPoint = true
                isDigit = false
            default:
                return isDigit ? (Decimal(digits: digits, decimals: decimals), String(Substring(rest))) : nil
            }
            rest.removeFirst()
        }
        return isDigit ? (Decimal(digits: digits, decimals: decimals), "") : nil
    }

    /// The number times `factor`, if that is whole and fits.
    func times(_ factor: Int64) -> Int64? {
        let product = Int128(digits) * Int128(factor)
        var divisor: Int128 = 1
        for _ in 0..<decimals { divisor *= 10 }
        guard product % divisor == 0 else { return nil }
        return Int64(exactly: product / divisor)
    }
}
