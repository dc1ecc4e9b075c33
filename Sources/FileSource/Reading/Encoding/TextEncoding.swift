import ToolSupport

/// How the text of files is encoded. Records are UTF-8; offsets are those of the file.
struct TextEncoding: Equatable, Sendable {
    /// What iconv(3) calls it.
    let name: String
    /// As it was given.
    let text: String
    /// Bytes of the shortest character; characters begin at multiples of it.
    let unit: Int
    /// The mark that a file may begin with says the order of its bytes; without one the low byte is first.
    let isMarked: Bool

    /// - Throws: what is wrong with a name.
    init(_ text: String) throws(ValueError) {
        self.text = text
        let canonical = text.uppercased().filter { $0 != "-" && $0 != "_" }
        (isMarked, name) =
            switch canonical {
            case "UTF8": (false, "UTF-8")
            case "UTF16": (true, "UTF-16LE")
            case "UTF32": (true, "UTF-32LE")
            case "LATIN1", "ISO88591": (false, "ISO-8859-1")
            default: (false, text)
            }
        // What ends lines there says how long characters are.
        unit = try TextDecoder.bytes(of: [0x0a], in: name, text).count
    }

    private init(_ encoding: TextEncoding, name: String) {
        (self.name, text, unit, isMarked) = (name, encoding.text, encoding.unit, false)
    }

    /// The encoding of a file that begins with these bytes, ``unit`` of them.
    func resolved(_ beginning: [UInt8]) -> TextEncoding {
        guard isMarked else { return self }
        let isBig = unit == 2 ? beginning == [0xfe, 0xff] : beginning == [0, 0, 0xfe, 0xff]
        return TextEncoding(self, name: isBig ? name.dropLast(2) + "BE" : name)
    }

    /// Whether bytes that end records can be found without looking at each character: in encodings of several bytes whose
    /// first byte is another's second, only control characters and the marks before the digits can.
    func canBe(delimiter: [UInt8]) -> Bool {
        let known = ["UTF", "UCS", "ISO-8859", "LATIN", "WINDOWS-125", "CP125", "KOI8", "EUC"]
        let upper = name.uppercased()
        return known.contains { upper.hasPrefix($0) } || delimiter.allSatisfy { $0 < 0x30 }
    }
}

extension ValueKind where Value == TextEncoding {
    /// A name that iconv(3) knows.
    static var encoding: ValueKind {
        ValueKind(
            "NAME",
            completion: .choices(["utf-8", "utf-16", "utf-16le", "utf-16be", "latin1", "windows-1252", "shift_jis"]),
            format: { $0.text }
        ) { text throws(ValueError) in try TextEncoding(text) }
    }
}

/// What is done about bytes that are no text in the encoding.
enum InvalidPolicy: String, CaseIterable, Sendable {
    /// U+FFFD stands for them.
    case replace
    /// The line is not of the format.
    case refuse
}
