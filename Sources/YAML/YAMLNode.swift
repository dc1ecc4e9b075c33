/// A piece of a YAML document.
package struct YAMLNode: Equatable, Sendable {
    /// As in `!computed`; nil: the kind of the content says it all.
    package var tag: String?
    package var content: Content

    /// What a piece can be.
    package indirect enum Content: Equatable, Sendable {
        /// Text as it stands, without quotes.
        case scalar(String, quoted: Bool)
        case sequence([YAMLNode])
        /// In the order of the document.
        case mapping([Entry])
    }

    /// A key of a mapping with its value.
    package struct Entry: Equatable, Sendable {
        package var key: String
        package var value: YAMLNode

        package init(key: String, value: YAMLNode) {
            self.key = key
            self.value = value
        }
    }

    package init(_ content: Content, tag: String? = nil) {
        self.tag = tag
        self.content = content
    }

    /// A text. It is written in quotes if a reader would take it for something else without them.
    package init(text: String) { self.init(.scalar(text, quoted: YAMLScalar.needsQuotes(text))) }

    package init<T: FixedWidthInteger>(number: T) { self.init(.scalar(String(number), quoted: false)) }

    package init(_ flag: Bool) { self.init(.scalar(flag ? "true" : "false", quoted: false)) }

    package init(_ items: [YAMLNode]) { self.init(.sequence(items)) }

    /// A mapping in the given order; a nil value leaves its key out.
    package init(_ entries: KeyValuePairs<String, YAMLNode?>, tag: String? = nil) {
        self.init(
            .mapping(entries.compactMap { key, value in value.map { Entry(key: key, value: $0) } }), tag: tag)
    }

    package static let null = YAMLNode(.scalar("null", quoted: false))

    /// The value, or null in place of an absent one.
    package static func orNull<T>(_ value: T?, _ make: (T) -> YAMLNode) -> YAMLNode { value.map(make) ?? null }

    /// Whether it stands for nothing: `null`, `~` or an empty place.
    package var isNull: Bool {
        if case .scalar(let text, quoted: false) = content { YAMLScalar.nulls.contains(text) } else { false }
    }
}

/// Scalars without quotes that are not text (YAML 1.2 core schema, and what YAML 1.1 adds).
package enum YAMLScalar {
    package static let nulls: Set<String> = ["", "~", "null", "Null", "NULL"]
    private static let words: Set<String> = [
        "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", "+.inf", "-.inf", ".nan",
    ]

    /// Whether a text would be read as null, a boolean or a number if it stood without quotes.
    package static func needsQuotes(_ text: String) -> Bool {
        if nulls.contains(text) || words.contains(text.lowercased()) { return true }
        var body = text[...]
        if let sign = body.first, sign == "+" || sign == "-" { body = body.dropFirst() }
        guard let first = body.utf8.first else { return false }
        if body.hasPrefix("0x") || body.hasPrefix("0o") || body.hasPrefix("0b") { return true }
        guard (0x30...0x39).contains(first) || first == UInt8(ascii: ".") else { return false }
        return Double(body) != nil
    }
}
