/// Why a text is no YAML, or not the YAML that is wanted.
package struct YAMLError: Error, Equatable, Sendable {
    /// Where in the document, as in `spec.replicas`; empty: the document as a whole.
    package var path: String
    package var what: String

    package init(_ what: String, at path: String = "") {
        self.path = path
        self.what = what
    }

    /// The same, seen from one level above.
    package func inside(_ key: String) -> YAMLError { YAMLError(what, at: path.isEmpty ? key : "\(key).\(path)") }
}

extension YAMLError: CustomStringConvertible {
    /// One line for people.
    package var description: String { path.isEmpty ? what : "\(path): \(what)" }
}
