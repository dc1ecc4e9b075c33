import Glibc

/// Numbers as JSON and PostgreSQL write them.
enum Numbers {
    /// A whole number; nil for anything else, too large ones included: ask ``isInteger(_:)``.
    static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        let count = bytes.count
        guard let base = bytes.baseAddress, count > 0 else { return nil }
        let first = unsafe base.load(as: UInt8.self)
        let isNegative = first == UInt8(ascii: "-")
        var position = isNegative || first == UInt8(ascii: "+") ? 1 : 0
        guard position < count else { return nil }
        // Eighteen digits always fit.
        if count - position <= 18 {
            var value: Int64 = 0
            while position < count {
                let digit = unsafe base.load(fromByteOffset: position, as: UInt8.self) &- UInt8(ascii: "0")
                guard digit < 10 else { return nil }
                value = value &* 10 &+ Int64(digit)
                position += 1
            }
            return isNegative ? -value : value
        }
        var value: Int64 = 0
        while position < count {
            let digit = unsafe base.load(fromByteOffset: position, as: UInt8.self) &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            // Downwards, as the lowest number has no positive counterpart.
            let (next, overflow2) = product.subtractingReportingOverflow(Int64(digit))
            guard !overflow, !overflow2 else { return nil }
            value = next
            position += 1
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// Digits with perhaps a sign, of any length.
    static func isInteger(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var digits = unsafe bytes[...]
        if let first = unsafe digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            unsafe digits.removeFirst()
        }
        return unsafe !digits.isEmpty && digits.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    }

    /// Sign, digits, point, exponent: what a number may look like; `nan` and the infinities are asked for elsewhere.
    static func isDecimal(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        func at(_ text: StaticString) -> Bool {
            guard position < bytes.count else { return false }
            for index in 0..<text.utf8CodeUnitCount where unsafe bytes[position] == text.utf8Start[index] {
                return true
            }
            return false
        }
        func digits() -> Int {
            let start = position
            while position < bytes.count, unsafe bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
            return position - start
        }
        if at("+-") { position += 1 }
        var count = digits()
        if at(".") {
            position += 1
            count += digits()
        }
        guard count > 0 else { return false }
        if at("eE") {
            position += 1
            if at("+-") { position += 1 }
            guard digits() > 0 else { return false }
        }
        return position == bytes.count
    }

    /// `NaN`, `Infinity`, `-Infinity` in any case, as the server takes them.
    static func special(_ bytes: UnsafeRawBufferPointer) -> Double? {
        guard bytes.count <= 9, bytes.count >= 3, let first = unsafe bytes.first else { return nil }
        // What begins with a digit or a point is none of them, and that is nearly everything.
        let letter = first == UInt8(ascii: "-") || first == UInt8(ascii: "+") ? unsafe bytes[1] : first
        guard letter | 0x20 == UInt8(ascii: "n") || letter | 0x20 == UInt8(ascii: "i") else { return nil }
        switch unsafe String(decoding: bytes, as: UTF8.self).lowercased() {
        case "nan": return .nan
        case "infinity", "+infinity", "inf", "+inf": return .infinity
        case "-infinity", "-inf": return -.infinity
        default: return nil
        }
    }

    /// The number nearest to the digits; nil where it is too large or too small for a double, which the server refuses.
    ///
    /// - Parameter bytes: a decimal number that was checked.
    static func double(_ bytes: UnsafeRawBufferPointer) -> Double? {
        if let number = unsafe exact(bytes) { return number }
        return unsafe converted(bytes) { text in
            unsafe strtod(text, nil)
        } isZero: {
            $0 == 0
        } isInfinite: {
            $0.isInfinite
        }
    }

    /// The same for a float.
    static func float(_ bytes: UnsafeRawBufferPointer) -> Float? {
        unsafe converted(bytes) { text in
            unsafe strtof(text, nil)
        } isZero: {
            $0 == 0
        } isInfinite: {
            $0.isInfinite
        }
    }

    /// Numbers of up to fifteen digits and an exponent of up to 22: mantissa and power of ten are doubles then, so that
    /// one multiplication or division rounds once, and rightly (Clinger, "How to read floating point numbers
    /// accurately"). nil for others.
    private static func exact(_ bytes: UnsafeRawBufferPointer) -> Double? {
        guard let base = bytes.baseAddress else { return nil }
        let count = bytes.count
        var position = 0
        let first = unsafe base.load(as: UInt8.self)
        let isNegative = first == UInt8(ascii: "-")
        if isNegative || first == UInt8(ascii: "+") { position = 1 }
        // A point and a sign are not digits, so that many bytes hold no more than that many digits.
        guard count - position <= 16 else { return nil }
        var mantissa: UInt64 = 0
        var decimals = 0
        var isBehindPoint = false
        while position < count {
            let byte = unsafe base.load(fromByteOffset: position, as: UInt8.self)
            position += 1
            let digit = byte &- UInt8(ascii: "0")
            if digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                if isBehindPoint { decimals += 1 }
            } else if byte == UInt8(ascii: ".") {
                isBehindPoint = true
            } else {
                // An exponent: rare enough.
                return nil
            }
        }
        guard mantissa <= 1 << 53 else { return nil }
        let magnitude = decimals == 0 ? Double(mantissa) : Double(mantissa) / powersOfTen(decimals)
        return isNegative ? -magnitude : magnitude
    }

    /// Up to 10 to the power of 22 a double holds it.
    private static func powersOfTen(_ exponent: Int) -> Double {
        switch exponent {
        case 1: 1e1
        case 2: 1e2
        case 3: 1e3
        case 4: 1e4
        case 5: 1e5
        case 6: 1e6
        case 7: 1e7
        case 8: 1e8
        case 9: 1e9
        case 10: 1e10
        case 11: 1e11
        case 12: 1e12
        case 13: 1e13
        case 14: 1e14
        case 15: 1e15
        default: 1e16
        }
    }

    @inline(__always)
    private static func converted<Number>(
        _ bytes: UnsafeRawBufferPointer, _ convert: (UnsafePointer<CChar>) -> Number,
        isZero: (Number) -> Bool, isInfinite: (Number) -> Bool
    ) -> Number? {
        // C wants a NUL behind it.
        let number = unsafe withUnsafeTemporaryAllocation(byteCount: bytes.count + 1, alignment: 1) { copy in
            unsafe copy.copyMemory(from: bytes)
            unsafe copy[bytes.count] = 0
            guard let base = copy.baseAddress else { return unsafe convert("0") }
            return unsafe convert(UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self))
        }
        if isInfinite(number) { return nil }
        if isZero(number), unsafe hasDigit(bytes) { return nil }
        return number
    }

    /// A digit other than 0 before the exponent.
    private static func hasDigit(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for index in 0..<bytes.count {
            let byte = unsafe bytes[index]
            if byte | 0x20 == UInt8(ascii: "e") { return false }
            if byte >= UInt8(ascii: "1"), byte <= UInt8(ascii: "9") { return true }
        }
        return false
    }

    /// The exponent that is written; 0 without one, extreme where it is too long to count.
    static func exponent(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let place = unsafe bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) else { return 0 }
        let digits = unsafe UnsafeRawBufferPointer(rebasing: bytes[(place + 1)...])
        if let number = unsafe integer(digits) { return Int(clamping: number) }
        return unsafe digits.first == UInt8(ascii: "-") ? -1_000_000 : 1_000_000
    }
}
