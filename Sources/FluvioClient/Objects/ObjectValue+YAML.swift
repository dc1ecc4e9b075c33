import Documents

extension ObjectValue {
    /// The value as one YAML document without markers, in the official client's shape: block style, `!name` before the
    /// content of a variant, quotes only where a text would be read as something else.
    public func yaml() -> [UInt8] {
        // JSON is YAML too: what libyaml refuses is not lost.
        (try? YAMLEmitter.text(of: node(tag: nil))) ?? json(isIndented: true) + [UInt8(ascii: "\n")]
    }

    private func node(tag: String?) -> YAMLNode {
        let node: YAMLNode
        switch self {
        case .null: node = .null
        case .bool(let value): node = YAMLNode(value)
        case .int(let value): node = YAMLNode(number: value)
        case .string(let text): node = YAMLNode(text: text)
        case .array(let elements): node = YAMLNode(elements.map { $0.node(tag: nil) })
        case .object(let members):
            node = YAMLNode(
                .mapping(
                    members.map {
                        YAMLNode.Entry(
                            key: $0.name, value: $0.value.node(tag: nil), quoted: YAMLScalar.needsQuotes($0.name))
                    }))
        case .numbered(let members):
            node = YAMLNode(
                .mapping(members.map { YAMLNode.Entry(key: "\($0.number)", value: $0.value.node(tag: nil)) }))
        // YAML has one tag a node: of a variant right within a variant, the outer one becomes a mapping, as in JSON.
        case .variant(let name, let value):
            if tag == nil { return value.node(tag: "!" + name) }
            return ObjectValue.object([Member(name, value)]).node(tag: tag)
        }
        return YAMLNode(node.content, tag: tag)
    }
}
