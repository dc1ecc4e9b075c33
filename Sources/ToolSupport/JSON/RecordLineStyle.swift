/// How a record's value stands in its JSON line.
package enum ValueStyle: String, Sendable, CaseIterable {
    /// As a JSON string; as base64 where the bytes are not UTF-8.
    case text
    /// As it is, where it is exactly one JSON text without line breaks and surrounding white space; else as `text`.
    case json
    /// As base64, always.
    case base64
}

/// What the members of a record's JSON line are called.
package enum RecordNames: String, Sendable, CaseIterable {
    /// As ``RecordFields`` says.
    case fluvio
    /// As kcat -J calls them: `tstype` and `ts` for the timestamp, `payload` for the value.
    case kcat
}

/// Members of a record's JSON line, in the order in which they stand.
package struct RecordFields: OptionSet, Sendable {
    /// The bits.
    package let rawValue: Int
    /// From bits.
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// `topic`, a string.
    package static let topic = RecordFields(rawValue: 1)
    /// `partition`, a number.
    package static let partition = RecordFields(rawValue: 2)
    /// `offset`, a number.
    package static let offset = RecordFields(rawValue: 4)
    /// `timestamp`, in milliseconds UTC, or null.
    package static let timestamp = RecordFields(rawValue: 8)
    /// `time`, the timestamp as RFC 3339 with milliseconds, or null. Only on request.
    package static let time = RecordFields(rawValue: 16)
    /// `key`, a string or null, with `key_enc` where it is base64.
    package static let key = RecordFields(rawValue: 32)
    /// `value`, with `value_enc` where it is not text.
    package static let value = RecordFields(rawValue: 64)

    /// The six that are always there: what makes a line a record that can be read back.
    package static let envelope: RecordFields = [.topic, .partition, .offset, .timestamp, .key, .value]
}

/// How record lines are written.
package struct RecordLineStyle: Equatable, Sendable {
    /// What the members are called.
    package var names: RecordNames
    /// How values stand there.
    package var value: ValueStyle
    /// Which members there are.
    package var fields: RecordFields
    /// Whether all above U+007E is escaped.
    package var escapesNonASCII: Bool
    /// Whether each line begins with 0x1E (RFC 7464).
    package var isSequence: Bool

    /// The default lines, or some of their properties changed.
    package init(
        names: RecordNames = .fluvio, value: ValueStyle = .text, fields: RecordFields = .envelope,
        escapesNonASCII: Bool = false, isSequence: Bool = false
    ) {
        self.names = names
        self.value = value
        self.fields = fields
        self.escapesNonASCII = escapesNonASCII
        self.isSequence = isSequence
    }
}
