import FluvioClient
import ToolSupport

extension ConsumeOptions {
    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("TOPIC", to: \.topics, as: .topic, help: "the topics to read")
        declareTopics(&table)
        declareRange(&table)
        declarePositions(&table)
        declareOutput(&table)
        declareFiles(&table)
        table.group("SmartModules")
        table.include(\.smartModules)
        table.group("Trouble")
        table.value(
            "--on-corrupt", to: \.onCorrupt, as: .choice("POLICY"), help: "At a damaged batch stop, or skip it",
            manual:
                "At a damaged batch `stop`, or `skip` it, with a line that names topic, partition and offset; either "
                + "way the exit status is 1.")
        table.flag(
            "--strict", to: \.isStrict, help: "Exit 1 if records that were asked for are not kept any more")
        table.flag("--fail-empty", to: \.failsEmpty, help: "Exit 1 if there was no record")
        table.flag(
            "--keep-duplicates", to: \.keepsRepeats, help: "Write records that stand in the log twice twice",
            manual: "Write records twice that stand in the log twice. That happens when a producer of these tools sent "
                + "them again after the loss of a server that had stored them after all; without this option the "
                + "repeats are left out and counted.")
        table.include(\.connection)
        table.include(\.stop)
        Foreign.declare(&table)
        table.foreign(
            "-G", hint: "Fluvio has no groups of consumers; -g ID goes on where the last run with that ID was")
        table.foreign("-O", "--output", hint: "records are JSON lines; --value, --raw and -f write them otherwise")
        table.foreign("-F", hint: "-f FORMAT writes records as kcat does")
        table.foreign("-s", hint: "--value-unpack PACK unpacks values")
        table.foreign("-A", "--all-partitions", hint: "all partitions are read unless -p says otherwise")
        table.foreign("--disable-continuous", hint: "-e exits at the end")
        table.foreign("--start", hint: "-o N begins at an offset")
        table.foreign("--end", hint: "-o :N ends before an offset")
    }

    private static func declareTopics(_ table: inout OptionTable<Self>) {
        table.group("Which topics")
        table.list(
            "-t", "--topic", to: \.namedTopics, as: .topic, help: "Read this topic, as if it were an operand")
        table.flag(
            "-r", "--regex", to: \.isRegularExpression, help: "Take TOPIC as a regular expression",
            manual:
                "Take every TOPIC as a regular expression (PCRE2), which is searched for in the names: `^logs-` finds "
                + "all that begin so. One that begins with `^` is taken so in any case. Topics that come later are read "
                + "from their beginning, unless `-e` is given, and so are new partitions; a topic that is deleted is "
                + "noted.")
        table.list(
            "-p", "--partition", to: \.partitionLists, as: .partitions, help: "Read these partitions only, as in 0,2-5")
    }

    private static func declareRange(_ table: inout OptionTable<Self>) {
        table.group("Which records")
        table.flag("-e", "--exit-at-end", to: \.stopsAtEnd, help: "Exit where the partitions end now")
        table.value(
            "-o", "--from", to: \.fromOrHalf, as: .ranges, fallback: "beginning, or where the last run with -g was",
            help: "Read this range of every partition",
            manual:
                "Where every partition begins to be read, and perhaps where it ends: `beginning`, `end`, an offset `N`, "
                + "`+N` (so many records after the first that is kept), `-N` (so many before the end), `@TIME` (the "
                + "first record that is not older; see `--since`); with an end behind a colon, which is not read any "
                + "more: `N:M`, `:M`, `:end` (where the partition ends now), `@TIME:TIME`, `@TIME:15m` (so long after "
                + "the first time), `@:TIME`. `5-10` is `5:10`. Single partitions: `0=10,1=end`. As in kcat, `s@MS` and "
                + "`e@MS` are the time where it begins and where it ends, and can be given both, and `stored` is where "
                + "the last run with `-g` or `--state` was, or the beginning.")
        table.flag("--new", to: \.from, value: .init(all: .init(start: .position(.end))), help: "Read new records only")
        table.flag(
            "-B", "--beginning", to: \.from, value: .init(all: .init(start: .position(.beginning))),
            help: "Same as --from beginning")
        table.value("-H", "--head", to: \.from, as: .head, help: "Same as --from +N")
        table.value("-T", "--tail", to: \.from, as: .tail, help: "Same as --from -N, in every partition")
        table.value(
            "--last", to: \.last, as: .integer("N", in: 0...100_000_000),
            help: "Begin with the last N records of all partitions together",
            manual: "Begin with the last N records of all partitions together, by their timestamps.")
        table.value(
            "--since", to: \.since, as: .moment, help: "Begin at the first record that is not older",
            manual: "Begin at the first record that is not older than TIME: a day (`2026-01-31`, which begins at 0:00 "
                + "UTC), RFC 3339 (`2026-01-31T12:30:00Z`, `+01:00`, fractions of a second), seconds or milliseconds since "
                + "1970 (`1769862600`, `1769862600000`, with `s` or `ms` if one likes), or a time before now (`15m`, `-1h`, "
                + "`2d`, `3 hours ago`, `now`), or `today` and `yesterday`, which begin at 0:00 UTC. Found by looking at the headers of a few batches, not by reading all. Where the timestamps of a "
                + "partition do not rise, it is one of the places that fit. Records without timestamp count as older.")
        table.value(
            "--until", to: \.until, as: .moment, help: "End before the first record that is not older",
            manual:
                "End before the first record that is not older than TIME (see `--since`). A time to come (`+5m`) ends "
                + "the reading when it is there.")
        table.value("-n", "--count", to: \.count, as: .integer("N", in: 0...Int.max), help: "Exit after N records")
        table.value("--for", to: \.limit, as: .duration(bare: .seconds), help: "Exit after this time")
        table.value(
            "--idle", to: \.idle, as: .duration(bare: .seconds), help: "Exit when nothing has come for this time")
        table.value(
            "--isolation", to: \.isolation, as: .isolation,
            help: "Read what all replicas have, or what the leader has")
        table.value(
            "--max-bytes", to: \.maximumBytes, as: .size(in: 1024...1 << 30),
            help: "Ask for so many bytes at once, over all partitions")
        table.value(
            "--max-decompressed", to: \.maximumDecompressed, as: .size(in: 1024...1 << 30),
            help: "A batch that is larger once decompressed is damaged",
            manual:
                "A batch whose records are larger than this once decompressed counts as damaged (see `--on-corrupt`): a "
                + "few kilobytes can become any amount of memory.")
    }

    private static func declarePositions(_ table: inout OptionTable<Self>) {
        table.group("Going on later")
        table.value(
            "-g", "--consumer", to: \.group, as: .text("ID"), help: "Go on where the consumer of this name was",
            manual:
                "Begin where the last run with this ID was, and store on the servers how far this one is: what write(2) has "
                + "taken, never what is still to be written. `--from` and `--since` override where it begins. Other clients "
                + "of Fluvio see the same positions. Fluvio has no groups: two processes with one ID both get all records, "
                + "and the last that stores decides where the next begins; a process that finds this says so. What "
                + "stands in the log twice, before that place and behind it, is known by a look at the 8 MiB before it; "
                + "with `--state`, which keeps what it needs for that, however far away it is.")
        table.value(
            "--state", to: \.state, as: .file, help: "Go on where this file says",
            manual: "Begin where the file says, and keep in it how far this run is, as `-g` does on the servers. It is "
                + "replaced as a whole and synced; one process at a time can have it, another exits with 5. `FILE.lock` "
                + "beside it stays.")
        table.value(
            "--commit-every", to: \.commitEvery, as: .duration(bare: .seconds), help: "Store positions this often")
        table.flag("--no-commit", to: \.isDry, help: "With -g: begin there, and store nothing")
    }

    private static func declareOutput(_ table: inout OptionTable<Self>) {
        table.group("Output")
        table.flag(
            "-J", to: \.envelope, value: .fluvio, help: "Write JSON lines, which is what is done anyway")
        table.value(
            "--envelope", to: \.envelope, as: .choice("NAMES"), fallback: "fluvio",
            help: "Write JSON lines with the names of fluvio or kcat",
            manual:
                "Write JSON lines with the names that are described above (`fluvio`), or with those of `kcat -J`: `ts` and "
                + "`tstype` for the timestamp (-1 and `unknown` for none), `payload` for the value, for jq programs that "
                + "know them. Where kcat would write what is no JSON, as the bytes are no UTF-8, it is base64, and "
                + "`key_enc` or `payload_enc` says so. `fluvio-cat produce --input kcat` reads them back.")
        table.value(
            "--value", to: \.value, as: .choice("STYLE"), help: "Write values as text, json or base64",
            manual:
                "How values stand in the JSON lines: `text` (a string; base64 where the bytes are no UTF-8), `json` "
                + "(as they are where they are one JSON text, else as text), `base64` (always).")
        table.flag("-j", to: \.value, value: .json, help: "Same as --value json")
        table.value(
            "--fields", to: \.fields, as: .fields, fallback: "topic,partition,offset,timestamp,key,value",
            help: "Write these members only, separated by commas",
            manual:
                "Write these members only: `topic`, `partition`, `offset`, `timestamp`, `time` (the timestamp as text), "
                + "`key`, `value`, separated by commas. Without all of the first six the lines are no records that "
                + "`fluvio-cat produce` can tell from other JSON.")
        table.flag(
            "--time-iso", to: \.showsTime, help: "Write the timestamp once more, as text in a member time")
        table.value(
            "--value-unpack", to: \.unpack, as: .pack, help: "Write the numbers in binary values",
            manual:
                "Write the numbers in binary values as a list, in the JSON lines or as `%s` of `--format`; as kcat's `-s` has "
                + "it: `b B h H i I q Q` are integers of 1, 2, 4 and 8 bytes, with and without a sign, `<` and `>` say that "
                + "the lowest or the highest byte stands first (as it is otherwise), `c` is a character, `s` the rest as "
                + "a text, `$` says that nothing is left. A value of another form is written as it is, and makes the "
                + "status 1. Such lines are no copy, and jq(1) rounds numbers above 2^53.")
        table.flag("--ascii", to: \.isASCII, help: "Escape everything that is not ASCII")
        table.flag("--seq", to: \.isSequence, help: "Begin every line with 0x1E, as RFC 7464 has it")
        table.flag("--raw", to: \.isRaw, help: "Write values alone, byte for byte, each followed by the delimiter")
        table.flag("--raw0", to: \.raw0, help: "Same as --raw -0")
        table.value(
            "-d", "--delimiter", to: \.delimiter, as: .bytes(), aliases: ["-D"], fallback: "\\n",
            help: "End raw values with these bytes",
            manual:
                "With `--raw` and `-K`: end values with these bytes, which may be none; `\\n \\r \\t \\0 \\\\ \\xNN` "
                + "are understood.")
        table.flag("-0", "--null", to: \.delimiter, value: [0], help: "With --raw: end values with NUL")
        table.value(
            "-K", "--key-separator", to: \.keySeparator, as: .bytes("SEP"),
            help: "Write key, SEP and value, raw",
            manual: "Write key, SEP, value and the delimiter, byte for byte, as kcat does. A record without key looks "
                + "like one with an empty key.")
        table.value(
            "-f", "--format", to: \.format, as: .format, help: "Write records in this format",
            manual: """
                Write records in this format, with nothing between them: `%t` topic, `%p` partition, `%o` offset, `%T` \
                timestamp in milliseconds (-1 for none), `%k` key, `%K` its bytes (-1 for none), `%s` value, `%S` its bytes, \
                `%R` the same as four bytes, `%h` headers (there are none), `%%` a percent sign; `\\n \\r \\t \\0 \\xNN`, and `\\NNN` in octal, \
                as printf(1) has it. \
                In braces: `%{k:base64}`, `%{s:hex}`, `%{s:json}`, `%{T:iso}`, and what stands for a missing key or \
                timestamp, `%{k?-}`.
                """)
        table.flag("-u", "--unbuffered", to: \.isUnbuffered, help: "Write every record by itself")
    }

    private static func declareFiles(_ table: inout OptionTable<Self>) {
        table.group("Files")
        table.value(
            "--out", to: \.out, as: .path, help: "Write to files, as in dir/{topic}-{partition}.jsonl",
            manual:
                "Append the records of every partition to a file of its own, whose path is made of PATTERN: `{topic}`, "
                + "`{partition}` and `{offset}` (of the first record in it) stand for what they say, directories are made. "
                + "A name that ends in `.gz` or `.zst` is written compressed. With `-g` or `--state` the next run goes on in "
                + "the same files, without a record lost or twice whatever ended the last: how long each file is is kept "
                + "with the position, when the file is synced, and what came after that is cut off. With `-g` alone that is "
                + "kept in `.ID.state` beside the files. Without either, files must not be there yet. After `SIGHUP` files that have "
                + "been moved away are made anew, as logrotate(8) wants it; until then the moved ones grow.")
        table.value(
            "--rotate-size", to: \.rotateSize, as: .size(in: 1...1 << 50),
            help: "Begin another file when one has this size",
            manual:
                "Begin another file when one has this size. The name of each then has the offset of its first record, at "
                + "`{offset}` or in front of the ending.")
        table.value(
            "--rotate-every", to: \.rotateAfter, as: .duration(bare: .seconds),
            help: "Begin another file after this time")
    }

    /// ``from``, of which a range of kcat's changes one end.
    private var fromOrHalf: OffsetRanges {
        get { from }
        set { from = newValue.completing(from) }
    }

    /// Sets both that `--raw0` stands for.
    private var raw0: Bool {
        get { isRaw && delimiter == [0] }
        set {
            isRaw = newValue
            if newValue { delimiter = [0] }
        }
    }
}

extension ValueKind where Value == RecordFields {
    /// Names of members, separated by commas.
    static var fields: ValueKind {
        let names: [(String, RecordFields)] = [
            ("topic", .topic), ("partition", .partition), ("offset", .offset), ("timestamp", .timestamp),
            ("time", .time), ("key", .key), ("value", .value),
        ]
        return ValueKind("NAMES") { text throws(ValueError) in
            var fields: RecordFields = []
            for word in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let known = names.first(where: { $0.0 == word }) else {
                    throw ValueError("'\(word)' is none of \(names.map(\.0).joined(separator: ", "))")
                }
                fields.insert(known.1)
            }
            return fields
        }
    }
}
