import Glibc

/// Numbers as JSON and PostgreSQL write them.
enum Numbers {
    /// A whole number; nil for anything else, too large ones included: ask ``isInteger(_:)``.
    static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        var position = 0
        let isNegative = unsafe bytes.first == UInt8(ascii: "-")
        if isNegative || (unsafe bytes.first == UInt8(ascii: "+")) { position = 1 }
        guard position < bytes.count else { return nil }
        var value: Int64 = 0
        while position < bytes.count {
            let digit = unsafe bytes[position] &- UInt8(ascii: "0")
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
        guard bytes.count <= 9, bytes.count >= 3 else { return nil }
        switch unsafe String(decoding: bytes, as: UTF8.self).lowercased() {
        case "nan": return .nan
        case "infinity", "+infinity", "inf", "+inf": return .infinity
        case "-infinity", "-inf": return -.infinity
        default: return nil
        }
    }

    /// The number nearest to the digits; nil where it is too large or too small for a double, which the server refuses.
    static func double(_ bytes: UnsafeRawBufferPointer) -> Double? {
        unsafe converted(bytes) { text in
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
