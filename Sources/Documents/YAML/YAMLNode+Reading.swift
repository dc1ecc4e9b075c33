// What a reader asks of a document. Every answer is checked, and an error says where it was missed.
extension YAMLNode {
    /// The value of a key; nil: it is absent or null.
    package func optional(_ key: String) throws(YAMLError) -> YAMLNode? {
        guard case .mapping(let entries) = content else { throw YAMLError("not a mapping") }
        guard let value = entries.first(where: { $0.key == key })?.value, !value.isNull else { return nil }
        return value
    }

    /// What `read` makes of the value of a key that must be there.
    package func field<T>(_ key: String, _ read: (YAMLNode) throws(YAMLError) -> T) throws(YAMLError) -> T {
        guard let value = try optional(key) else { throw YAMLError("missing", at: key) }
        do throws(YAMLError) { return try read(value) } catch { throw error.inside(key) }
    }

    /// What `read` makes of the value of a key; nil: it is absent or null.
    package func optional<T>(_ key: String, _ read: (YAMLNode) throws(YAMLError) -> T) throws(YAMLError) -> T? {
        guard let value = try optional(key) else { return nil }
        do throws(YAMLError) { return try read(value) } catch { throw error.inside(key) }
    }

    /// A text, or anything else that stands alone.
    package func text() throws(YAMLError) -> String {
        guard case .scalar(let text, _) = content else { throw YAMLError("not a text") }
        return text
    }

    package func number<T: FixedWidthInteger>() throws(YAMLError) -> T {
        let text = try text()
        guard let number = T(text) else { throw YAMLError("'\(text)' is no number from \(T.min) to \(T.max)") }
        return number
    }

    package func flag() throws(YAMLError) -> Bool {
        switch try text() {
        case "true": return true
        case "false": return false
        case let text: throw YAMLError("'\(text)' is neither true nor false")
        }
    }

    /// What `read` makes of each item.
    package func items<T>(_ read: (YAMLNode) throws(YAMLError) -> T) throws(YAMLError) -> [T] {
        guard case .sequence(let items) = content else { throw YAMLError("not a list") }
        var values: [T] = []
        for (index, item) in items.enumerated() {
            do throws(YAMLError) { values.append(try read(item)) } catch { throw error.inside("[\(index)]") }
        }
        return values
    }

    /// The keys of a mapping with what `read` makes of their values, in the order of the document.
    package func entries<T>(_ read: (YAMLNode) throws(YAMLError) -> T) throws(YAMLError) -> [(key: String, value: T)] {
        guard case .mapping(let entries) = content else { throw YAMLError("not a mapping") }
        var values: [(String, T)] = []
        for entry in entries {
            do throws(YAMLError) { values.append((entry.key, try read(entry.value))) } catch {
                throw error.inside(entry.key)
            }
        }
        return values
    }

    /// The case that a text names.
    package func word<T>(_ words: KeyValuePairs<String, T>) throws(YAMLError) -> T {
        let text = try text()
        guard let value = words.first(where: { $0.key == text })?.value else {
            throw YAMLError("'\(text)' is none of \(words.map(\.key).joined(separator: ", "))")
        }
        return value
    }
}

// The same of the value of a key, which must be there unless the name says optional.
extension YAMLNode {
    package func text(_ key: String) throws(YAMLError) -> String {
        try field(key) { node throws(YAMLError) in try node.text() }
    }

    package func flag(_ key: String) throws(YAMLError) -> Bool {
        try field(key) { node throws(YAMLError) in try node.flag() }
    }

    package func number<T: FixedWidthInteger>(_ key: String) throws(YAMLError) -> T {
        try field(key) { node throws(YAMLError) in try node.number() }
    }

    package func numbers<T: FixedWidthInteger>(_ key: String) throws(YAMLError) -> [T] {
        try list(key) { node throws(YAMLError) in try node.number() }
    }

    package func list<T>(_ key: String, _ read: (YAMLNode) throws(YAMLError) -> T) throws(YAMLError) -> [T] {
        try field(key) { node throws(YAMLError) in try node.items(read) }
    }

    package func optionalText(_ key: String) throws(YAMLError) -> String? {
        try optional(key) { node throws(YAMLError) in try node.text() }
    }

    package func optionalNumber<T: FixedWidthInteger>(_ key: String) throws(YAMLError) -> T? {
        try optional(key) { node throws(YAMLError) in try node.number() }
    }
}
