import FileSource
import ToolSupport

/// The tool: its commands, and what its manual says of it as a whole.
let fluvioSourceFile = Tool(
    "fluvio-source-file", "send files to a Fluvio topic, and what is appended to them",
    manual: Manual(
        description: """
            `fluvio-source-file` sends the lines of files to a topic, and goes on as they grow, are rotated, cut, deleted and \
            made anew. It keeps how far each file is, as acknowledged by the cluster; after a crash it reads the end of the \
            topic and sends nothing that is there already. `--help guarantees` says what is lost or twice, and when.

            A file is known again by its place and its content, whatever becomes of its name: also when it was renamed or \
            compressed while the tool was not running. The lines of a file keep their order, and so do those of files that \
            rotation makes one after the other.

            Each file stays open and takes a descriptor, of which a process has as many as the hard limit says (`ulimit \
            -Hn`). Files of /proc and /sys, whose size says nothing, go by way of standard input.

            A file that begins as those of gzip(1), zstd(1) or xz(1) do is read as what is compressed in it, whatever its \
            name. Those of other programs, such as bzip2(1), are bytes, and are not known again either. Where rotation \
            moves files to another directory (olddir of logrotate(8)), what is in there must be named as well: \
            `'log/*.log' 'old/*'`.

            A file is known again by its place (device, inode and time of birth), its beginning and the bytes before the \
            position, and its name says nothing. A name that rotation gives is not taken for a new file while it may \
            become a copy of a known one: as long as it has the same beginning, is shorter, and was written to less than \
            five seconds ago. After that one of more than 1 KB is a copy, of which nothing is sent, until it has more.
            """,
        exitStatus: [
            Manual.Entry("4", "A line was not of the format, or too long, and the policy was to stop or to tell."),
            Manual.Entry("5", "Another process has the state directory."),
        ],
        signals: """
            `SIGTERM` and `SIGINT`: no more is read, what was read is acknowledged, for at most `--grace`, the checkpoint is \
            written, and the tool dies by the signal. A second one ends it at once. `SIGHUP`: all directories are looked at \
            again. `SIGUSR1`: one line on standard error says how far it is.
            """,
        environment: Manual.Entry.clusterEnvironment + [
            Manual.Entry("STATE_DIRECTORY", "The state directory that systemd has made; `--state-dir` goes before it."),
            Manual.Entry(
                "NOTIFY_SOCKET", "Where the service manager is told that the tool is ready, alive or stopping."),
        ],
        files: [
            Manual.Entry(
                "~/.local/state/fluvio-source-file/TOPIC/checkpoint", "How far each file is; JSON and a checksum."),
            Manual.Entry("~/.fluvio/config", "Profiles: which clusters there are, and which is the current one."),
        ],
        seeAlso: ["fluvio-admin(1)", "fluvio-cat(1)", "tail(1)", "logrotate(8)"]),
    standard: "run", [run, status, check])

private let run = Command(
    "run", "Send files to a topic, and go on as they grow.", SourceOptions.self,
    manual: """
        Reads every file that a PATH names or matches, from where the checkpoint says, and each line becomes a record of \
        TOPIC.

        With `--once`, a PATH that is no pattern and names no file is an error (status 1), as for cat(1), while the other \
        files are sent; it is none where the file was read before, as the checkpoint knows for a week. A pattern that \
        matches nothing is told, and is no error. Without `--once` both are told at the start, and waited for.
        """,
    examples: [
        Example(
            "fluvio-source-file --once --state-dir state logs /etc/services", "Sends what a file holds, and exits."),
        Example(
            "fluvio-source-file --once --state-dir state --key name --newer-than 3650d logs '/etc/*.conf'",
            "Sends several files, each line with the name of its file as key."),
        Example(
            """
            printf 'id,name\\n7,Ada\\n' > users.csv &&
            fluvio-source-file --once --state-dir state --format csv users users.csv &&
            fluvio-cat consume -e --last 1 --raw users | jq -r .name
            """, "Makes a JSON object of each row of a table."),
    ]
) { options, context in try await RunCommand(options: options, context: context).run() }

private let status = Command(
    "status", "Print the checkpoint: how far each file is.", StatusOptions.self,
    manual: """
        Prints the checkpoint as JSON, with the sizes that the files have now: bytes acknowledged, bytes that wait, bytes \
        that are known to be lost. Also beside a running source, which it does not disturb.
        """,
    examples: [
        Example(
            """
            fluvio-source-file --once --state-dir state logs /etc/services &&
            fluvio-source-file status --state-dir state | jq .lag_bytes
            """, "Sends a file, and says how many bytes wait.")
    ]
) { options, context in try StatusCommand(options: options, context: context).run() }

private let check = Command(
    "check", "Try everything that a run needs, and send nothing.", SourceOptions.self,
    manual: """
        Says of the files, the state directory, the cluster and the topic whether they are as a run needs them, one line \
        each. Takes the options of `run`.
        """,
    examples: [
        Example(
            "fluvio-source-file check --state-dir state logs '/etc/serv*'", "Says whether these files could be sent.")
    ]
) { options, context in try await CheckCommand(options: options, context: context).run() }
