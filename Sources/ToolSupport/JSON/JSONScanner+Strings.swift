// Strings, with or without a copy of what they mean.

extension JSONScanner {
    /// Passes over a string that begins here.
    @inline(__always)
    mutating func string() throws(JSONError) -> JSONToken {
        // Never written to.
        var nowhere = unsafe UnsafeMutableRawPointer(mutating: base)
        return try unsafe string(copies: false, to: &nowhere)
    }

    /// Passes over a string that begins here and writes what it means to `output`, which has ``stringRoom`` bytes and is
    /// moved behind it.
    @inline(never)
    mutating func string(to output: inout UnsafeMutableRawPointer) throws(JSONError) -> JSONToken {
        try unsafe string(copies: true, to: &output)
    }

    /// Room that the meaning of the rest's first string needs: it is copied by words, the last of which may be too long.
    var stringRoom: Int { end - position + 8 }

    @inline(__always)
    private mutating func string(
        copies: Bool, to output: inout UnsafeMutableRawPointer
    ) throws(JSONError) -> JSONToken {
        let start = position
        guard next == UInt8(ascii: "\"") else { throw unexpected(.string) }
        var index = position + 1
        var hasEscapes = false
        while true {
            while index + 8 <= end {
                let word = unsafe base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if copies { unsafe output.storeBytes(of: word, as: UInt64.self) }
                let found = Self.special(UInt64(littleEndian: word))
                // A branch, not a choice of the step: the next word is loaded before this one is looked at.
                guard found == 0 else {
                    let plain = found.trailingZeroBitCount >> 3
                    index += plain
                    if copies { unsafe output += plain }
                    break
                }
                index += 8
                if copies { unsafe output += 8 }
            }
            guard index < end else { throw JSONError(.unterminatedString, at: start) }
            let byte = byte(index)
            if byte == UInt8(ascii: "\"") {
                position = index + 1
                return token(.string, from: start, hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                guard index + 1 < end else { throw JSONError(.unterminatedString, at: start) }
                let escaped = self.byte(index + 1)
                if escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") {
                    if copies { unsafe Self.put(escaped, to: &output) }
                    index += 2
                } else {
                    let scalar = try escape(at: &index)
                    if copies { unsafe Self.put(scalar, to: &output) }
                }
            } else {
                if byte < 0x20 { throw JSONError(.controlCharacter, at: index) }
                if copies { unsafe Self.put(byte, to: &output) }
                index += 1
            }
        }
    }

    /// Marks, in the high bit of each byte, what ends the plain part of a string: quote, backslash, controls.
    @inline(__always)
    private static func special(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = word & (ones &* 0x7f)
        // Bytes below 0x80 cannot carry into their neighbour; those above are taken out at the end.
        let notControl = low &+ (ones &* 0x60)
        let notQuote = (low ^ (ones &* 0x22)) &+ (ones &* 0x7f)
        let notBackslash = (low ^ (ones &* 0x5c)) &+ (ones &* 0x7f)
        return ~(notControl & notQuote & notBackslash) & ~word & (ones &* 0x80)
    }

    /// The scalar value that the escape at `index` stands for; moves behind it.
    @inline(never)
    private func escape(at index: inout Int) throws(JSONError) -> UInt32 {
        let start = index
        index += 2
        switch byte(start + 1) {
        case UInt8(ascii: "/"): return 0x2f
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "u"):
            guard let unit = codeUnit(at: start) else { throw JSONError(.badCodeUnit, at: start) }
            index = start + 6
            guard unit & 0xf800 == 0xd800 else { return unit }
            // UTF-16: the high half comes first, and neither is alone.
            guard unit < 0xdc00, let low = codeUnit(at: index), low & 0xfc00 == 0xdc00 else {
                throw JSONError(.loneSurrogate, at: start)
            }
            index += 6
            return 0x10000 + (unit & 0x3ff) << 10 + low & 0x3ff
        default: throw JSONError(.unknownEscape, at: start)
        }
    }

    /// The number of the `\uXXXX` at `index`, nil if there is none.
    private func codeUnit(at index: Int) -> UInt32? {
        guard index + 6 <= end, byte(index) == UInt8(ascii: "\\"), byte(index + 1) == UInt8(ascii: "u") else {
            return nil
        }
        var number: UInt32 = 0
        for place in (index + 2)..<(index + 6) {
            let byte = byte(place)
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            number = number << 4 | UInt32(digit)
        }
        return number
    }

    @inline(__always)
    private static func put(_ byte: UInt8, to output: inout UnsafeMutableRawPointer) {
        unsafe output.storeBytes(of: byte, as: UInt8.self)
        unsafe output += 1
    }

    /// Writes a scalar value as UTF-8.
    private static func put(_ scalar: UInt32, to output: inout UnsafeMutableRawPointer) {
        func lead(_ mark: UInt32, _ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: mark | scalar >> shift) }
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3f) }
        switch scalar {
        case 0..<0x80: unsafe put(lead(0, 0), to: &output)
        case 0x80..<0x800:
            unsafe put(lead(0xc0, 6), to: &output)
            unsafe put(tail(0), to: &output)
        case 0x800..<0x10000:
            unsafe put(lead(0xe0, 12), to: &output)
            unsafe put(tail(6), to: &output)
            unsafe put(tail(0), to: &output)
        default:
            unsafe put(lead(0xf0, 18), to: &output)
            unsafe put(tail(12), to: &output)
            unsafe put(tail(6), to: &output)
            unsafe put(tail(0), to: &output)
        }
    }
}
