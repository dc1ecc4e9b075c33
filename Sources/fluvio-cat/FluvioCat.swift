import ToolSupport

/// The tool: its commands, and what its manual says of it as a whole.
let fluvioCat: Tool = Tool(
    "fluvio-cat", "pipe records into and out of Fluvio topics",
    manual: Manual(
        description: """
            `fluvio-cat` connects pipes and files to the topics of a Fluvio cluster. `produce` sends its input, record by \
            record; `consume` writes records as JSON lines, or raw, or to files; `copy` takes them from one topic to \
            another, with proof.

            Bytes are bytes: NUL, CR, what is not UTF-8, empty lines and a last line without its newline arrive as they \
            are. Everything that was read is acknowledged by the cluster when the tool exits with 0; what is not is \
            counted on standard error.
            """,
        exitStatus: [
            Manual.Entry(
                "4",
                "An input record was refused: too large, without key separator, or no envelope. The message names "
                    + "its line."),
            Manual.Entry("5", "Another process has the file of `--state`."),
        ],
        signals: """
            `produce` stops reading, waits for the acknowledgements of what it has read, for at most `--grace`, says how \
            many records are unknown, and dies by the signal. `consume` writes out what it has begun, stores its position and \
            dies by the signal; `copy` waits until the target has acknowledged what was read, and does the same. When the reader of its output is gone, `consume` ends at once and in silence, as a filter should. With `--out` `SIGHUP` has files made anew that were \
            moved away, and ends nothing.
            """,
        environment: Manual.Entry.clusterEnvironment,
        files: [Manual.Entry("~/.fluvio/config", "Profiles: which clusters there are, and which is the current one.")],
        seeAlso: ["fluvio-admin(1)", "jq(1)", "tee(1)"]),
    [produce, consume, copy, .completions(for: "fluvio-cat") { fluvioCat }])

private let produce = Command(
    "produce", "Send the input to a topic, record by record.", ProduceOptions.self,
    manual: """
        Each line of the FILEs, or of standard input, becomes a record of TOPIC. Records are gathered into batches while \
        the input has more at the moment, and leave when it has not: `tail -F` loses no time, `cat` no throughput.
        """,
    examples: [
        Example("printf 'one\\ntwo\\n' | fluvio-cat produce logs", "Sends two records to the topic `logs`."),
        Example(
            "printf 'u1,Ann\\nu2,Bob\\n' | fluvio-cat produce -K , users",
            "Sends records with keys: `u1` with the value `Ann`, `u2` with `Bob`."),
        Example(
            "fluvio-cat consume -e logs | fluvio-cat produce -J copy",
            "Copies a topic with keys, binary values and timestamps."),
        Example(
            "fluvio-cat produce --raw --key-from name -t logs -t copy /etc/hostname /etc/hosts",
            "Sends files whole, under their names, to two topics."),
        Example(
            "echo '{\"type\":\"users\",\"id\":7}' | fluvio-cat produce --topic-json .type --key-json .id",
            "Sends each line to the topic that it names."),
        Example("fluvio-cat produce --rate 500/s logs </etc/services", "Sends no more than 500 lines a second."),
        Example(
            "fluvio-cat produce -z zstd --acks logs </etc/services 2>acks.jsonl",
            "Sends a file compressed, and keeps what was acknowledged."),
    ]
) { options, context in try await ProduceCommand(options: options, context: context).run() }

private let consume = Command(
    "consume", "Write the records of a topic, from the beginning, and go on as new ones come.", ConsumeOptions.self,
    manual: """
        Every record is one line of JSON with the members `topic`, `partition`, `offset`, `timestamp` (milliseconds since \
        1970, or null), `key` (or null) and `value`. `key_enc` or `value_enc` say how a member's bytes are written if they \
        are not the string's UTF-8: `base64` where they are no UTF-8, `json` with `--value json`.

        Records of one partition come in their order; those of several come as they arrive.
        """,
    examples: [
        Example("fluvio-cat consume -e --since 15m logs", "Writes the records of the last quarter of an hour."),
        Example("fluvio-cat consume -e -o 1:3 logs", "Writes the records with the offsets 1 and 2."),
        Example(
            "fluvio-cat consume -e -g nightly logs >>new.jsonl",
            "Writes what has come since the last run of the same line."),
        Example(
            "fluvio-cat consume -e -f '%t/%p/%o %{T:iso} %{k?-} %s\\n' logs", "Writes lines for people, as kcat does."),
        Example(
            "fluvio-cat consume -e -g files --out 'out/{topic}-{partition}.jsonl.gz' '^tmp-' logs",
            "Appends several topics to compressed files, each record once."),
        Example("fluvio-cat consume -e logs | jq -r .value", "Writes all values there are and exits."),
        Example("fluvio-cat consume -e --last 2 logs", "Writes the last two records of all partitions."),
        Example(
            "fluvio-cat consume -e --raw -0 logs | xargs -0 -n 1 echo",
            "Hands values to another program, byte for byte."),
    ]
) { options, context in try await ConsumeCommand(options: options, context: context).run() }

private let copy = Command(
    "copy", "Copy a topic to another, and go on as new records come.", CopyOptions.self,
    manual: """
        Reads SOURCE and sends to TARGET, in one process, with key, value, timestamp and order. Either can be of the cluster \
        of another profile: `PROFILE/TOPIC`. What is stored as the place to go on at is only what the target has \
        acknowledged. Offsets, the bounds of batches, their compression and ids of schemas are not kept.
        """,
    examples: [
        Example("fluvio-cat copy -e --create logs archive", "Copies what there is."),
        Example(
            "fluvio-cat copy -e --state archive.state --create logs archive",
            "The same, and run again it goes on where it was, with nothing lost or twice."),
        Example(
            "fluvio-cat copy -e --rehash --create=3 -g mirror users spread",
            "Spreads a topic over three partitions by its keys."),
    ]
) { options, context in try await CopyCommand(options: options, context: context).run() }
