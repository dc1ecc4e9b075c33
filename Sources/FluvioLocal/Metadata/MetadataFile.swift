import Documents
import FluvioProtocol

/// An object as it stands in a file of its own.
struct MetadataFile<Spec: WireSpec>: Equatable, Sendable
where Spec: YAMLCodable, Spec.Status: YAMLCodable {
    var history: ObjectHistory
    var object: Metadata<Spec>

    /// The version of the shape (Fluvio: the tag in front of the document).
    private static var tag: String { "!1.0.0" }

    init(_ object: Metadata<Spec>, history: ObjectHistory? = nil) {
        self.object = object
        self.history = history ?? ObjectHistory(id: object.name)
    }

    /// Reads the content of a file.
    init(_ bytes: [UInt8]) throws(YAMLError) {
        let document = try YAMLParser.parse(bytes)
        guard document.tag == Self.tag else {
            throw YAMLError("the document is of version \(document.tag ?? "none"), not \(Self.tag)")
        }
        history = try document.field("meta", ObjectHistory.init(yaml:))
        object = Metadata(
            name: try document.text("key"),
            spec: try document.field("spec", Spec.init(yaml:)),
            status: try document.field("status", Spec.Status.init(yaml:)))
        guard history.id == object.name else {
            throw YAMLError("names the object '\(history.id)' and '\(object.name)'")
        }
    }

    /// The content of its file.
    func bytes() throws(YAMLError) -> [UInt8] {
        try YAMLEmitter.text(
            of: YAMLNode(
                [
                    "meta": history.yaml,
                    "key": YAMLNode(text: object.name),
                    "status": object.status.yaml,
                    "spec": object.spec.yaml,
                ], tag: Self.tag))
    }
}
