/// Numbers of any length in the binary form of PostgreSQL's numeric (numeric_recv): digits to the base of 10,000, the
/// weight of the first, a sign, and how many decimals are shown.
enum BinaryNumeric {
    /// Writes it as 16-bit numbers, one call each.
    ///
    /// - Parameter bytes: a decimal number that was checked, or the name of a special one.
    static func write(_ bytes: UnsafeRawBufferPointer, _ put: (UInt16) -> Void) throws(ValueFault) {
        if let special = unsafe Numbers.special(bytes) {
            put(0)
            put(0)
            put(special.isNaN ? 0xc000 : special > 0 ? 0xd000 : 0xf000)
            put(special.isNaN ? 0 : 0x20)
            return
        }
        var isNegative = false
        // Digits without the zeros in front, and how many of all stand before the point.
        var digits: [UInt8] = []
        digits.reserveCapacity(bytes.count)
        var whole = 0
        var decimals = 0
        var isBehindPoint = false
        var position = 0
        scan: while position < bytes.count {
            let byte = unsafe bytes[position]
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "+"): break
            case UInt8(ascii: "."): isBehindPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): break scan
            default:
                if isBehindPoint { decimals += 1 } else { whole += 1 }
                digits.append(byte - UInt8(ascii: "0"))
            }
            position += 1
        }
        let exponent = unsafe Numbers.exponent(bytes)
        // As the server: an exponent moves the point, and what then stands behind it is shown.
        let scale = max(0, decimals - exponent)
        let pointAfter = whole + exponent
        guard scale <= 16_383, pointAfter <= 131_072 else { throw .outOfRange }
        // Groups of four on both sides of the point.
        let first = digits.firstIndex { $0 != 0 }
        guard let first else {
            put(0)
            put(0)
            put(0)
            put(UInt16(scale))
            return
        }
        func digit(_ place: Int) -> UInt16 {
            // Counted from the point: -1 is the last whole digit, 0 the first decimal.
            let index = pointAfter + place
            return index >= 0 && index < digits.count ? UInt16(digits[index]) : 0
        }
        // The place of the first and the last digit that is not 0, as counted from the point.
        let start = first - pointAfter
        let last = (digits.lastIndex { $0 != 0 } ?? first) - pointAfter
        let firstGroup = start >= 0 ? start / 4 : (start - 3) / 4
        let lastGroup = last >= 0 ? last / 4 : (last - 3) / 4
        put(UInt16(lastGroup - firstGroup + 1))
        put(UInt16(bitPattern: Int16(-firstGroup - 1)))
        put(isNegative ? 0x4000 : 0)
        put(UInt16(scale))
        for group in firstGroup...lastGroup {
            var value: UInt16 = 0
            for place in 4 * group..<4 * group + 4 { value = value * 10 + digit(place) }
            put(value)
        }
    }
}
