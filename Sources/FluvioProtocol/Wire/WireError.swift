/// Why bytes could not be read as, or values not written as, the Fluvio protocol.
package struct WireError: Error, Equatable, Sendable {
    /// What was wrong.
    package enum Reason: Equatable, Sendable {
        /// `needed` more bytes were asked for and `left` were there.
        case truncated(needed: Int, left: Int)
        /// A length or count from the wire, or of a value to be written, is above what is allowed.
        case tooLong(Int, limit: Int)
        /// A length that may not be negative was.
        case negativeLength(Int)
        /// A `bool` or option tag that is neither 0 nor 1.
        case invalidBool(UInt8)
        /// Text that is not UTF-8.
        case invalidUTF8
        /// A number that names no variant of the type.
        case unknownTag(type: String, tag: Int)
        /// A varint of more than ten bytes or 64 bits.
        case varintTooLong
        /// The text label of an object kind that is not known.
        case unknownLabel(String)
        /// Something else that the type forbids.
        case invalid(String)
    }

    /// What was wrong.
    package let reason: Reason
    /// Byte position, counted from the start of what was being read or written.
    package let position: Int

    package init(_ reason: Reason, at position: Int) {
        self.reason = reason
        self.position = position
    }
}

extension WireError: CustomStringConvertible {
    /// One sentence for people, without a full stop.
    package var description: String {
        let what =
            switch reason {
            case .truncated(let needed, let left): "\(needed) more bytes needed, \(left) left"
            case .tooLong(let length, let limit): "length \(length) is above the limit of \(limit)"
            case .negativeLength(let length): "negative length \(length)"
            case .invalidBool(let byte): "\(byte) is neither 0 nor 1"
            case .invalidUTF8: "text is not UTF-8"
            case .unknownTag(let type, let tag): "\(tag) is no \(type)"
            case .varintTooLong: "varint is longer than 64 bits"
            case .unknownLabel(let label): "unknown object kind '\(label)'"
            case .invalid(let what): what
            }
        return "\(what) (at byte \(position))"
    }
}
