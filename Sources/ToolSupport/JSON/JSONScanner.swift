/// Steps through the bytes of a JSON text and checks them. The bytes must be UTF-8 already.
///
/// It makes no values: it finds where they begin and end. Nesting takes bits, not stack.
@safe
struct JSONScanner {
    /// Deepest nesting that any caller can allow: the bits of ``kinds(_:)``.
    static let deepest = 128

    private let base: UnsafeRawPointer
    private let end: Int
    /// Position of the next byte.
    private(set) var position = 0
    /// Whether a line feed or carriage return has been passed, which can only be white space.
    private(set) var hasLineBreak = false

    init(_ bytes: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; none of its bytes is ever looked at.
        let nothing: StaticString = ""
        unsafe base = bytes.baseAddress ?? UnsafeRawPointer(nothing.utf8Start)
        end = bytes.count
    }

    /// The next byte, or nil at the end.
    @inline(__always)
    var next: UInt8? { position < end ? unsafe base.load(fromByteOffset: position, as: UInt8.self) : nil }

    @inline(__always)
    private func byte(_ at: Int) -> UInt8 { unsafe base.load(fromByteOffset: at, as: UInt8.self) }

    @inline(__always)
    mutating func skipSpace() {
        while position < end {
            let byte = byte(position)
            guard byte <= 0x20 else { return }
            switch byte {
            case 0x20, 0x09: break
            case 0x0a, 0x0d: hasLineBreak = true
            default: return
            }
            position += 1
        }
    }

    /// Passes over that byte, or says what was expected.
    @inline(__always)
    mutating func require(_ byte: UInt8, _ expected: StaticString) throws(JSONError) {
        guard next == byte else { throw unexpected(expected) }
        position += 1
    }

    /// Passes over that byte if it is next.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// White space, then the end.
    mutating func requireEnd() throws(JSONError) {
        skipSpace()
        if position < end { throw unexpected("nothing more") }
    }

    @inline(never)
    func unexpected(_ expected: StaticString) -> JSONError {
        JSONError(position < end ? "expected \(expected)" : "ends where \(expected) is expected", at: position)
    }

    /// Passes over a value that begins here.
    mutating func value(maximumDepth: Int) throws(JSONError) -> JSONToken {
        let start = position
        let kind: JSONKind
        switch next {
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "{"):
            kind = .object
            try container(maximumDepth: maximumDepth)
        case UInt8(ascii: "["):
            kind = .array
            try container(maximumDepth: maximumDepth)
        default: kind = try scalar()
        }
        return token(kind, from: start)
    }

    @inline(__always)
    private func token(_ kind: JSONKind, from start: Int, hasEscapes: Bool = false) -> JSONToken {
        unsafe JSONToken(
            kind: kind, bytes: UnsafeRawBufferPointer(start: base + start, count: position - start),
            hasEscapes: hasEscapes)
    }

    /// Passes over a number or a literal.
    @inline(__always)
    private mutating func scalar() throws(JSONError) -> JSONKind {
        switch next {
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool
        case UInt8(ascii: "f"):
            try literal("false")
            return .bool
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        case let byte? where byte == UInt8(ascii: "-") || isDigit(byte):
            try number()
            return .number
        default: throw unexpected("a value")
        }
    }

    private mutating func literal(_ text: StaticString) throws(JSONError) {
        let start = position
        for index in 0..<text.utf8CodeUnitCount {
            guard unsafe next == text.utf8Start[index] else {
                position = start
                throw unexpected("a value")
            }
            position += 1
        }
    }

    private mutating func number() throws(JSONError) {
        _ = take(UInt8(ascii: "-"))
        if take(UInt8(ascii: "0")) {
            if let next, isDigit(next) { throw JSONError("a number begins with 0", at: position - 1) }
        } else {
            try digits()
        }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
    }

    private mutating func digits() throws(JSONError) {
        guard let first = next, isDigit(first) else { throw unexpected("a digit") }
        repeat { position += 1 } while next.map(isDigit) ?? false
    }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}

