/// Why bytes are no JSON text, and where.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, as a phrase without a full stop.
    package let reason: String
    /// Position of the offending byte, from 0.
    package let position: Int

    /// `reason at byte N`, N from 1 as editors count.
    package var description: String { "\(reason) at byte \(position + 1)" }
}

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
}

/// Questions about whole JSON texts (RFC 8259, UTF-8).
package enum JSONText {
    /// Deepest nesting of arrays and objects.
    package static let maximumDepth = 100

    /// Whether the bytes are exactly one JSON text that can stand in a line as it is: valid, without raw CR and LF and
    /// surrounding white space, nested no deeper than ``maximumDepth``.
    package static func isSpliceable(_ bytes: UnsafeRawBufferPointer) -> Bool { false }

    /// Checks one JSON text, white space around it allowed, and gives its value's slice.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer, maximumDepth: Int = JSONText.maximumDepth
    ) throws(JSONError) -> JSONToken {
        throw JSONError(reason: "not a JSON text", position: 0)
    }
}

/// A dotted path into JSON texts, such as `.user.id` or `items[0].name` (the first dot may be left out).
package struct JSONPath: Equatable, Sendable {
    /// One step down.
    package enum Step: Equatable, Sendable {
        /// To a member, by the UTF-8 of its name.
        case member([UInt8])
        /// To an element, from 0.
        case element(Int)
    }

    /// The steps from the whole text down.
    package let steps: [Step]

    /// Reads a path; nil for what is none (an empty step, an unclosed bracket).
    package init?(_ text: String) { return nil }

    /// The value at the path, nil if there is none. Of a member that is there twice, the last counts, as in jq.
    package func find(in text: UnsafeRawBufferPointer) throws(JSONError) -> JSONToken? { nil }
}
