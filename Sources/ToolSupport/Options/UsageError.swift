/// Arguments that mean nothing, or not together: exit status 2.
package struct UsageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// One line without the tool's name: `unknown option '--form'; did you mean '--from'?`.
    package let description: String
    /// The words of the command whose help may help, the tool's name first; empty where it is not known yet.
    package internal(set) var command: [String]

    /// Carries a message.
    package init(_ message: String) {
        description = message
        command = []
    }
}
