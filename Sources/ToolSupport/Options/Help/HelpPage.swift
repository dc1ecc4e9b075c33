extension Tool {
    /// The help of the command at this path, or of the tool if it is empty, for a terminal of that width.
    ///
    /// What stands first is what is read: the line that says what the command does, then how to call it.
    package func helpPage(_ path: [Command], width: Int) -> String {
        let width = min(width, 100)
        let words = ([name] + path.map(\.name)).joined(separator: " ")
        let commands = path.last?.commands ?? commands
        let command = path.last ?? standard
        let table = command?.table ?? .common
        let left =
            commands.map(\.name) + table.operands.map(\.name) + table.groups.flatMap { $0.options.map(\.helpNames) }
        let column = TextWrap.column(left)
        func rows(_ rows: [(String, String)]) -> String { TextWrap.columns(rows, column: column, width: width) }
        var page = TextWrap.lines(path.last?.summary ?? summary, width: width).joined(separator: "\n") + "\n\n"
        var usages: [String] = []
        if path.isEmpty ? standard != nil : commands.isEmpty { usages.append(table.usage(words)) }
        if !commands.isEmpty { usages.append("\(words) COMMAND [OPTION]...") }
        page += "Usage: " + usages.joined(separator: "\n       ") + "\n"
        if !commands.isEmpty {
            page += "\nCommands:\n" + rows(commands.map { ($0.name, $0.summary) })
        }
        if table.operands.contains(where: { !$0.help.isEmpty }) {
            page += "\nOperands:\n" + rows(table.operands.map { ($0.name, $0.help.filter { $0 != "`" }) })
        }
        for (group, options) in table.groups {
            page += "\n\(group):\n" + rows(options.map { ($0.helpNames, $0.helpText) })
        }
        for (index, example) in (command?.examples ?? []).prefix(3).enumerated() {
            page += index == 0 ? "\nExamples:\n" : "\n"
            page += TextWrap.lines(example.shows, width: width - 2).map { "  \($0)\n" }.joined()
            page += example.command.split(separator: "\n").map { "    \($0)\n" }.joined()
        }
        if !commands.isEmpty { page += "\nSee '\(words) COMMAND --help' for a command's options.\n" }
        return page
    }
}

extension CommandTable {
    /// How to call it: `fluvio-cat produce [OPTION]... TOPIC [FILE]...`.
    func usage(_ words: String) -> String { ([words, "[OPTION]..."] + operands.map(\.usage)).joined(separator: " ") }

    /// The options shown, by heading, both in the order of their declaration.
    var groups: [(heading: String, options: [OptionInfo])] {
        var groups: [(heading: String, options: [OptionInfo])] = []
        for option in options where !option.isHidden {
            if let index = groups.firstIndex(where: { $0.heading == option.group }) {
                groups[index].options.append(option)
            } else {
                groups.append((option.group, [option]))
            }
        }
        return groups
    }
}

extension OptionInfo {
    /// Names and argument as help shows them, long names in a column of their own: `-d, --delimiter BYTES`.
    var helpNames: String {
        let names = names.map { name in
            isNegatable && name.hasPrefix("--") ? "--[no-]" + name.dropFirst(2) : name
        }
        let text = names.joined(separator: ", ")
        let indent = names.first?.hasPrefix("--") == true ? "    " : ""
        return switch argument {
        case .none: indent + text
        case .required(let argument): indent + "\(text) \(argument)"
        case .optional(let argument): indent + "\(text)[\(names.last?.hasPrefix("--") == true ? "=" : "")\(argument)]"
        }
    }

    /// The help with choices, default and variable.
    var helpText: String {
        var notes: [String] = []
        if case .choices(let words) = completion { notes.append(words.joined(separator: ", ")) }
        if repeats { notes.append("may be repeated") }
        if let fallback { notes.append("default: \(fallback)") }
        let variable = environment.map { " [$\($0)]" } ?? ""
        return help.filter { $0 != "`" } + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))") + variable
    }
}
