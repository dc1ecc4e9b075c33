# bash completion for tool-probe 0.1.0, written by 'tool-probe --generate bash'

# The kind of value that an option takes, or nothing: KIND [WORD]...
_tool_probe_value() {
    case "$1|$2" in
        '|-P'|'|--profile') echo 'profile' ;;
        '|-c'|'|--cluster') echo '' ;;
        'produce|-d'|'produce|--delimiter'|'produce|-D') echo '' ;;
        'produce|-t'|'produce|--topic') echo 'topic' ;;
        'produce|-o'|'produce|--from') echo '' ;;
        'produce|--linger') echo '' ;;
        'produce|-z'|'produce|--compression') echo 'words none gzip zstd' ;;
        'produce|--create') echo '' ;;
        'produce|--max-record') echo '' ;;
        'produce|--retry-for') echo '' ;;
        'produce|-P'|'produce|--profile') echo 'profile' ;;
        'produce|-c'|'produce|--cluster') echo '' ;;
        'topic|-P'|'topic|--profile') echo 'profile' ;;
        'topic|-c'|'topic|--cluster') echo '' ;;
        'topic create|-P'|'topic create|--profile') echo 'profile' ;;
        'topic create|-c'|'topic create|--cluster') echo '' ;;
        'topic list|-P'|'topic list|--profile') echo 'profile' ;;
        'topic list|-c'|'topic list|--cluster') echo '' ;;
        'fail|-P'|'fail|--profile') echo 'profile' ;;
        'fail|-c'|'fail|--cluster') echo '' ;;
        'wait|-P'|'wait|--profile') echo 'profile' ;;
        'wait|-c'|'wait|--cluster') echo '' ;;
        'read|-P'|'read|--profile') echo 'profile' ;;
        'read|-c'|'read|--cluster') echo '' ;;
        'stuck|--grace') echo '' ;;
        'stuck|-P'|'stuck|--profile') echo 'profile' ;;
        'stuck|-c'|'stuck|--cluster') echo '' ;;
    esac
}

# The kind of the operand at an index.
_tool_probe_operand() {
    case "$1|$2" in
        'produce|'0) echo 'topic' ;;
        'produce|'*) echo 'file' ;;
        'topic create|'*) echo '' ;;
        'fail|'0) echo '' ;;
    esac
}

# The options after a command.
_tool_probe_options() {
    case "$1" in
        '') echo '-P --profile -c --cluster -q --quiet -v --verbose -h --help --version' ;;
        'produce') echo '-d --delimiter --raw -t --topic -o --from --new --linger -z --compression --create --color --no-color --max-record --retry-for -P --profile -c --cluster -q --quiet -v --verbose -h --help --version' ;;
        'topic') echo '-P --profile -c --cluster -q --quiet -v --verbose -h --help --version' ;;
        'topic create') echo '-P --profile -c --cluster -q --quiet -v --verbose -h --help --version' ;;
        'topic list') echo '-P --profile -c --cluster -q --quiet -v --verbose -h --help --version' ;;
        'fail') echo '-P --profile -c --cluster -q --quiet -v --verbose -h --help --version' ;;
        'wait') echo '-P --profile -c --cluster -q --quiet -v --verbose -h --help --version' ;;
        'read') echo '-P --profile -c --cluster -q --quiet -v --verbose -h --help --version' ;;
        'stuck') echo '--grace --sigint-ok -P --profile -c --cluster -q --quiet -v --verbose -h --help --version' ;;
    esac
}

# The commands after a command.
_tool_probe_commands() {
    case "$1" in
        '') echo 'produce topic fail wait read stuck' ;;
        'topic') echo 'create list' ;;
    esac
}

# Whether an option takes the word after it; of a bundle, whether its last one does.
_tool_probe_takes() {
    local i
    if [[ $2 == -[!-]?* ]]; then
        for ((i = 1; i < ${#2}; i++)); do
            _tool_probe_takes "$1" "-${2:i:1}" && return $((i + 1 < ${#2}))
        done
        return 1
    fi
    case "$1|$2" in
        '|-P'|'|--profile'|'|-c'|'|--cluster') return 0 ;;
        'produce|-d'|'produce|--delimiter'|'produce|-D'|'produce|-t'|'produce|--topic'|'produce|-o'|'produce|--from'|'produce|--linger'|'produce|-z'|'produce|--compression'|'produce|--max-record'|'produce|--retry-for'|'produce|-P'|'produce|--profile'|'produce|-c'|'produce|--cluster') return 0 ;;
        'topic|-P'|'topic|--profile'|'topic|-c'|'topic|--cluster') return 0 ;;
        'topic create|-P'|'topic create|--profile'|'topic create|-c'|'topic create|--cluster') return 0 ;;
        'topic list|-P'|'topic list|--profile'|'topic list|-c'|'topic list|--cluster') return 0 ;;
        'fail|-P'|'fail|--profile'|'fail|-c'|'fail|--cluster') return 0 ;;
        'wait|-P'|'wait|--profile'|'wait|-c'|'wait|--cluster') return 0 ;;
        'read|-P'|'read|--profile'|'read|-c'|'read|--cluster') return 0 ;;
        'stuck|--grace'|'stuck|-P'|'stuck|--profile'|'stuck|-c'|'stuck|--cluster') return 0 ;;
    esac
    return 1
}

_tool_probe_fill() {
    local kind=$1 current=$2
    case "${kind%% *}" in
        file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        directory) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        topic) mapfile -t COMPREPLY < <(compgen -W "$(timeout 3 fluvio-admin topic list -q -O name "${@:3}" 2>/dev/null)" -- "$current") ;;
        profile) mapfile -t COMPREPLY < <(compgen -W "$(timeout 3 fluvio-admin profile list -q -O name 2>/dev/null)" -- "$current") ;;
        listed) mapfile -t COMPREPLY < <(compgen -W "$(timeout 3 fluvio-admin ${kind#listed } -q -O name "${@:3}" 2>/dev/null)" -- "$current") ;;
        words) mapfile -t COMPREPLY < <(compgen -W "${kind#words}" -- "$current") ;;
    esac
}

_tool_probe() {
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
            if _tool_probe_takes "$path" "$word"; then
                case $word in
                    --profile|--cluster) connection+=("$word" "${words[i + 1]}") ;;
                    -*[Pc]) connection+=("-${word: -1}" "${words[i + 1]}") ;;
                esac
                ((i++))
                if ((i == last)); then
                    [[ $word == --* ]] || word=-${word: -1}
                    _tool_probe_fill "$(_tool_probe_value "$path" "$word")" "${words[last]}" "${connection[@]}"
                    return
                fi
            else
                case $word in --profile=*|--cluster=*|-[Pc]?*) connection+=("$word") ;; esac
            fi
        elif [[ ! $plain && $operands == 0 && " $(_tool_probe_commands "$path") " == *" $word "* ]]; then
            path=${path:+$path }$word
        else
            ((operands++))
        fi
    done
    word=${words[last]}
    if [[ ! $plain && $word == --*=* ]]; then
        _tool_probe_fill "$(_tool_probe_value "$path" "${word%%=*}")" "${word#*=}" "${connection[@]}"
        return
    fi
    if [[ ! $plain && $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_tool_probe_options "$path")" -- "$word")
        return
    fi
    _tool_probe_fill "$(_tool_probe_operand "$path" "$operands")" "$word" "${connection[@]}"
    if [[ ! $plain && $operands == 0 ]]; then
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$(_tool_probe_commands "$path")" -- "$word")
    fi
}

complete -F _tool_probe tool-probe
