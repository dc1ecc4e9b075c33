/// Base64 as of RFC 4648 §4: with padding, without line breaks.
package enum Base64 {
    /// Length of the text for `count` bytes.
    @inline(__always)
    package static func encodedLength(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Writes the text of `bytes` to `output`, which has room for ``encodedLength(_:)``; the length written.
    package static func encode(_ bytes: UnsafeRawBufferPointer, to output: UnsafeMutablePointer<UInt8>) -> Int {
        var index = 0
        let text = UnsafeMutableRawPointer(output)
        var out = 0
        unsafe pairs.withUnsafeBufferPointer { pairs in
            while index + 3 <= bytes.count {
                let group =
                    unsafe UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
                unsafe text.storeBytes(of: pairs[Int(group >> 12)], toByteOffset: out, as: UInt16.self)
                unsafe text.storeBytes(of: pairs[Int(group & 0xfff)], toByteOffset: out + 2, as: UInt16.self)
                index += 3
                out += 4
            }
            let left = bytes.count - index
            guard left > 0 else { return }
            let group = unsafe UInt32(bytes[index]) << 16 | (left == 2 ? UInt32(bytes[index + 1]) << 8 : 0)
            unsafe text.storeBytes(of: pairs[Int(group >> 12)], toByteOffset: out, as: UInt16.self)
            unsafe text.storeBytes(of: pairs[Int(group & 0xfff)], toByteOffset: out + 2, as: UInt16.self)
            unsafe output[out + 3] = padding
            if left == 1 { unsafe output[out + 2] = padding }
            out += 4
        }
        return out
    }

    /// Writes what `text` stands for to `output`, which has room for 3/4 of its length and may be where the text is.
    ///
    /// The number of bytes, or nil for a text that is not exactly what ``encode(_:to:)`` writes: no white space, the
    /// padding there, the unused bits zero.
    package static func decode(_ text: UnsafeRawBufferPointer, to output: UnsafeMutablePointer<UInt8>) -> Int? {
        guard text.count % 4 == 0 else { return nil }
        guard text.count > 0 else { return 0 }
        var out = 0
        var index = 0
        let last = text.count - 4
        let isWhole = unsafe values.withUnsafeBufferPointer { values in
            var bad: UInt8 = 0
            while index < last {
                let digits = unsafe (
                    values[Int(text[index])], values[Int(text[index + 1])], values[Int(text[index + 2])],
                    values[Int(text[index + 3])]
                )
                bad |= digits.0 | digits.1 | digits.2 | digits.3
                unsafe output[out] = digits.0 << 2 | digits.1 >> 4
                unsafe output[out + 1] = digits.1 << 4 | digits.2 >> 2
                unsafe output[out + 2] = digits.2 << 6 | digits.3
                index += 4
                out += 3
            }
            return bad & 0x80 == 0
        }
        guard isWhole else { return nil }
        let padded = unsafe text[last + 3] != padding ? 0 : text[last + 2] != padding ? 1 : 2
        guard let group = unsafe digits(text, last, 4 - padded), group & (1 << (8 * UInt32(padded)) - 1) == 0 else {
            return nil
        }
        for position in 0..<(3 - padded) {
            unsafe output[out + position] = UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * position))
        }
        return out + 3 - padded
    }

    private static let padding = UInt8(ascii: "=")
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Two digits for twelve bits, in the order of memory.
    private static let pairs: [UInt16] = (0..<4096).map { bits in
        UInt16(littleEndian: UInt16(alphabet[bits >> 6]) | UInt16(alphabet[bits & 63]) << 8)
    }

    /// The six bits of a digit; 0x80 for what is none.
    private static let values: [UInt8] = (UInt8.min...UInt8.max).map { byte in
        alphabet.firstIndex { $0 == byte }.map { UInt8($0) } ?? 0x80
    }

    /// The first `count` of four digits as 24 bits, or nil if one is none.
    private static func digits(_ text: UnsafeRawBufferPointer, _ index: Int, _ count: Int) -> UInt32? {
        var group: UInt32 = 0
        var bad: UInt8 = 0
        for position in 0..<count {
            let digit = values[Int(unsafe text[index + position])]
            bad |= digit
            group |= UInt32(digit) << UInt32(18 - 6 * position)
        }
        return bad & 0x80 == 0 ? group : nil
    }
}
