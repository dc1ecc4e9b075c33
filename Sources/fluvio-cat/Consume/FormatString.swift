import ToolSupport

/// A format of records as `-f` gives it, in kcat's letters, with an encoding or a word for null in braces.
struct FormatString: Equatable, Sendable {
    /// How bytes are written.
    enum Encoding: Equatable, Sendable {
        case plain, base64, hex, json
    }

    enum Item: Equatable, Sendable {
        case text([UInt8])
        case topic
        case partition
        case offset
        /// Milliseconds, -1 for none.
        case timestamp
        /// RFC 3339, or these bytes for none.
        case time(none: [UInt8])
        /// With what stands for no key.
        case key(Encoding, none: [UInt8])
        case value(Encoding)
        /// -1 for no key.
        case keySize
        case valueSize
        /// As four bytes, big-endian; -1 for no key.
        case binaryKeySize
        case binaryValueSize
    }

    var items: [Item]

    init(_ items: [Item]) { self.items = items }

    /// Reads a format.
    init(parsing text: String) throws(ValueError) {
        items = []
        var literal: [UInt8] = []
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "\\": literal += try Self.escape(&rest, of: text)
            case "%":
                let item = try Self.item(&rest, of: text)
                guard let item else {
                    literal.append(UInt8(ascii: "%"))
                    continue
                }
                if !literal.isEmpty { items.append(.text(literal)) }
                literal = []
                items.append(item)
            default: literal += String(character).utf8
            }
        }
        if !literal.isEmpty { items.append(.text(literal)) }
    }

    /// `\n`, `\r`, `\t`, `\0`, `\\`, `\xNN`, `\NNN` (octal).
    private static func escape(_ rest: inout Substring, of text: String) throws(ValueError) -> [UInt8] {
        let octal = rest.prefix(3)
        if octal.count == 3, octal.utf8.allSatisfy({ (0x30...0x37).contains($0) }), let byte = UInt8(octal, radix: 8) {
            rest = rest.dropFirst(3)
            return [byte]
        }
        let length = rest.first == "x" ? 3 : 1
        let escape = "\\" + rest.prefix(length)
        rest = rest.dropFirst(length)
        return try ByteStrings.parse(escape)
    }

    /// What stands behind `%`; nil for a percent sign.
    private static func item(_ rest: inout Substring, of text: String) throws(ValueError) -> Item? {
        var letter = rest.popFirst()
        var modifiers = ""
        if letter == "{" {
            guard let end = rest.firstIndex(of: "}"), end != rest.startIndex else {
                throw ValueError("'\(text)' has %{ without a letter and }")
            }
            letter = rest.popFirst()
            modifiers = String(rest[..<end])
            rest = rest[rest.index(after: end)...]
        }
        let null = modifiers.firstIndex(of: "?").map { Array(modifiers[modifiers.index(after: $0)...].utf8) }
        let word = modifiers.prefix { $0 != "?" }
        guard let letter, word.isEmpty || word.first == ":" else { throw ValueError("'\(text)' ends behind a %") }
        switch (letter, word.dropFirst()) {
        case ("%", ""): return nil
        case ("t", ""): return .topic
        case ("p", ""): return .partition
        case ("o", ""): return .offset
        case ("T", ""): return .timestamp
        case ("T", "iso"): return .time(none: null ?? [])
        case ("K", ""): return .keySize
        case ("S", ""): return .valueSize
        case ("R", ""): return .binaryValueSize
        case ("H", ""): return .binaryKeySize
        // Fluvio has no headers, so there are none to write.
        case ("h", ""): return .text([])
        case ("k", let name): return .key(try encoding(name, of: text), none: null ?? [])
        case ("s", let name): return .value(try encoding(name, of: text))
        default:
            throw ValueError(
                "'\(text)' has an unknown %\(letter)\(word); known are %t %p %o %T %k %K %s %S %R %h %%, and :base64, "
                    + ":hex, :json and :iso in braces")
        }
    }

    private static func encoding(_ name: Substring, of text: String) throws(ValueError) -> Encoding {
        switch name {
        case "": .plain
        case "base64": .base64
        case "hex": .hex
        case "json": .json
        default: throw ValueError("'\(text)': '\(name)' is none of base64, hex, json")
        }
    }
}

extension ValueKind where Value == FormatString {
    static var format: ValueKind { ValueKind("FORMAT") { text throws(ValueError) in try FormatString(parsing: text) } }
}

extension FormatString {
    /// Appends one record. `topic` is its name in UTF-8.
    func write(
        topic: [UInt8], partition: UInt32, offset: Int64, timestamp: Int64, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer, to output: inout OutputWriter
    ) throws(OutputError) {
        for item in items {
            switch item {
            case .text(let bytes): try output.append(bytes)
            case .topic: try output.append(topic)
            case .partition: try output.append(number: Int64(partition))
            case .offset: try output.append(number: offset)
            case .timestamp: try output.append(number: timestamp)
            case .time(let none):
                if let text = UTCTime.text(timestamp) { try output.append(text) } else { try output.append(none) }
            case .key(let encoding, let none):
                if let key = unsafe key {
                    try unsafe Self.write(key, encoding, to: &output)
                } else {
                    try output.append(none)
                }
            case .value(let encoding): try unsafe Self.write(value, encoding, to: &output)
            case .keySize: try output.append(number: unsafe key.map { Int64($0.count) } ?? -1)
            case .valueSize: try output.append(number: Int64(value.count))
            case .binaryKeySize: try output.append(bigEndian: unsafe key.map { Int32(clamping: $0.count) } ?? -1)
            case .binaryValueSize: try output.append(bigEndian: Int32(clamping: value.count))
            }
        }
    }

    private static func write(
        _ bytes: UnsafeRawBufferPointer, _ encoding: Encoding, to output: inout OutputWriter
    ) throws(OutputError) {
        switch encoding {
        case .plain: try unsafe output.append(bytes)
        case .base64: try unsafe output.append(base64: bytes)
        case .hex: try unsafe output.append(hexadecimal: bytes)
        case .json: try unsafe output.append(json: bytes)
        }
    }
}
