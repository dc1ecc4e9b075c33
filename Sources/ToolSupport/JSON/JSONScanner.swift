/// Steps through the bytes of a JSON text and checks them. The bytes must be UTF-8 already.
///
/// It makes no values: it finds where they begin and end. Nesting takes bits, not stack.
@safe
struct JSONScanner {
    /// Deepest nesting that any caller can allow: the bits of ``kinds(_:)``.
    static let deepest = 128

    let base: UnsafeRawPointer
    let end: Int
    /// Position of the next byte.
    var position = 0
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
    func byte(_ at: Int) -> UInt8 { unsafe base.load(fromByteOffset: at, as: UInt8.self) }

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
    mutating func require(_ byte: UInt8, _ expected: JSONError.Expectation) throws(JSONError) {
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
        if position < end { throw unexpected(.end) }
    }

    @inline(never)
    func unexpected(_ expected: JSONError.Expectation) -> JSONError {
        JSONError(position < end ? .expected(expected) : .endsBefore(expected), at: position)
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
    func token(_ kind: JSONKind, from start: Int, hasEscapes: Bool = false) -> JSONToken {
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
        default: throw unexpected(.value)
        }
    }

    @inline(__always)
    private mutating func literal(_ text: StaticString) throws(JSONError) {
        let start = position
        for index in 0..<text.utf8CodeUnitCount {
            guard unsafe next == text.utf8Start[index] else {
                position = start
                throw unexpected(.value)
            }
            position += 1
        }
    }

    @inline(__always)
    private mutating func number() throws(JSONError) {
        _ = take(UInt8(ascii: "-"))
        if take(UInt8(ascii: "0")) {
            if let next, isDigit(next) { throw JSONError(.leadingZero, at: position - 1) }
        } else {
            try digits()
        }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
    }

    @inline(__always)
    private mutating func digits() throws(JSONError) {
        let start = position
        while position < end, isDigit(byte(position)) { position += 1 }
        if position == start { throw unexpected(.digit) }
    }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
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
                guard byte == close else { throw unexpected(isObject ? .commaOrBrace : .commaOrBracket) }
            case .nameOrEnd where byte == UInt8(ascii: "}"), .valueOrEnd where byte == UInt8(ascii: "]"): break
            case .name, .nameOrEnd:
                _ = try string()
                skipSpace()
                try require(UInt8(ascii: ":"), .colon)
                expected = .value
                continue
            case .value, .valueOrEnd:
                expected = .separator
                switch byte {
                case UInt8(ascii: "\""): _ = try string()
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    guard depth < limit else { throw JSONError(.tooDeep, at: position) }
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
