/// What is done about characters that PostgreSQL does not store.
enum BadTextPolicy: String, CaseIterable, Sendable {
    /// The record goes to the dead letters.
    case dead
    /// U+FFFD stands for each.
    case replace
    /// They are left out.
    case strip
}

/// Makes a text storable: NUL, bytes that are no UTF-8, halves of surrogate pairs in JSON escapes.
enum TextMender {
    static func mend(_ bytes: UnsafeRawBufferPointer, _ policy: BadTextPolicy) -> [UInt8] {
        let replacement: [UInt8] = policy == .replace ? [0xef, 0xbf, 0xbd] : []
        let valid = unsafe decode(bytes, replacement)
        return escapes(valid, policy == .replace ? Array("\\ufffd".utf8) : [])
    }

    /// UTF-8 without NUL.
    private static func decode(_ bytes: UnsafeRawBufferPointer, _ replacement: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = unsafe bytes.makeIterator()
        while true {
            switch unsafe parser.parseScalar(from: &iterator) {
            case .emptyInput: return output
            case .error: output += replacement
            case .valid(let scalar):
                if scalar.first == 0, scalar.count == 1 { output += replacement } else { output += scalar }
            }
        }
    }

    /// Escapes in JSON texts that stand for what cannot be stored. In other texts a backslash before `u0000` is as rare
    /// as it is meant.
    private static func escapes(_ bytes: [UInt8], _ replacement: [UInt8]) -> [UInt8] {
        guard bytes.contains(0x5c) else { return bytes }
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x5c else {
                output.append(bytes[index])
                index += 1
                continue
            }
            guard let unit = unit(bytes, index) else {
                // Another escape: both bytes.
                output += bytes[index..<min(index + 2, bytes.count)]
                index += 2
                continue
            }
            let isHigh = unit & 0xfc00 == 0xd800
            if isHigh, let low = self.unit(bytes, index + 6), low & 0xfc00 == 0xdc00 {
                output += bytes[index..<index + 12]
                index += 12
            } else {
                output += unit == 0 || unit & 0xf800 == 0xd800 ? replacement : Array(bytes[index..<index + 6])
                index += 6
            }
        }
        return output
    }

    private static func unit(_ bytes: [UInt8], _ place: Int) -> UInt32? {
        guard place + 6 <= bytes.count, bytes[place] == 0x5c, bytes[place + 1] == UInt8(ascii: "u") else { return nil }
        return UInt32(String(decoding: bytes[place + 2..<place + 6], as: UTF8.self), radix: 16)
    }
}
