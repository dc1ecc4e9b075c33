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
        /// Whether the key is written in quotes.
        package var quoted: Bool

        package init(key: String, value: YAMLNode, quoted: Bool = false) {
            self.key = key
            self.value = value
            self.quoted = quoted
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

/// Which texts YAML would take for something else.
package enum YAMLScalar {
    package static let nulls: Set<String> = ["", "~", "null", "Null", "NULL"]

    /// Whether a reader of YAML 1.1 or 1.2 would make a number, a truth value, null, a date or a merge of it.
    package static func needsQuotes(_ text: String) -> Bool {
        switch text.lowercased() {
        case "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<", ".nan", ".inf", "-.inf",
            "+.inf":
            return true
        default: break
        }
        var rest = Array(text.utf8)[...]
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        if rest.first == UInt8(ascii: ".") { rest.removeFirst() }
        guard let first = rest.first, first &- UInt8(ascii: "0") < 10 else { return false }
        // Digits, separators and exponents of all notations: decimal, 0x1f, 0o17, 0b1, 1_000, 1e9, 1:30:00, 2026-09-22.
        // A few texts more get quotes than need them; none gets fewer.
        let radix = rest.prefix(2).elementsEqual("0x".utf8)
        return rest.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"),
                UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "o"),
                UInt8(ascii: "x"), UInt8(ascii: "b"), UInt8(ascii: "T"), UInt8(ascii: "Z"), UInt8(ascii: "t"),
                UInt8(ascii: "z"), UInt8(ascii: " "):
                true
            default: radix && (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
            }
        }
    }
}
