import Unix

extension ValueKind where Value == [UInt8] {
    /// Bytes with escapes: see ``ByteStrings/parse(_:)``.
    package static func bytes(_ name: String = "BYTES") -> ValueKind {
        ValueKind(name, format: { $0.isEmpty ? nil : ByteStrings.text($0) }, parse: ByteStrings.parse)
    }
}

/// Byte strings as text, for delimiters and separators.
package enum ByteStrings {
    /// Reads bytes: text stands for its UTF-8 (or what bytes it was given as), and `\n`, `\r`, `\t`, `\0`, `\\` and `\xNN` for what they do in C.
    package static func parse(_ text: String) throws(ValueError) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Unix.bytes(of: text)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "r"): bytes.append(UInt8(ascii: "\r"))
            case UInt8(ascii: "t"): bytes.append(UInt8(ascii: "\t"))
            case UInt8(ascii: "0"): bytes.append(0)
            case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "x"):
                guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal)
                else { throw ValueError("'\(text)' has \\x without two hexadecimal digits") }
                bytes.append(high << 4 | low)
            case nil: throw ValueError("'\(text)' ends in a lone backslash: \\\\ is wanted")
            case .some:
                throw ValueError("'\(text)' has an unknown escape: \\n, \\r, \\t, \\0, \\\\ and \\xNN are known")
            }
        }
        return bytes
    }

    /// Writes bytes so that ``parse(_:)`` reads them back, in ASCII.
    package static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return bytes.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "\n"): text += "\\n"
            case UInt8(ascii: "\r"): text += "\\r"
            case UInt8(ascii: "\t"): text += "\\t"
            case 0: text += "\\0"
            case UInt8(ascii: "\\"): text += "\\\\"
            case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
