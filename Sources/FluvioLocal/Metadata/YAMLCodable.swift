import Documents
import FluvioProtocol

/// A value that has a shape in metadata files, which is Fluvio's own (protocol: on-disk format).
protocol YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError)
    var yaml: YAMLNode { get }
}

/// An enum whose cases are words in metadata files.
protocol YAMLWord: YAMLCodable, FluvioWord {}

extension YAMLWord {
    init(yaml: YAMLNode) throws(YAMLError) { self = try yaml.word(Self.words) }

    var yaml: YAMLNode { YAMLNode(text: word) }
}
