/// Whole numbers as decimal digits in place.
enum DecimalDigits {
    /// The most bytes that a number needs.
    static let room = 20

    /// Writes a number; the bytes written.
    static func write(_ number: Int64, to output: UnsafeMutablePointer<UInt8>) -> Int {
        var magnitude = number.magnitude
        var count = number < 0 ? 1 : 0
        var probe = magnitude
        repeat {
            count += 1
            probe /= 10
        } while probe > 0
        if number < 0 { unsafe output[0] = UInt8(ascii: "-") }
        var index = count
        repeat {
            index -= 1
            unsafe output[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
            magnitude /= 10
        } while magnitude > 0
        return count
    }

    /// Adds `amount` to the digits in `start..<end`; false, and nothing meant by the digits, where it does not fit.
    @inline(__always)
    static func add(_ amount: UInt64, to digits: UnsafeMutablePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var carry = amount
        var index = end
        while carry > 0 {
            index -= 1
            guard index >= start else { return false }
            carry += UInt64(unsafe digits[index] - UInt8(ascii: "0"))
            unsafe digits[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: carry % 10)
            carry /= 10
        }
        return true
    }
}
