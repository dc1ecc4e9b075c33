import CJSONText

/// What stands between the quotes of a JSON string.
package enum JSONString {
    /// Room that an input of `count` bytes needs at most.
    @inline(__always)
    package static func room(_ count: Int) -> Int { 6 * count + 32 }

    /// Writes the bytes escaped to `output`, which has ``room(_:)``; the number of bytes, or nil if they are not UTF-8.
    ///
    /// Escaped are `"`, `\`, control characters, and U+007F; with `escapesNonASCII` all above U+007E.
    @inline(__always)
    package static func escape(
        _ bytes: UnsafeRawBufferPointer, to output: UnsafeMutablePointer<UInt8>, escapesNonASCII: Bool = false
    ) -> Int? {
        guard let base = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return 0 }
        if escapesNonASCII { return unsafe escapeAll(bytes, to: output) }
        let count = unsafe cjsontext_escape(base, bytes.count, output)
        return count < 0 ? nil : count
    }

    private static func escapeAll(
        _ bytes: UnsafeRawBufferPointer, to output: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        var out = 0
        func unit(_ unit: UInt16) {
            unsafe output[out] = UInt8(ascii: "\\")
            unsafe output[out + 1] = UInt8(ascii: "u")
            for index in 0..<4 {
                let digit = UInt8(truncatingIfNeeded: unit >> UInt16(12 - 4 * index)) & 15
                unsafe output[out + 2 + index] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
            }
            out += 6
        }
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = unsafe bytes.makeIterator()
        while true {
            switch unsafe parser.parseScalar(from: &iterator) {
            case .emptyInput: return out
            case .error: return nil
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                if scalar.value < 0x80 {
                    var byte = UInt8(truncatingIfNeeded: scalar.value)
                    // Eight bytes more than it needs are never written here: the room is for six of each byte.
                    unsafe out += cjsontext_escape(&byte, 1, output + out)
                } else {
                    for part in String(scalar).utf16 { unit(part) }
                }
            }
        }
    }

    /// A text as a JSON string with its quotes.
    package static func quoted(_ text: String, escapesNonASCII: Bool = false) -> [UInt8] {
        var text = text
        return text.withUTF8 { utf8 in
            let bytes = UnsafeRawBufferPointer(utf8)
            return unsafe [UInt8](unsafeUninitializedCapacity: room(bytes.count) + 2) { buffer, count in
                guard let base = buffer.baseAddress else { return }
                unsafe base[0] = UInt8(ascii: "\"")
                // A String is UTF-8 always.
                let length = unsafe escape(bytes, to: base + 1, escapesNonASCII: escapesNonASCII) ?? 0
                unsafe base[1 + length] = UInt8(ascii: "\"")
                count = length + 2
            }
        }
    }
}
