/// Names of objects as names of files.
enum FileName {
    /// The name with every byte as `%XX` that is not a letter, digit, `-`, `_` or inner dot: no name leads out of its
    /// directory or hides in it. Names that topics may have stay as they are. Nil: it would be too long for a file.
    static func encode(_ name: String) -> String? {
        var text = ""
        for (index, byte) in name.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: ".") where index > 0: text += "."
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return (1...200).contains(text.utf8.count) ? text : nil
    }
}
