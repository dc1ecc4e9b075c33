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
        var position = 0
        let isNegative = unsafe bytes.first == UInt8(ascii: "-")
        if isNegative || (unsafe bytes.first == UInt8(ascii: "+")) { position = 1 }
        // Where the digits begin, how many there are, how many of them stand before the point.
        let digits = position
        var count = 0
        var whole = -1
        scan: while position < bytes.count {
            switch unsafe bytes[position] {
            case UInt8(ascii: "."): whole = count
            case UInt8(ascii: "e"), UInt8(ascii: "E"): break scan
            default: count += 1
            }
            position += 1
        }
        if whole < 0 { whole = count }
        let decimals = count - whole
        /// The digit at that place of them all.
        @inline(__always) func at(_ index: Int) -> UInt16 {
            unsafe UInt16(bytes[digits + index + (index >= whole ? 1 : 0)] &- UInt8(ascii: "0"))
        }
        let exponent = unsafe Numbers.exponent(bytes)
        // As the server: an exponent moves the point, and what then stands behind it is shown.
        let scale = max(0, decimals - exponent)
        let pointAfter = whole + exponent
        guard scale <= 16_383, pointAfter <= 131_072 else { throw .outOfRange }
        // Groups of four on both sides of the point.
        var first = 0
        while first < count, at(first) == 0 { first += 1 }
        guard first < count else {
            put(0)
            put(0)
            put(0)
            put(UInt16(scale))
            return
        }
        func digit(_ place: Int) -> UInt16 {
            // Counted from the point: -1 is the last whole digit, 0 the first decimal.
            let index = pointAfter + place
            return index >= 0 && index < count ? at(index) : 0
        }
        // The place of the first and the last digit that is not 0, as counted from the point.
        let start = first - pointAfter
        var last = count - 1
        while at(last) == 0 { last -= 1 }
        last -= pointAfter
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
