/// Base64 as of RFC 4648 §4: with padding, without line breaks.
package enum Base64 {
    /// Length of the text for `count` bytes.
    @inline(__always)
    package static func encodedLength(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Writes the text of `bytes` to `output`, which has room for ``encodedLength(_:)``; the length written.
    package static func encode(_ bytes: UnsafeRawBufferPointer, to output: UnsafeMutablePointer<UInt8>) -> Int {
        var index = 0
        var out = 0
        unsafe withAlphabet { alphabet in
            while index + 3 <= bytes.count {
                let group =
                    unsafe UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
                unsafe output[out] = alphabet[Int(group >> 18)]
                unsafe output[out + 1] = alphabet[Int(group >> 12 & 63)]
                unsafe output[out + 2] = alphabet[Int(group >> 6 & 63)]
                unsafe output[out + 3] = alphabet[Int(group & 63)]
                index += 3
                out += 4
            }
            let left = bytes.count - index
            guard left > 0 else { return }
            let group = unsafe UInt32(bytes[index]) << 16 | (left == 2 ? UInt32(bytes[index + 1]) << 8 : 0)
            unsafe output[out] = alphabet[Int(group >> 18)]
            unsafe output[out + 1] = alphabet[Int(group >> 12 & 63)]
            unsafe output[out + 2] = left == 2 ? alphabet[Int(group >> 6 & 63)] : padding
            unsafe output[out + 3] = padding
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
        while index < last {
            guard let group = unsafe digits(text, index, 4) else { return nil }
            unsafe output[out] = UInt8(truncatingIfNeeded: group >> 16)
            unsafe output[out + 1] = UInt8(truncatingIfNeeded: group >> 8)
            unsafe output[out + 2] = UInt8(truncatingIfNeeded: group)
            index += 4
            out += 3
        }
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

    /// The first `count` of four digits as 24 bits, or nil if one is none.
    @inline(__always)
    private static func digits(_ text: UnsafeRawBufferPointer, _ index: Int, _ count: Int) -> UInt32? {
        var group: UInt32 = 0
        var bad: UInt32 = 0
        for position in 0..<count {
            let digit = unsafe value(of: text[index + position])
            bad |= digit
            group |= digit << UInt32(18 - 6 * position)
        }
        return bad & 0x80 == 0 ? group : nil
    }

    /// The digit's value, or 0x80 for what is no digit. Arithmetic, since a table would be looked up through a lock.
    @inline(__always)
    private static func value(of byte: UInt8) -> UInt32 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a") + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0") + 52)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: 0x80
        }
    }

    @inline(__always)
    private static func withAlphabet(_ body: (UnsafePointer<UInt8>) -> Void) {
        let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        unsafe body(alphabet.utf8Start)
    }
}
