extension Tool {
    /// The completion script for zsh.
    var zshCompletion: String {
        let nodes = completionNodes
        let function = "_\(shellName)"
        var script = """
            #compdef \(name)
            # zsh completion for \(name) \(Toolkit.version), written by '\(name) --generate zsh'

            \(function)_topics() {
                local -a names
                names=(${(f)"$(\(CompletionSource.topics) $connection 2>/dev/null)"})
                _describe topic names
            }

            \(function)_profiles() {
                local -a names
                names=(${(f)"$(\(CompletionSource.profiles) 2>/dev/null)"})
                _describe profile names
            }

            \(function)_listed() {
                local -a names
                names=(${(fu)"$(\(CompletionSource.names("$*")) $connection 2>/dev/null)"})
                _describe name names
            }

            # The commands after a command.
            \(function)_commands() {
                known=()
                case $1 in

            """
        for node in nodes where !node.commands.isEmpty {
            let entries = node.commands.map { Self.quoted("\($0.name):\(Self.zshText($0.summary))") }
            script += "        \(Self.quoted(node.key))) known=(\(entries.joined(separator: " "))) ;;\n"
        }
        script += """
                esac
            }

            # The options and operands after a command.
            \(function)_arguments() {
                case $1 in

            """
        for node in nodes {
            script += "        \(Self.quoted(node.key)))\n            _arguments -s -S : \\\n"
            var specs = node.options.flatMap { zshSpecs($0) }
            if node.commands.isEmpty {
                specs += node.operands.enumerated().map { index, operand in
                    let isMany = if case .many = operand.count { true } else { false }
                    let mark = isMany ? "*" : "\(index + 1)"
                    let optional = operand.count == .one || isMany ? ":" : "::"
                    return Self.quoted("\(mark)\(optional)\(operand.name):\(zshAction(operand.completion))")
                }
            } else {
                specs.append(
                    Self.quoted("1:command:{ _describe -t commands command known\(zshFirstOperand(node)) }"))
                specs += node.operands.dropFirst().enumerated().map { index, operand in
                    Self.quoted(
                        "\(operand.count == .one ? "\(index + 2)" : "*"):\(operand.name):\(zshAction(operand.completion))"
                    )
                }
            }
            script += specs.map { "                \($0)" }.joined(separator: " \\\n") + " ;;\n"
        }
        script += """
                esac
            }

            # Whether an option takes the word after it; of a bundle, whether its last one does.
            \(function)_takes() {
                local -i i
                if [[ $2 == -[^-]?* ]]; then
                    for ((i = 2; i <= $#2; i++)); do
                        \(function)_takes "$1" "-${2[i]}" && return $((i < $#2))
                    done
                    return 1
                fi
                case "$1|$2" in

            """
        for node in nodes where !node.namesWithValue.isEmpty {
            let patterns = node.namesWithValue.map { Self.quoted("\(node.key)|\($0)") }.joined(separator: "|")
            script += "        \(patterns)) return 0 ;;\n"
        }
        script += """
                esac
                return 1
            }

            \(function)() {
                local -a known connection
                local place= word i=2 start=1
                while ((i < CURRENT)); do
                    word=$words[i]
                    case $word in
                        --) break ;;
                        --profile=*|--cluster=*|-[Pc]?*) connection+=($word) ;;
                        -?*)
                            if \(function)_takes "$place" "$word"; then
                                case $word in
                                    --profile|--cluster) connection+=($word $words[i+1]) ;;
                                    -*[Pc]) connection+=(-$word[-1] $words[i+1]) ;;
                                esac
                                ((i++))
                            fi ;;
                        *)
                            \(function)_commands "$place"
                            ((${known[(I)$word:*]})) || break
                            place=${place:+$place }$word
                            start=$i ;;
                    esac
                    ((i++))
                done
                \(function)_commands "$place"
                words=("${(@)words[start,-1]}")
                ((CURRENT -= start - 1))
                \(function)_arguments "$place"
            }

            if [[ $funcstack[1] == \(function) ]]; then \(function) "$@"; else compdef \(function) \(name); fi

            """
        return script
    }

    /// What _arguments wants of one option: one text a name, as names that exclude one another cannot share one.
    private func zshSpecs(_ option: OptionInfo) -> [String] {
        let names = option.names + (option.isNegatable ? ["--no-" + option.title.dropFirst(2)] : [])
        let exclusion = option.repeats ? "*" : "(\(names.joined(separator: " ")))"
        return names.map { name in
            let isLong = name.hasPrefix("--")
            let description = "[\(Self.zshText(option.help))]"
            let value =
                switch option.argument {
                case .none: description
                case .required(let argument):
                    (isLong ? "=" : "+") + "\(description):\(Self.zshText(argument)):\(zshAction(option.completion))"
                case .optional(let argument):
                    (isLong ? "=-" : "-") + "\(description)::\(Self.zshText(argument)):\(zshAction(option.completion))"
                }
            return Self.quoted(exclusion + name + value)
        }
    }

    private func zshAction(_ completion: Completion) -> String {
        switch completion {
        case .none: " "
        case .file: "_files"
        case .directory: "_files -/"
        case .topic: "_\(shellName)_topics"
        case .profile: "_\(shellName)_profiles"
        // The blank keeps the function from being given options of its own.
        case .listed(let list): " _\(shellName)_listed \(list)"
        case .choices(let words): "(\(words.joined(separator: " ")))"
        }
    }

    /// The action for an operand that stands where a command may stand.
    private func zshFirstOperand(_ node: CompletionNode) -> String {
        guard let first = node.operands.first, first.completion != .none else { return "" }
        return "; " + zshAction(first.completion)
    }

    /// Text without what _arguments takes for its own: colons and brackets, and backquotes of the manual.
    private static func zshText(_ text: String) -> String {
        text.mapping(["`": "", "\\": "\\\\", ":": "\\:", "[": "\\[", "]": "\\]"])
    }
}
