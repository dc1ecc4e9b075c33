/// What a tool can print of its option table.
package enum Artifact: String, CaseIterable, Sendable {
    /// The manual page, in mdoc(7).
    case man
    /// A completion script for bash.
    case bash
    /// A completion script for zsh.
    case zsh
    /// A completion script for fish.
    case fish
    /// The examples of the manual, one JSON object a line, for tests that run them.
    case examples
    /// What is wrong with the table, one line each; a test wants none.
    case problems
}

extension Tool {
    /// The text of an artifact.
    package func text(of artifact: Artifact) -> String {
        switch artifact {
        case .man: manualPage
        case .bash: bashCompletion
        case .zsh: zshCompletion
        case .fish: fishCompletion
        case .examples: examples.map { $0.json + "\n" }.joined()
        case .problems: problems.map { $0 + "\n" }.joined()
        }
    }

    /// What is wrong with the declarations of all commands.
    package var problems: [String] {
        var problems: [String] = []
        func check(_ commands: [Command], _ path: [String]) {
            let names = commands.map(\.name)
            if Set(names).count < names.count { problems.append("\(path.joined(separator: " ")): a command twice") }
            for command in commands {
                let words = (path + [command.name]).joined(separator: " ")
                if !command.summary.hasSuffix(".") { problems.append("\(words): the summary has no full stop") }
                problems += command.table.problems.map { "\(words): \($0)" }
                check(command.commands, path + [command.name])
            }
        }
        check(commands + (commands.isEmpty ? standard.map { [$0] } ?? [] : []), [name])
        return problems
    }
}

extension Example {
    /// The example as a JSON object.
    var json: String {
        JSONObject.text([("command", command), ("shows", shows)] + (output.map { [("output", $0)] } ?? []))
    }
}
