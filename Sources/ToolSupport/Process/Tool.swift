/// One executable: its name, its commands and what its manual says beyond them.
package struct Tool: Sendable {
    /// The name of the executable: `fluvio-cat`.
    package let name: String
    /// One line: what it does. It is the first of the help and the NAME section of the manual.
    package let summary: String
    /// What the manual says beside the options.
    package let manual: Manual
    /// What it does when the first operand is no command's name; nil if a command must be named.
    package let standard: Command?
    /// The commands that can be named.
    package let commands: [Command]

    /// A tool of commands. `standard` names the one of them that is meant where none is named.
    package init(_ name: String, _ summary: String, manual: Manual, standard: String? = nil, _ commands: [Command]) {
        self.name = name
        self.summary = summary
        self.manual = manual
        self.standard = standard.flatMap { word in commands.first { $0.name == word } }
        self.commands = commands
    }

    /// A tool that does one thing, and takes no operand for a command.
    package init(_ name: String, _ summary: String, manual: Manual, command: Command) {
        self.name = name
        self.summary = summary
        self.manual = manual
        standard = command
        commands = []
    }
}
