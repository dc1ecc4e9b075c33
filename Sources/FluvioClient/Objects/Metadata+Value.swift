import FluvioProtocol

// Objects as trees, of which ``ObjectValue`` makes JSON, YAML and TOML: in the shapes and with the names that the official
// tools print.
extension Metadata {
    /// A name, what it is to be, and what it is.
    func value(spec: ObjectValue, status: ObjectValue) -> ObjectValue {
        ["name": .string(name), "spec": spec, "status": status]
    }
}
