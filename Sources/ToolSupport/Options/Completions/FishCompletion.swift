extension Tool {
    /// The completion script for fish.
    var fishCompletion: String {
        let nodes = completionNodes
        let function = "__\(shellName)"
        var script = """
            # fish completion for \(name) \(Toolkit.version), written by '\(name) --generate fish'

            # Prints the command that the words before the cursor name, then the number of operands after it.
            function \(function)_place
                set -l place
                set -l operands 0
                set -l skip 0
                set -l plain 0
                for word in (commandline -opc)[2..]
                    if test $skip = 1
                        set skip 0
                        continue
                    end
                    if test $plain = 0
                        switch $word
                            case --
                                set plain 1
                                continue
                            case '-?*'
                                \(function)_takes "$place" $word; and set skip 1
                                continue
                        end
                        if test $operands = 0; and contains -- "$place|$word" \(fishCommands(nodes))
                            set place (string trim "$place $word")
                            continue
                        end
                    end
                    set operands (math $operands + 1)
                end
                echo "$place|$operands"
            end

            # Whether an option takes the word after it; of a bundle, whether its last one does.
            function \(function)_takes
                if string match -qr -- '^-[^-].' $argv[2]
                    set -l letters (string split '' -- $argv[2])
                    for i in (seq 2 (count $letters))
                        if \(function)_takes $argv[1] -$letters[$i]
                            test $i = (count $letters)
                            return
                        end
                    end
                    return 1
                end
                contains -- "$argv[1]|$argv[2]" \(nodes.flatMap { node in node.namesWithValue.map { Self.fish("\(node.key)|\($0)") } }.joined(separator: " "))
            end

            # Whether the cursor is after the command; with a second word, at that operand, or with N+ at it or after.
            function \(function)_at
                set -l place (string split '|' (\(function)_place))
                test "$place[1]" = "$argv[1]"; or return 1
                set -q argv[2]; or return 0
                if string match -q '*+' $argv[2]
                    test $place[2] -ge (string trim -c + $argv[2])
                else
                    test $place[2] = $argv[2]
                end
            end

            # The words that say which cluster is meant.
            function \(function)_connection
                set -l next 0
                for word in (commandline -opc)[2..]
                    if test $next = 1
                        echo $word
                        set next 0
                        continue
                    end
                    switch $word
                        case --profile --cluster
                            echo $word
                            set next 1
                        case '--*=*'
                            string match -qr -- '^--(profile|cluster)=' $word; and echo $word
                        case '--*'
                        case '-P?*' '-c?*'
                            echo $word
                        case '-*P' '-*c'
                            echo -(string sub -s -1 -- $word)
                            set next 1
                    end
                end
            end

            complete -c \(name) -f

            """
        for node in nodes {
            let at = "\(function)_at \(Self.fish(node.key))"
            for command in node.commands {
                script += "complete -c \(name) -n \(Self.fish(at + " 0")) -a \(Self.fish(command.name))"
                script += " -d \(Self.fish(command.summary))\n"
            }
            for (index, operand) in node.operands.enumerated() {
                // As in the patterns of the other shells, but fish has no "this and all that follow" to match.
                let isMany = if case .many = operand.count { true } else { false }
                let pattern = "\(index)\(isMany ? "+" : "")"
                let action = fishAction(operand.completion)
                if !action.isEmpty {
                    script += "complete -c \(name) -n \(Self.fish("\(at) '\(pattern)'"))\(action)\n"
                }
            }
            for option in node.options {
                script += "complete -c \(name) -n \(Self.fish(at))\(Self.fishNames(option.names))"
                if case .required = option.argument {
                    let action = fishAction(option.completion)
                    script += action.isEmpty ? " -x" : " -r" + action
                }
                script += " -d \(Self.fish(option.help.mapping(["`": ""])))\n"
                if option.isNegatable {
                    script += "complete -c \(name) -n \(Self.fish(at)) -l no-\(option.title.dropFirst(2))\n"
                }
            }
        }
        return script
    }

    private func fishCommands(_ nodes: [CompletionNode]) -> String {
        nodes.flatMap { node in node.commands.map { Self.fish("\(node.key)|\($0.name)") } }.joined(separator: " ")
    }

    private func fishAction(_ completion: Completion) -> String {
        switch completion {
        case .none: ""
        case .file: " -F"
        case .directory: " -f -a \(Self.fish("(__fish_complete_directories)"))"
        case .topic: " -f -a \(Self.fish("(\(CompletionSource.topics) (__\(shellName)_connection) 2>/dev/null)"))"
        case .profile: " -f -a \(Self.fish("(\(CompletionSource.profiles) 2>/dev/null)"))"
        case .listed(let list):
            " -f -a \(Self.fish("(\(CompletionSource.names(list)) (__\(shellName)_connection) 2>/dev/null)"))"
        case .choices(let words): " -f -a \(Self.fish(words.joined(separator: " ")))"
        }
    }

    private static func fishNames(_ names: [String]) -> String {
        names.map { $0.hasPrefix("--") ? " -l \($0.dropFirst(2))" : " -s \($0.dropFirst())" }.joined()
    }

    /// A text between single quotes.
    private static func fish(_ text: String) -> String {
        "'" + text.mapping(["\\": "\\\\", "'": "\\'"]) + "'"
    }
}
