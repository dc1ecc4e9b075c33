/// One command of a tool: what it is called, what it takes, what it does; or a group of such commands.
package struct Command: Sendable {
    /// What a command runs, given its options.
    package typealias Body = @Sendable (ToolContext) async throws -> Outcome

    /// What is behind the name.
    enum Kind: Sendable {
        /// Commands, one of which must follow.
        case group([Command])
        /// Something to run; the table is built when it is needed, as a tool has many commands and runs one.
        case run(@Sendable () -> CommandTable)
    }

    /// The word that calls it.
    package let name: String
    /// One line for the list of commands and the head of its help: what it does, with a full stop.
    package let summary: String
    /// Prose for the manual page, after the summary (markup: see ``Prose``).
    package let manual: String
    /// Command lines that show what it is for; tests run them.
    package let examples: [Example]
    /// What the official tools call it, where that is something else; no help or completion has these words.
    package private(set) var otherNames: [String] = []
    let kind: Kind

    /// The same command, called by these words as well.
    package func called(_ names: String...) -> Command {
        var command = self
        command.otherNames += names
        return command
    }

    /// Whether this word calls it.
    func isCalled(_ word: String) -> Bool { name == word || otherNames.contains(word) }

    /// A command with options of type `Options`.
    package init<Options: CommandOptions>(
        _ name: String, _ summary: String, _ options: Options.Type, manual: String = "", examples: [Example] = [],
        run: @escaping @Sendable (Options, ToolContext) async throws -> Outcome
    ) {
        self.name = name
        self.summary = summary
        self.manual = manual
        self.examples = examples
        kind = .run { CommandTable(options, run) }
    }

    /// A group of commands: `topic` of `topic create`, `topic list`.
    package init(group name: String, _ summary: String, manual: String = "", _ commands: [Command]) {
        self.name = name
        self.summary = summary
        self.manual = manual
        examples = []
        kind = .group(commands)
    }

    /// The same command with another table, for tests.
    init(_ command: Command, _ table: CommandTable) {
        name = command.name
        summary = command.summary
        manual = command.manual
        examples = command.examples
        otherNames = command.otherNames
        kind = .run { table }
    }

    /// The commands of a group.
    package var commands: [Command] {
        if case .group(let commands) = kind { commands } else { [] }
    }

    /// The options and operands; a group takes only those that every tool has.
    var table: CommandTable {
        switch kind {
        case .group: .common
        case .run(let table): table()
        }
    }
}

/// A command line that shows what a command is for.
package struct Example: Equatable, Sendable {
    /// What one types, for sh(1); may have several lines.
    package let command: String
    /// What it does: one sentence.
    package let shows: String
    /// What it prints, where that is always the same.
    package let output: String?

    /// An example.
    package init(_ command: String, _ shows: String, output: String? = nil) {
        self.command = command
        self.shows = shows
        self.output = output
    }
}
