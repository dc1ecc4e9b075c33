# fish completion for tool-probe 0.1.0, written by 'tool-probe --generate fish'

# Prints the command that the words before the cursor name, then the number of operands after it.
function __tool_probe_place
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
                    __tool_probe_takes "$place" $word; and set skip 1
                    continue
            end
            if test $operands = 0; and contains -- "$place|$word" '|produce' '|topic' '|fail' '|wait' '|read' '|stuck' 'topic|create' 'topic|list'
                set place (string trim "$place $word")
                continue
            end
        end
        set operands (math $operands + 1)
    end
    echo "$place|$operands"
end

# Whether an option takes the word after it; of a bundle, whether its last one does.
function __tool_probe_takes
    if string match -qr -- '^-[^-].' $argv[2]
        set -l letters (string split '' -- $argv[2])
        for i in (seq 2 (count $letters))
            if __tool_probe_takes $argv[1] -$letters[$i]
                test $i = (count $letters)
                return
            end
        end
        return 1
    end
    contains -- "$argv[1]|$argv[2]" '|-P' '|--profile' '|-c' '|--cluster' 'produce|-d' 'produce|--delimiter' 'produce|-D' 'produce|-t' 'produce|--topic' 'produce|-o' 'produce|--from' 'produce|--linger' 'produce|-z' 'produce|--compression' 'produce|--max-record' 'produce|--retry-for' 'produce|-P' 'produce|--profile' 'produce|-c' 'produce|--cluster' 'topic|-P' 'topic|--profile' 'topic|-c' 'topic|--cluster' 'topic create|-P' 'topic create|--profile' 'topic create|-c' 'topic create|--cluster' 'topic list|-P' 'topic list|--profile' 'topic list|-c' 'topic list|--cluster' 'fail|-P' 'fail|--profile' 'fail|-c' 'fail|--cluster' 'wait|-P' 'wait|--profile' 'wait|-c' 'wait|--cluster' 'read|-P' 'read|--profile' 'read|-c' 'read|--cluster' 'stuck|--grace' 'stuck|-P' 'stuck|--profile' 'stuck|-c' 'stuck|--cluster'
end

# Whether the cursor is after the command; with a second word, at that operand, or with N+ at it or after.
function __tool_probe_at
    set -l place (string split '|' (__tool_probe_place))
    test "$place[1]" = "$argv[1]"; or return 1
    set -q argv[2]; or return 0
    if string match -q '*+' $argv[2]
        test $place[2] -ge (string trim -c + $argv[2])
    else
        test $place[2] = $argv[2]
    end
end

# The words that say which cluster is meant.
function __tool_probe_connection
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

