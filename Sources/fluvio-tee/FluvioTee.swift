import ToolSupport

/// The tool, and what its manual says of it as a whole.
let fluvioTee = Tool(
    "fluvio-tee", "tee(1) whose outputs are topics",
    manual: Manual(
        description: """
            `fluvio-tee` copies standard input to standard output, unchanged and at once, and to files and topics of a \
            Fluvio cluster on the way. For topics the input falls into records, lines by default.

            Standard output never waits for the cluster's answers, unless `--after-ack` asks for it; it can wait for room \
            in a topic's queue (`--when-full`). All records of a run go to one partition of a topic, in their order, unless \
            they have keys or `--spread` is given.

            Without topics it does what tee(1) does.
            """,
        exitStatus: [
            Manual.Entry("1", "A record is not stored in every topic, or an output could not be written."),
            Manual.Entry("3", "The cluster could not be reached; standard input was not read."),
            Manual.Entry("4", "A record was refused, such as one above `--max-record`; the message names its line."),
        ],
        signals: """
            After `SIGINT` (unless `-i` is given), `SIGTERM` or `SIGHUP` it stops reading, waits for the acknowledgements \
            of what it has read, for at most `--grace`, and dies by the signal; a second one kills at once. `SIGUSR1` has \
            one line about the progress written to standard error. A reader of standard output that goes away stops \
            nothing as long as there are topics; without them it kills by `SIGPIPE`, as it does tee(1).
            """,
        environment: Manual.Entry.clusterEnvironment,
        files: [
            Manual.Entry("~/.fluvio/config", "Profiles: which clusters there are, and which is the current one."),
            Manual.Entry(
                "DIR/TOPIC.POSITION.spool",
                "Records of a `--spool`, with checksums. A file with damage is kept as `.damaged` when the rest is sent."
            ),
        ],
        seeAlso: ["fluvio-admin(1)", "fluvio-cat(1)", "tee(1)"]),
    command: Command(
        "fluvio-tee", "Copy standard input to standard output, files and topics.", TeeOptions.self,
        examples: [
            Example(
                "printf 'a\\nb\\n' | fluvio-tee logs | wc -l", "Counts lines, and keeps them in the topic `logs`.",
                output: "2\n"),
            Example(
                "seq 1000 | fluvio-tee --spool ./spool --create events >/dev/null",
                "Keeps what the cluster does not take at the moment in files."),
            Example("fluvio-tee --drain ./spool", "Sends what is left in a spool."),
            Example(
                "seq 5 | fluvio-tee --after-ack logs | tail -n 1", "Passes on only what is stored.", output: "5\n"),
            Example(
                "fluvio-cat consume -e logs | fluvio-tee -J copy | jq -r .value",
                "Copies a topic on the way through a pipe."),
        ]
    ) { options, context in try await TeeCommand(options: options, context: context).run() })