// MARK: - Strings

extension JSONScanner {
    /// Passes over a string that begins here.
    @inline(__always)
    mutating func string() throws(JSONError) -> JSONToken {
        let start = position
        guard next == UInt8(ascii: "\"") else { throw unexpected("a string") }
        var index = position + 1
        var hasEscapes = false
        while true {
            while index + 8 <= end {
                let word = UInt64(littleEndian: unsafe base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let found = Self.special(word)
                if found != 0 {
                    index += found.trailingZeroBitCount >> 3
                    break
                }
                index += 8
            }
            guard index < end else { throw JSONError("a string does not end", at: start) }
            switch byte(index) {
            case UInt8(ascii: "\""):
                position = index + 1
                return token(.string, from: start, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                index = try escape(at: index)
            case 0..<0x20: throw JSONError("a control character in a string", at: index)
            default: index += 1
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

    /// Checks the escape at `index` and gives the position behind it.
    private func escape(at index: Int) throws(JSONError) -> Int {
        guard index + 1 < end else { throw JSONError("a string does not end", at: index) }
        switch byte(index + 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return index + 2
        case UInt8(ascii: "u"):
            guard let unit = codeUnit(at: index) else { throw JSONError("\\u without four hex digits", at: index) }
            guard unit & 0xf800 == 0xd800 else { return index + 6 }
            guard unit < 0xdc00, let low = codeUnit(at: index + 6), low & 0xfc00 == 0xdc00 else {
                throw JSONError("half a surrogate pair", at: index)
            }
            return index + 12
        default: throw JSONError("an unknown escape", at: index)
        }
    }

    /// The number of the `\uXXXX` at `index`, nil if there is none.
    private func codeUnit(at index: Int) -> UInt32? {
        guard index + 6 <= end, byte(index) == UInt8(ascii: "\\"), byte(index + 1) == UInt8(ascii: "u") else {
            return nil
        }
        return unsafe JSONScratch.hexadecimal(base + index + 2)
    }
}

// MARK: - Arrays and objects

extension JSONScanner {
    /// What may come next inside an array or object.
    private enum Expected { case value, valueOrEnd, name, nameOrEnd, separator }

    /// Passes over the array or object that begins here.
    private mutating func container(maximumDepth: Int) throws(JSONError) {
        let limit = min(maximumDepth, Self.deepest)
        // One bit a level: whether it is an object.
        var kinds: UInt128 = 0
        var depth = 0
        var expected = Expected.value
        while true {
            skipSpace()
            let byte = next
            let isObject = kinds & 1 != 0
            switch expected {
            case .separator:
                if byte == UInt8(ascii: ",") {
                    position += 1
                    expected = isObject ? .name : .value
                    continue
                }
                let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
                guard byte == close else { throw unexpected(isObject ? "a comma or }" : "a comma or ]") }
            case .nameOrEnd where byte == UInt8(ascii: "}"), .valueOrEnd where byte == UInt8(ascii: "]"): break
            case .name, .nameOrEnd:
                _ = try string()
                skipSpace()
                try require(UInt8(ascii: ":"), "a colon")
                expected = .value
                continue
            case .value, .valueOrEnd:
                expected = .separator
                switch byte {
                case UInt8(ascii: "\""): _ = try string()
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    guard depth < limit else { throw JSONError("nested deeper than \(limit)", at: position) }
                    let opensObject = byte == UInt8(ascii: "{")
                    depth += 1
                    kinds = kinds << 1 | (opensObject ? 1 : 0)
                    expected = opensObject ? .nameOrEnd : .valueOrEnd
                    position += 1
                default: _ = try scalar()
                }
                continue
            }
            position += 1
            depth -= 1
            kinds >>= 1
            expected = .separator
            if depth == 0 { return }
        }
    }
}
