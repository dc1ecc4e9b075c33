/// What the manual page of a tool says beside its commands and options. All texts are prose: see ``Prose``.
package struct Manual: Sendable {
    /// A term and what is said of it.
    package struct Entry: Sendable {
        /// The term, such as a variable's or a file's name.
        package let term: String
        /// What is said.
        package let text: String

        /// An entry.
        package init(_ term: String, _ text: String) {
            self.term = term
            self.text = text
        }
    }

    /// The DESCRIPTION.
    package let description: String
    /// The EXAMPLES of the tool as a whole; those of the commands follow them.
    package let examples: [Example]
    /// What the exit statuses mean here, where the common meaning does not say enough.
    package let exitStatus: [Entry]
    /// What the SIGNALS do here, after what they do in all tools.
    package let signals: String
    /// ENVIRONMENT variables beside those of the options.
    package let environment: [Entry]
    /// FILES.
    package let files: [Entry]
    /// Other pages, as `fluvio-cat(1)`.
    package let seeAlso: [String]

    /// What a manual says.
    package init(
        description: String, examples: [Example] = [], exitStatus: [Entry] = [], signals: String = "",
        environment: [Entry] = [], files: [Entry] = [], seeAlso: [String] = []
    ) {
        self.description = description
        self.examples = examples
        self.exitStatus = exitStatus
        self.signals = signals
        self.environment = environment
        self.files = files
        self.seeAlso = seeAlso
    }
}
