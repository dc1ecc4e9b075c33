/// What one option is, apart from the variable it sets: all that the parser, the help, the manual and the completions
/// need of it.
package struct OptionInfo: Sendable {
    /// What follows the option's name.
    package enum Argument: Equatable, Sendable {
        /// Nothing; `--no-NAME` unsays it if that is declared.
        case none(negatable: Bool)
        /// A value: `--name VALUE`, `--name=VALUE`, `-n VALUE` or `-nVALUE`.
        case required(String)
        /// Perhaps a value, only attached: `--name[=VALUE]`, `-n[VALUE]`.
        case optional(String)
    }

    /// What an option does besides setting a variable.
    package enum Role: Equatable, Sendable {
        /// It sets a variable.
        case sets
        /// It prints the help of the command.
        case help
        /// It prints name and version.
        case version
        /// It prints the manual page or a completion script.
        case generate
        /// It is none here, though other tools have it: this is said of it.
        case foreign(String)
    }

    /// The names shown, dashes included, short ones first: `["-d", "--delimiter"]`.
    package let names: [String]
    /// Further names that are taken but not shown.
    package let aliases: [String]
    /// What follows the name.
    package let argument: Argument
    /// Whether every occurrence counts; of others the last one does.
    package let repeats: Bool
    /// What a shell may complete the value with.
    package let completion: Completion
    /// The value that holds when the option is not given, as one would type it; nil when there is none to show.
    package let fallback: String?
    /// The environment variable that is read when the option is not given.
    package let environment: String?
    /// One line for `--help`: what the option does, no full stop. Backquotes are shown by the manual only.
    package let help: String
    /// Prose for the manual page, which replaces `help` there (markup: see ``Prose``).
    package let manual: String?
    /// The heading under which the help lists it.
    package let group: String
    /// Whether help, manual and completions leave it out.
    package let isHidden: Bool
    /// What it does.
    package let role: Role

    /// The name that messages use: the first long one, else the first.
    package var title: String { names.first { $0.hasPrefix("--") } ?? names.first ?? "" }

    /// Every name it is known by.
    package var allNames: [String] { names + aliases }

    /// The name of the argument, such as `TIME`, if it takes one.
    package var argumentName: String? {
        switch argument {
        case .none: nil
        case .required(let name), .optional(let name): name
        }
    }

    /// Whether it is the same option in the table of another command.
    func means(_ other: OptionInfo) -> Bool { title == other.title && argument == other.argument }

    /// The same under fewer names.
    func without(_ taken: Set<String>) -> OptionInfo {
        guard !taken.isDisjoint(with: names) else { return self }
        return OptionInfo(
            names: names.filter { !taken.contains($0) }, aliases: aliases, argument: argument, repeats: repeats,
            completion: completion, fallback: fallback, environment: environment, help: help, manual: manual,
            group: group, isHidden: isHidden, role: role)
    }

    /// Whether `--no-NAME` is taken.
    package var isNegatable: Bool { argument == .none(negatable: true) }
}

/// What one operand of a command is.
package struct OperandInfo: Equatable, Sendable {
    /// How many there may be.
    package enum Count: Equatable, Sendable {
        /// Exactly one.
        case one
        /// One or none.
        case optional
        /// As many as there are, but at least so many.
        case many(least: Int)
    }

    /// The name as help shows it: `TOPIC`.
    package let name: String
    /// How many.
    package let count: Count
    /// What a shell may complete it with.
    package let completion: Completion
    /// One line for the help; an empty text where the name says all.
    package let help: String

    /// `TOPIC`, `[TOPIC]`, `TOPIC...` or `[TOPIC]...`.
    package var usage: String {
        switch count {
        case .one: name
        case .optional: "[\(name)]"
        case .many(least: 0): "[\(name)]..."
        case .many: "\(name)..."
        }
    }
}

/// What a shell completes a value with.
package enum Completion: Equatable, Sendable {
    /// Nothing.
    case none
    /// Names of files.
    case file
    /// Names of directories.
    case directory
    /// Names of topics of the cluster.
    case topic
    /// Names of profiles in Fluvio's configuration.
    case profile
    /// Names that this command of fluvio-admin lists, as `spg list`; empty: the list beside the command itself.
    case listed(String)
    /// One of these words.
    case choices([String])
}
