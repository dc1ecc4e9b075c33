/// A value that has a shape in metadata files, which is Fluvio's own (protocol: on-disk format).
protocol YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError)
    var yaml: YAMLNode { get }
}

/// An enum whose cases are words in metadata files.
protocol YAMLWord: YAMLCodable, Equatable {
    static var yamlWords: KeyValuePairs<String, Self> { get }
}

extension YAMLWord {
    init(yaml: YAMLNode) throws(YAMLError) { self = try yaml.word(Self.yamlWords) }

    var yaml: YAMLNode {
        // Every case is in the list; the tests go through them.
        YAMLNode(text: Self.yamlWords.first { $0.value == self }?.key ?? "")
    }
}