complete -c tool-probe -f
complete -c tool-probe -n '__tool_probe_at \'\' 0' -a 'produce' -d 'Send lines to a topic.'
complete -c tool-probe -n '__tool_probe_at \'\' 0' -a 'topic' -d 'Work with topics.'
complete -c tool-probe -n '__tool_probe_at \'\' 0' -a 'fail' -d 'End with a status.'
complete -c tool-probe -n '__tool_probe_at \'\' 0' -a 'wait' -d 'Wait for a signal, and die by it.'
complete -c tool-probe -n '__tool_probe_at \'\' 0' -a 'read' -d 'Read until the end or a signal.'
complete -c tool-probe -n '__tool_probe_at \'\' 0' -a 'stuck' -d 'Write to standard output whatever comes.'
complete -c tool-probe -n '__tool_probe_at \'\'' -s P -l profile -r -f -a '(timeout 3 fluvio-admin profile list -q -O name 2>/dev/null)' -d 'Use this profile in place of the current one'
complete -c tool-probe -n '__tool_probe_at \'\'' -s c -l cluster -x -d 'Use the cluster at this address in place of a profile\'s'
complete -c tool-probe -n '__tool_probe_at \'\'' -s q -l quiet -d 'Print errors only, no notes'
complete -c tool-probe -n '__tool_probe_at \'\'' -s v -l verbose -d 'Print details of what is done'
complete -c tool-probe -n '__tool_probe_at \'\'' -s h -l help -d 'Print this help'
complete -c tool-probe -n '__tool_probe_at \'\'' -l version -d 'Print name and version'
complete -c tool-probe -n '__tool_probe_at \'produce\' \'0\'' -f -a '(timeout 3 fluvio-admin topic list -q -O name (__tool_probe_connection) 2>/dev/null)'
complete -c tool-probe -n '__tool_probe_at \'produce\' \'1+\'' -F
complete -c tool-probe -n '__tool_probe_at \'produce\'' -s d -l delimiter -x -d 'Split the input after these bytes'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -l raw -d 'All input is one record'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -s t -l topic -r -f -a '(timeout 3 fluvio-admin topic list -q -O name (__tool_probe_connection) 2>/dev/null)' -d 'Send to this topic as well'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -s o -l from -x -d 'Start here'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -l new -d 'Start at the end: --from end'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -l linger -x -d 'Wait so long for more'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -s z -l compression -r -f -a 'none gzip zstd' -d 'Compress batches'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -l create -d 'Create the topic if it does not exist'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -l color -d 'Color the output'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -l no-color
complete -c tool-probe -n '__tool_probe_at \'produce\'' -l max-record -x -d 'Refuse larger records'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -l retry-for -x -d 'Try again for so long'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -s P -l profile -r -f -a '(timeout 3 fluvio-admin profile list -q -O name 2>/dev/null)' -d 'Use this profile in place of the current one'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -s c -l cluster -x -d 'Use the cluster at this address in place of a profile\'s'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -s q -l quiet -d 'Print errors only, no notes'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -s v -l verbose -d 'Print details of what is done'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -s h -l help -d 'Print this help'
complete -c tool-probe -n '__tool_probe_at \'produce\'' -l version -d 'Print name and version'
complete -c tool-probe -n '__tool_probe_at \'topic\' 0' -a 'create' -d 'Create topics.'
complete -c tool-probe -n '__tool_probe_at \'topic\' 0' -a 'list' -d 'List topics.'
complete -c tool-probe -n '__tool_probe_at \'topic\'' -s P -l profile -r -f -a '(timeout 3 fluvio-admin profile list -q -O name 2>/dev/null)' -d 'Use this profile in place of the current one'
complete -c tool-probe -n '__tool_probe_at \'topic\'' -s c -l cluster -x -d 'Use the cluster at this address in place of a profile\'s'
complete -c tool-probe -n '__tool_probe_at \'topic\'' -s q -l quiet -d 'Print errors only, no notes'
complete -c tool-probe -n '__tool_probe_at \'topic\'' -s v -l verbose -d 'Print details of what is done'
complete -c tool-probe -n '__tool_probe_at \'topic\'' -s h -l help -d 'Print this help'
complete -c tool-probe -n '__tool_probe_at \'topic\'' -l version -d 'Print name and version'
complete -c tool-probe -n '__tool_probe_at \'topic create\'' -s P -l profile -r -f -a '(timeout 3 fluvio-admin profile list -q -O name 2>/dev/null)' -d 'Use this profile in place of the current one'
complete -c tool-probe -n '__tool_probe_at \'topic create\'' -s c -l cluster -x -d 'Use the cluster at this address in place of a profile\'s'
complete -c tool-probe -n '__tool_probe_at \'topic create\'' -s q -l quiet -d 'Print errors only, no notes'
complete -c tool-probe -n '__tool_probe_at \'topic create\'' -s v -l verbose -d 'Print details of what is done'
complete -c tool-probe -n '__tool_probe_at \'topic create\'' -s h -l help -d 'Print this help'
complete -c tool-probe -n '__tool_probe_at \'topic create\'' -l version -d 'Print name and version'
complete -c tool-probe -n '__tool_probe_at \'topic list\'' -s P -l profile -r -f -a '(timeout 3 fluvio-admin profile list -q -O name 2>/dev/null)' -d 'Use this profile in place of the current one'
complete -c tool-probe -n '__tool_probe_at \'topic list\'' -s c -l cluster -x -d 'Use the cluster at this address in place of a profile\'s'
complete -c tool-probe -n '__tool_probe_at \'topic list\'' -s q -l quiet -d 'Print errors only, no notes'
complete -c tool-probe -n '__tool_probe_at \'topic list\'' -s v -l verbose -d 'Print details of what is done'
complete -c tool-probe -n '__tool_probe_at \'topic list\'' -s h -l help -d 'Print this help'
complete -c tool-probe -n '__tool_probe_at \'topic list\'' -l version -d 'Print name and version'
complete -c tool-probe -n '__tool_probe_at \'fail\'' -s P -l profile -r -f -a '(timeout 3 fluvio-admin profile list -q -O name 2>/dev/null)' -d 'Use this profile in place of the current one'
complete -c tool-probe -n '__tool_probe_at \'fail\'' -s c -l cluster -x -d 'Use the cluster at this address in place of a profile\'s'
complete -c tool-probe -n '__tool_probe_at \'fail\'' -s q -l quiet -d 'Print errors only, no notes'
complete -c tool-probe -n '__tool_probe_at \'fail\'' -s v -l verbose -d 'Print details of what is done'
complete -c tool-probe -n '__tool_probe_at \'fail\'' -s h -l help -d 'Print this help'
complete -c tool-probe -n '__tool_probe_at \'fail\'' -l version -d 'Print name and version'
complete -c tool-probe -n '__tool_probe_at \'wait\'' -s P -l profile -r -f -a '(timeout 3 fluvio-admin profile list -q -O name 2>/dev/null)' -d 'Use this profile in place of the current one'
complete -c tool-probe -n '__tool_probe_at \'wait\'' -s c -l cluster -x -d 'Use the cluster at this address in place of a profile\'s'
complete -c tool-probe -n '__tool_probe_at \'wait\'' -s q -l quiet -d 'Print errors only, no notes'
complete -c tool-probe -n '__tool_probe_at \'wait\'' -s v -l verbose -d 'Print details of what is done'
complete -c tool-probe -n '__tool_probe_at \'wait\'' -s h -l help -d 'Print this help'
complete -c tool-probe -n '__tool_probe_at \'wait\'' -l version -d 'Print name and version'
complete -c tool-probe -n '__tool_probe_at \'read\'' -s P -l profile -r -f -a '(timeout 3 fluvio-admin profile list -q -O name 2>/dev/null)' -d 'Use this profile in place of the current one'
complete -c tool-probe -n '__tool_probe_at \'read\'' -s c -l cluster -x -d 'Use the cluster at this address in place of a profile\'s'
complete -c tool-probe -n '__tool_probe_at \'read\'' -s q -l quiet -d 'Print errors only, no notes'
complete -c tool-probe -n '__tool_probe_at \'read\'' -s v -l verbose -d 'Print details of what is done'
complete -c tool-probe -n '__tool_probe_at \'read\'' -s h -l help -d 'Print this help'
complete -c tool-probe -n '__tool_probe_at \'read\'' -l version -d 'Print name and version'
complete -c tool-probe -n '__tool_probe_at \'stuck\'' -l grace -x -d 'After a signal, finish for at most this long'
complete -c tool-probe -n '__tool_probe_at \'stuck\'' -l sigint-ok -d 'Exit 0 after SIGINT or SIGTERM if nothing was lost'
complete -c tool-probe -n '__tool_probe_at \'stuck\'' -s P -l profile -r -f -a '(timeout 3 fluvio-admin profile list -q -O name 2>/dev/null)' -d 'Use this profile in place of the current one'
complete -c tool-probe -n '__tool_probe_at \'stuck\'' -s c -l cluster -x -d 'Use the cluster at this address in place of a profile\'s'
complete -c tool-probe -n '__tool_probe_at \'stuck\'' -s q -l quiet -d 'Print errors only, no notes'
complete -c tool-probe -n '__tool_probe_at \'stuck\'' -s v -l verbose -d 'Print details of what is done'
complete -c tool-probe -n '__tool_probe_at \'stuck\'' -s h -l help -d 'Print this help'
complete -c tool-probe -n '__tool_probe_at \'stuck\'' -l version -d 'Print name and version'
