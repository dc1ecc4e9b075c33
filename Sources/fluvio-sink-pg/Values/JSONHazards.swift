import Glibc

/// What is JSON, and yet PostgreSQL's jsonb does not take it, or would suffer from it.
enum JSONHazards {
    /// The largest exponent that passes: a number of thirty bytes would be printed as a hundred thousand digits.
    static let maximumExponent = 1000

    /// Looks through a checked JSON text.
    static func check(_ bytes: UnsafeRawBufferPointer) throws(ValueFault) {
        guard let base = bytes.baseAddress else { return }
        // Both are rare: most texts are passed over at the speed of memchr(3) and one look at each byte.
        var backslash = unsafe memchr(base, 0x5c, bytes.count)
        while let found = unsafe backslash {
            let place = unsafe UnsafeRawPointer(found) - base
            if unsafe isEscapedNUL(bytes, at: place) { throw .nul }
            // What follows a backslash is part of the escape, another backslash included.
            let next = place + 2
            unsafe backslash = next < bytes.count ? memchr(base + next, 0x5c, bytes.count - next) : nil
        }
        var index = 1
        while index < bytes.count {
            if unsafe bytes[index] | 0x20 == UInt8(ascii: "e"), unsafe bytes[index - 1] &- UInt8(ascii: "0") < 10,
                unsafe hasLongExponent(bytes, after: index)
            {
                try unsafe checkNumbers(bytes)
                return
            }
            index += 1
        }
    }

    private static func isEscapedNUL(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
        guard place + 6 <= bytes.count, unsafe bytes[place + 1] == UInt8(ascii: "u") else { return false }
        for index in place + 2..<place + 6 where unsafe bytes[index] != UInt8(ascii: "0") { return false }
        return true
    }

    /// Four digits or more: it may also stand in a string.
    private static func hasLongExponent(_ bytes: UnsafeRawBufferPointer, after place: Int) -> Bool {
        var index = place + 1
        if index < bytes.count, unsafe bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
            index += 1
        }
        let start = index
        while index < bytes.count, unsafe bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        return index - start >= 4
    }

    /// Looks at the numbers outside of strings.
    private static func checkNumbers(_ bytes: UnsafeRawBufferPointer) throws(ValueFault) {
        var isInString = false
        var index = 0
        while index < bytes.count {
            let byte = unsafe bytes[index]
            if isInString {
                if byte == 0x5c { index += 1 }
                if byte == UInt8(ascii: "\"") { isInString = false }
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if byte == UInt8(ascii: "-") || byte &- UInt8(ascii: "0") < 10 {
                let start = index
                while index < bytes.count, unsafe isNumberByte(bytes[index]) { index += 1 }
                let number = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<index])
                if unsafe Numbers.exponent(number).magnitude > UInt(maximumExponent) { throw .exponent }
                continue
            }
            index += 1
        }
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): true
        default: byte &- UInt8(ascii: "0") < 10
        }
    }
}
