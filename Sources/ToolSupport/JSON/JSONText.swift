import CJSONText

/// Kind of a JSON value.
package enum JSONKind: Equatable, Sendable {
    /// A string, its token with the quotes.
    case string
    /// A number, as it was written.
    case number
    /// An object.
    case object
    /// An array.
    case array
    /// `true` or `false`.
    case bool
    /// `null`.
    case null
}

/// A JSON value as a slice of the text it stands in, byte for byte as it was written there.
@safe
package struct JSONToken {
    /// Kind of the value.
    package let kind: JSONKind
    /// The bytes of the value: of a string with its quotes.
    package let bytes: UnsafeRawBufferPointer
    /// Whether a string holds a backslash, so that its bytes differ from its meaning.
    package let hasEscapes: Bool

    init(kind: JSONKind, bytes: UnsafeRawBufferPointer, hasEscapes: Bool = false) {
        self.kind = kind
        unsafe self.bytes = bytes
        self.hasEscapes = hasEscapes
    }
}

/// Questions about whole JSON texts (RFC 8259, UTF-8). Stricter than the grammar in one thing: an escape of half a
/// surrogate pair is an error, since no bytes stand for it.
package enum JSONText {
    /// Deepest nesting of arrays and objects.
    package static let maximumDepth = 100

    /// Whether the bytes are exactly one JSON text that can stand in a line as it is: valid, without raw CR and LF and
    /// surrounding white space, nested no deeper than ``maximumDepth``.
    package static func isSpliceable(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard unsafe isUTF8(bytes) else { return false }
        var scanner = unsafe JSONScanner(bytes)
        guard (try? scanner.value(maximumDepth: maximumDepth)) != nil else { return false }
        return scanner.position == bytes.count && !scanner.hasLineBreak
    }

    /// Checks one JSON text, white space around it allowed, and gives its value's slice.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer, maximumDepth: Int = JSONText.maximumDepth
    ) throws(JSONError) -> JSONToken {
        try unsafe requireUTF8(bytes)
        var scanner = unsafe JSONScanner(bytes)
        scanner.skipSpace()
        let token = try scanner.value(maximumDepth: maximumDepth)
        try scanner.requireEnd()
        return token
    }

    /// Whether the bytes are UTF-8.
    @inline(__always)
    package static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return true }
        return unsafe cjsontext_is_utf8(base, bytes.count) != 0
    }

    /// Refuses what is not UTF-8 with the position of the first wrong byte sequence.
    static func requireUTF8(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        if unsafe isUTF8(bytes) { return }
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = unsafe bytes.makeIterator()
        var position = 0
        while case .valid(let scalar) = unsafe decoder.parseScalar(from: &iterator) { position += scalar.count }
        throw JSONError(.notUTF8, at: position)
    }
}
