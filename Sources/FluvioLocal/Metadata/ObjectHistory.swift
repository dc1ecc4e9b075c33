import Documents

/// What a metadata file says of an object beside the object itself (Fluvio: meta).
struct ObjectHistory: Equatable, Sendable {
    /// The object's name.
    var id: String
    /// Counts the times it was written.
    var revision: UInt64 = 0
    /// The topic of a partition, as it was when the partition was made.
    var parent: [ObjectHistory] = []
    /// The names of the partitions of a topic, by their kind.
    var children: [Children] = []

    /// Objects of one kind that belong to an object.
    struct Children: Equatable, Sendable {
        var kind: String
        var objects: [ObjectHistory]
    }

    init(id: String) { self.id = id }
}

extension ObjectHistory: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        id = try yaml.text("id")
        revision = try yaml.number("revision")
        if let parent = try yaml.optional("parent", ObjectHistory.init(yaml:)) { self.parent = [parent] }
        children =
            try yaml.optional("children") { node throws(YAMLError) in
                try node.entries { node throws(YAMLError) in try node.items(ObjectHistory.init(yaml:)) }
                    .map { Children(kind: $0.key, objects: $0.value) }
            } ?? []
    }

    var yaml: YAMLNode {
        let families = children.map { family in
            YAMLNode.Entry(key: family.kind, value: YAMLNode(family.objects.map(\.yaml)))
        }
        return YAMLNode([
            "id": YAMLNode(text: id),
            "revision": YAMLNode(number: revision),
            "parent": parent.first?.yaml,
            "children": families.isEmpty ? nil : YAMLNode(.mapping(families)),
        ])
    }
}
