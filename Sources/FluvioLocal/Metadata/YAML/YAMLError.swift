/// Why a text is no YAML, or not the YAML that is wanted.
struct YAMLError: Error, Equatable, Sendable {
    /// Where in the document, as in `spec.replicas`; empty: the document as a whole.
    var path: String
    var what: String

    init(_ what: String, at path: String = "") {
        self.path = path
        self.what = what
    }

    /// The same, seen from one level above.
    func inside(_ key: String) -> YAMLError { YAMLError(what, at: path.isEmpty ? key : "\(key).\(path)") }
}

extension YAMLError: CustomStringConvertible {
    /// One line for people.
    var description: String { path.isEmpty ? what : "\(path): \(what)" }
}
