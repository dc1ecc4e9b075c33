extension Tool {
    /// The completion script for bash 4 and later. It needs no library.
    var bashCompletion: String {
        let nodes = completionNodes
        let function = "_\(shellName)"
        var script = """
            # bash completion for \(name) \(Toolkit.version), written by '\(name) --generate bash'

            # The kind of value that an option takes, or nothing: KIND [WORD]...
            \(function)_value() {
                case "$1|$2" in

            """
        for node in nodes {
            for option in node.options where option.argumentName != nil {
                let patterns = option.allNames.map { Self.quoted("\(node.key)|\($0)") }.joined(separator: "|")
                script += "        \(patterns)) echo \(Self.quoted(Self.bashKind(option.completion))) ;;\n"
            }
        }
        script += """
                esac
            }

            # The kind of the operand at an index.
            \(function)_operand() {
                case "$1|$2" in

            """
        for node in nodes {
            for (pattern, operand) in node.operandPatterns {
                let kind = Self.quoted(Self.bashKind(operand.completion))
                script += "        \(Self.quoted(node.key + "|"))\(pattern)) echo \(kind) ;;\n"
            }
        }
        script += """
                esac
            }

            # The options after a command.
            \(function)_options() {
                case "$1" in

            """
        for node in nodes {
            script +=
                "        \(Self.quoted(node.key))) echo \(Self.quoted(node.offeredNames.joined(separator: " "))) ;;\n"
        }
        script += """
                esac
            }

            # The commands after a command.
            \(function)_commands() {
                case "$1" in

            """
        for node in nodes where !node.commands.isEmpty {
            let names = node.commands.map(\.name).joined(separator: " ")
            script += "        \(Self.quoted(node.key))) echo \(Self.quoted(names)) ;;\n"
        }
        script += """
                esac
            }

            # Whether an option takes the word after it; of a bundle, whether its last one does.
            \(function)_takes() {
                local i
                if [[ $2 == -[!-]?* ]]; then
                    for ((i = 1; i < ${#2}; i++)); do
                        \(function)_takes "$1" "-${2:i:1}" && return $((i + 1 < ${#2}))
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

            \(function)_fill() {
                local kind=$1 current=$2
                case "${kind%% *}" in
                    file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
                    directory) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
                    topic) mapfile -t COMPREPLY < <(compgen -W "$(\(CompletionSource.topics) "${@:3}" 2>/dev/null)" -- "$current") ;;
                    profile) mapfile -t COMPREPLY < <(compgen -W "$(\(CompletionSource.profiles) 2>/dev/null)" -- "$current") ;;
                    listed) mapfile -t COMPREPLY < <(compgen -W "$(\(CompletionSource.names("${kind#listed }")) "${@:3}" 2>/dev/null)" -- "$current") ;;
                    words) mapfile -t COMPREPLY < <(compgen -W "${kind#words}" -- "$current") ;;
                esac
            }

            \(function)() {
                local words=() connection=() path= operands=0 plain= word i line=${COMP_LINE:0:COMP_POINT} blank
                COMPREPLY=()
                # bash splits at = and : as well: what no blank sets apart is one word.
                for ((i = 0; i <= COMP_CWORD; i++)); do
                    word=${COMP_WORDS[i]} blank=
                    while [[ $line == [[:blank:]]* ]]; do line=${line:1} blank=1; done
                    line=${line#"$word"}
                    if [[ $blank || $i == 0 ]]; then words+=("$word"); else words[-1]+=$word; fi
                done
                words=("${words[@]:1}")
                local last=$((${#words[@]} - 1))
                for ((i = 0; i < last; i++)); do
                    word=${words[i]}
                    if [[ ! $plain && $word == -- ]]; then
                        plain=1
                    elif [[ ! $plain && $word == -?* ]]; then
                        if \(function)_takes "$path" "$word"; then
                            case $word in
                                --profile|--cluster) connection+=("$word" "${words[i + 1]}") ;;
                                -*[Pc]) connection+=("-${word: -1}" "${words[i + 1]}") ;;
                            esac
                            ((i++))
                            if ((i == last)); then
                                [[ $word == --* ]] || word=-${word: -1}
                                \(function)_fill "$(\(function)_value "$path" "$word")" "${words[last]}" "${connection[@]}"
                                return
                            fi
                        else
                            case $word in --profile=*|--cluster=*|-[Pc]?*) connection+=("$word") ;; esac
                        fi
                    elif [[ ! $plain && $operands == 0 && " $(\(function)_commands "$path") " == *" $word "* ]]; then
                        path=${path:+$path }$word
                    else
                        ((operands++))
                    fi
                done
                word=${words[last]}
                if [[ ! $plain && $word == --*=* ]]; then
                    \(function)_fill "$(\(function)_value "$path" "${word%%=*}")" "${word#*=}" "${connection[@]}"
                    return
                fi
                if [[ ! $plain && $word == -* ]]; then
                    mapfile -t COMPREPLY < <(compgen -W "$(\(function)_options "$path")" -- "$word")
                    return
                fi
                \(function)_fill "$(\(function)_operand "$path" "$operands")" "$word" "${connection[@]}"
                if [[ ! $plain && $operands == 0 ]]; then
                    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$(\(function)_commands "$path")" -- "$word")
                fi
            }

            complete -F \(function) \(name)

            """
        return script
    }

    private static func bashKind(_ completion: Completion) -> String {
        switch completion {
        case .none: ""
        case .file: "file"
        case .directory: "directory"
        case .topic: "topic"
        case .profile: "profile"
        case .listed(let list): "listed " + list
        case .choices(let words): "words " + words.joined(separator: " ")
        }
    }
}

extension CompletionNode {
    /// Patterns of a shell for the index of each operand, from 0: where many are taken, `*` stands for all that follow.
    var operandPatterns: [(pattern: String, operand: OperandInfo)] {
        var patterns: [(pattern: String, operand: OperandInfo)] = []
        for (index, operand) in operands.enumerated() {
            if case .many = operand.count { return patterns + [("*", operand)] }
            patterns.append(("\(index)", operand))
        }
        return patterns
    }
}
