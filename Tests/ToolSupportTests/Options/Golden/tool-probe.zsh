#compdef tool-probe
# zsh completion for tool-probe 0.1.0, written by 'tool-probe --generate zsh'

_tool_probe_topics() {
    local -a names
    names=(${(f)"$(timeout 3 fluvio-admin topic list -q -O name $connection 2>/dev/null)"})
    _describe topic names
}

_tool_probe_profiles() {
    local -a names
    names=(${(f)"$(timeout 3 fluvio-admin profile list -q -O name 2>/dev/null)"})
    _describe profile names
}

_tool_probe_listed() {
    local -a names
    names=(${(fu)"$(timeout 3 fluvio-admin $* -q -O name $connection 2>/dev/null)"})
    _describe name names
}

# The commands after a command.
_tool_probe_commands() {
    known=()
    case $1 in
        '') known=('produce:Send lines to a topic.' 'topic:Work with topics.' 'fail:End with a status.' 'wait:Wait for a signal, and die by it.' 'read:Read until the end or a signal.' 'stuck:Write to standard output whatever comes.') ;;
        'topic') known=('create:Create topics.' 'list:List topics.') ;;
    esac
}

# The options and operands after a command.
_tool_probe_arguments() {
    case $1 in
        '')
            _arguments -s -S : \
                '(-P --profile)-P+[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-P --profile)--profile=[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-c --cluster)-c+[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-c --cluster)--cluster=[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-q --quiet)-q[Print errors only, no notes]' \
                '(-q --quiet)--quiet[Print errors only, no notes]' \
                '(-v --verbose)-v[Print details of what is done]' \
                '(-v --verbose)--verbose[Print details of what is done]' \
                '(-h --help)-h[Print this help]' \
                '(-h --help)--help[Print this help]' \
                '(--version)--version[Print name and version]' \
                '1:command:{ _describe -t commands command known }' ;;
        'produce')
            _arguments -s -S : \
                '(-d --delimiter)-d+[Split the input after these bytes]:BYTES: ' \
                '(-d --delimiter)--delimiter=[Split the input after these bytes]:BYTES: ' \
                '(--raw)--raw[All input is one record]' \
                '*-t+[Send to this topic as well]:TOPIC:_tool_probe_topics' \
                '*--topic=[Send to this topic as well]:TOPIC:_tool_probe_topics' \
                '(-o --from)-o+[Start here]:WHERE: ' \
                '(-o --from)--from=[Start here]:WHERE: ' \
                '(--new)--new[Start at the end\: --from end]' \
                '(--linger)--linger=[Wait so long for more]:TIME: ' \
                '(-z --compression)-z+[Compress batches]:CODEC:(none gzip zstd)' \
                '(-z --compression)--compression=[Compress batches]:CODEC:(none gzip zstd)' \
                '(--create)--create=-[Create the topic if it does not exist]::PARTITIONS: ' \
                '(--color --no-color)--color[Color the output]' \
                '(--color --no-color)--no-color[Color the output]' \
                '(--max-record)--max-record=[Refuse larger records]:SIZE: ' \
                '(--retry-for)--retry-for=[Try again for so long]:TIME: ' \
                '(-P --profile)-P+[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-P --profile)--profile=[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-c --cluster)-c+[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-c --cluster)--cluster=[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-q --quiet)-q[Print errors only, no notes]' \
                '(-q --quiet)--quiet[Print errors only, no notes]' \
                '(-v --verbose)-v[Print details of what is done]' \
                '(-v --verbose)--verbose[Print details of what is done]' \
                '(-h --help)-h[Print this help]' \
                '(-h --help)--help[Print this help]' \
                '(--version)--version[Print name and version]' \
                '1:TOPIC:_tool_probe_topics' \
                '*:FILE:_files' ;;
        'topic')
            _arguments -s -S : \
                '(-P --profile)-P+[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-P --profile)--profile=[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-c --cluster)-c+[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-c --cluster)--cluster=[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-q --quiet)-q[Print errors only, no notes]' \
                '(-q --quiet)--quiet[Print errors only, no notes]' \
                '(-v --verbose)-v[Print details of what is done]' \
                '(-v --verbose)--verbose[Print details of what is done]' \
                '(-h --help)-h[Print this help]' \
                '(-h --help)--help[Print this help]' \
                '(--version)--version[Print name and version]' \
                '1:command:{ _describe -t commands command known }' ;;
        'topic create')
            _arguments -s -S : \
                '(-P --profile)-P+[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-P --profile)--profile=[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-c --cluster)-c+[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-c --cluster)--cluster=[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-q --quiet)-q[Print errors only, no notes]' \
                '(-q --quiet)--quiet[Print errors only, no notes]' \
                '(-v --verbose)-v[Print details of what is done]' \
                '(-v --verbose)--verbose[Print details of what is done]' \
                '(-h --help)-h[Print this help]' \
                '(-h --help)--help[Print this help]' \
                '(--version)--version[Print name and version]' \
                '*:NAME: ' ;;
        'topic list')
            _arguments -s -S : \
                '(-P --profile)-P+[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-P --profile)--profile=[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-c --cluster)-c+[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-c --cluster)--cluster=[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-q --quiet)-q[Print errors only, no notes]' \
                '(-q --quiet)--quiet[Print errors only, no notes]' \
                '(-v --verbose)-v[Print details of what is done]' \
                '(-v --verbose)--verbose[Print details of what is done]' \
                '(-h --help)-h[Print this help]' \
                '(-h --help)--help[Print this help]' \
                '(--version)--version[Print name and version]' ;;
        'fail')
            _arguments -s -S : \
                '(-P --profile)-P+[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-P --profile)--profile=[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-c --cluster)-c+[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-c --cluster)--cluster=[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-q --quiet)-q[Print errors only, no notes]' \
                '(-q --quiet)--quiet[Print errors only, no notes]' \
                '(-v --verbose)-v[Print details of what is done]' \
                '(-v --verbose)--verbose[Print details of what is done]' \
                '(-h --help)-h[Print this help]' \
                '(-h --help)--help[Print this help]' \
                '(--version)--version[Print name and version]' \
                '1:STATUS: ' ;;
        'wait')
            _arguments -s -S : \
                '(-P --profile)-P+[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-P --profile)--profile=[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-c --cluster)-c+[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-c --cluster)--cluster=[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-q --quiet)-q[Print errors only, no notes]' \
                '(-q --quiet)--quiet[Print errors only, no notes]' \
                '(-v --verbose)-v[Print details of what is done]' \
                '(-v --verbose)--verbose[Print details of what is done]' \
                '(-h --help)-h[Print this help]' \
                '(-h --help)--help[Print this help]' \
                '(--version)--version[Print name and version]' ;;
        'read')
            _arguments -s -S : \
                '(-P --profile)-P+[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-P --profile)--profile=[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-c --cluster)-c+[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-c --cluster)--cluster=[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-q --quiet)-q[Print errors only, no notes]' \
                '(-q --quiet)--quiet[Print errors only, no notes]' \
                '(-v --verbose)-v[Print details of what is done]' \
                '(-v --verbose)--verbose[Print details of what is done]' \
                '(-h --help)-h[Print this help]' \
                '(-h --help)--help[Print this help]' \
                '(--version)--version[Print name and version]' ;;
        'stuck')
            _arguments -s -S : \
                '(--grace)--grace=[After a signal, finish for at most this long]:TIME: ' \
                '(--sigint-ok)--sigint-ok[Exit 0 after SIGINT or SIGTERM if nothing was lost]' \
                '(-P --profile)-P+[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-P --profile)--profile=[Use this profile in place of the current one]:NAME:_tool_probe_profiles' \
                '(-c --cluster)-c+[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-c --cluster)--cluster=[Use the cluster at this address in place of a profile'\''s]:ADDRESS: ' \
                '(-q --quiet)-q[Print errors only, no notes]' \
                '(-q --quiet)--quiet[Print errors only, no notes]' \
                '(-v --verbose)-v[Print details of what is done]' \
                '(-v --verbose)--verbose[Print details of what is done]' \
                '(-h --help)-h[Print this help]' \
                '(-h --help)--help[Print this help]' \
                '(--version)--version[Print name and version]' ;;
    esac
}

