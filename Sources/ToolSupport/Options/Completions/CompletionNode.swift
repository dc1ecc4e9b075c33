/// What can be completed at one place of a tool's command line: at the tool itself, or after the words of a command.
struct CompletionNode {
    /// The words of the command; none at the tool itself.
    let path: [String]
    /// The options that are shown in help.
    let options: [OptionInfo]
    /// The operands.
    let operands: [OperandInfo]
    /// The commands that may follow.
    let commands: [Command]

    /// The same, where names are those of this list.
    fileprivate func listing(by list: String?) -> CompletionNode {
        let operands = operands.map { operand in
            guard operand.completion == .listed("") else { return operand }
            return OperandInfo(
                name: operand.name, count: operand.count, completion: list.map { .listed($0) } ?? .none,
                help: operand.help)
        }
        return CompletionNode(path: path, options: options, operands: operands, commands: commands)
    }

    /// The path as one text.
    var key: String { path.joined(separator: " ") }

    /// The names of options whose value is a word of its own.
    var namesWithValue: [String] {
        options.flatMap { option in
            if case .required = option.argument { option.allNames } else { [String]() }
        }
    }

    /// The option names offered, `--no-` forms among them.
    var offeredNames: [String] {
        options.flatMap { option in
            option.names + (option.isNegatable ? ["--no-" + option.title.dropFirst(2)] : [])
        }
    }
}

extension Tool {
    /// Every place of the command line, the tool itself first.
    var completionNodes: [CompletionNode] {
        func node(_ path: [String], _ command: Command?, _ commands: [Command]) -> CompletionNode {
            let table = command?.table ?? .common
            return CompletionNode(
                path: path, options: table.options.filter { !$0.isHidden }, operands: table.operands, commands: commands
            )
        }
        func below(_ commands: [Command], _ path: [String]) -> [CompletionNode] {
            let list = commands.first { ["list", "status"].contains($0.name) }.map { path + [$0.name] }
            return commands.flatMap { command in
                [node(path + [command.name], command, command.commands).listing(by: list?.joined(separator: " "))]
                    + below(command.commands, path + [command.name])
            }
        }
        return [node([], standard, commands)] + below(commands, [])
    }

    /// The name as a part of a shell function's name.
    var shellName: String { name.mapping(["-": "_"]) }

    /// A text between single quotes, for bash and zsh.
    static func quoted(_ text: String) -> String { "'" + text.mapping(["'": "'\\''"]) + "'" }
}

/// How names are asked for: by fluvio-admin, in time that one waits for a Tab.
enum CompletionSource {
    static let topics = names("topic list")
    static let profiles = names("profile list")
    static func names(_ list: String) -> String { "timeout 3 fluvio-admin \(list) -q -O name" }
}

extension String {
    /// The text with some characters written otherwise.
    func mapping(_ others: [Unicode.Scalar: String]) -> String {
        unicodeScalars.reduce(into: "") { text, scalar in
            if let other = others[scalar] { text += other } else { text.unicodeScalars.append(scalar) }
        }
    }
}