# Whether an option takes the word after it; of a bundle, whether its last one does.
_tool_probe_takes() {
    local -i i
    if [[ $2 == -[^-]?* ]]; then
        for ((i = 2; i <= $#2; i++)); do
            _tool_probe_takes "$1" "-${2[i]}" && return $((i < $#2))
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

_tool_probe() {
    local -a known connection
    local place= word i=2 start=1
    while ((i < CURRENT)); do
        word=$words[i]
        case $word in
            --) break ;;
            --profile=*|--cluster=*|-[Pc]?*) connection+=($word) ;;
            -?*)
                if _tool_probe_takes "$place" "$word"; then
                    case $word in
                        --profile|--cluster) connection+=($word $words[i+1]) ;;
                        -*[Pc]) connection+=(-$word[-1] $words[i+1]) ;;
                    esac
                    ((i++))
                fi ;;
            *)
                _tool_probe_commands "$place"
                ((${known[(I)$word:*]})) || break
                place=${place:+$place }$word
                start=$i ;;
        esac
        ((i++))
    done
    _tool_probe_commands "$place"
    words=("${(@)words[start,-1]}")
    ((CURRENT -= start - 1))
    _tool_probe_arguments "$place"
}

if [[ $funcstack[1] == _tool_probe ]]; then _tool_probe "$@"; else compdef _tool_probe tool-probe; fi
