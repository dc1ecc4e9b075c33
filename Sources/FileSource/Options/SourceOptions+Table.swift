package import ToolSupport

extension SourceOptions {
    package static func declare(_ table: inout OptionTable<Self>) {
        table.operand("TOPIC", to: \.topic, as: .topic, help: "the topic to send to")
        table.operands(
            "PATH", to: \.paths, as: .file.named("PATH"), least: 1,
            help: "files, or patterns for them (quote them: **, *, ?, [a-z], {a,b}); - is standard input")
        declareSelection(&table)
        declareRecords(&table)
        declareSending(&table)
        declareOperation(&table)
    }

    private static func declareSelection(_ table: inout OptionTable<Self>) {
        table.group("Which files")
        table.list(
            "--exclude", to: \.exclude, as: .text("GLOB"), help: "Leave out what matches; names if it has no slash",
            manual:
                "Leave out paths that match, and directories that do with all that is below them. A pattern without a "
                + "slash is for names, wherever they stand.")
        table.value(
            "-o", "--from", to: \.from, as: .startPlace,
            help: "Begin at checkpoint, beginning, end or time:WHEN",
            manual:
                "`checkpoint`: go on where the checkpoint says, with files that it does not know at their beginnings. "
                + "`beginning`: take all files as new ones. `end`: of files that are there at the first start, send only "
                + "what comes then. `time:WHEN`: pass over files that have not changed since.")
        table.value(
            "--newer-than", to: \.newerThan, as: .duration(bare: .seconds),
            help: "Pass over files that have not changed for this long",
            manual: "Pass over files that have not changed for this long. One that changes is taken from its beginning."
        )
        table.flag(
            "--once", to: \.isOnce, help: "Exit when all that is there is acknowledged",
            manual:
                "Read what is there, and exit when all of it is acknowledged. What stands at the end of a file without "
                + "a delimiter is a record then.")
        table.value(
            "--scan-interval", to: \.scanInterval, as: .duration(bare: .seconds),
            help: "Look for new files at least this often",
            manual:
                "Look at the directories at least this often. Changes are noticed at once where inotify(7) works; what "
                + "decides is the look. On local file systems, where inotify can be relied on, the looks are ten times "
                + "rarer as long as they find nothing that it has not told of.")
    }

    private static func declareRecords(_ table: inout OptionTable<Self>) {
        table.group("Records")
        table.value(
            "--encoding", to: \.encoding, as: .encoding, fallback: "bytes as they are",
            help: "Make UTF-8 of text in this encoding, such as utf-16, latin1, shift_jis",
            manual:
                "The encoding of the files, of which UTF-8 is made: `utf-8` (which is checked then), `utf-16` and `utf-32` "
                + "(the mark at the beginning of each file says the order of bytes; without one the low byte is first), "
                + "`utf-16le`, `utf-16be`, `latin1`, or another that iconv(3) knows. A mark at the beginning of a file is left "
                + "out. Positions and offsets stay those of the file, `--max-line` counts its bytes, and `--delimiter` is "
                + "given in UTF-8. Dead letters are the bytes of the file.")
        table.value(
            "--invalid", to: \.invalid, as: .choice("POLICY"), fallback: "replace",
            help: "For what is no text in --encoding, replace or refuse",
            manual:
                "What becomes of bytes that are no text in `--encoding`: `replace` sends U+FFFD in their place, and counts "
                + "the lines; `refuse` treats the line as `--on-bad-line` says.")
        table.value(
            "-d", "--delimiter", to: \.delimiter, as: .bytes(), aliases: ["-D"], fallback: "\\n",
            help: "End records with these bytes")
        table.value(
            "--max-line", to: \.maximumLine, as: .size(in: 1...33_000_000),
            help: "Take longer lines, and records of several, as --oversize says")
        table.value(
            "--oversize", to: \.oversize, as: .choice("POLICY"), fallback: "truncate, and stop with --format csv",
            help: "Treat a longer line as truncate, split, drop or stop",
            manual:
                "What becomes of a line, or a record of several, above `--max-line`: `truncate` (its beginning is sent), "
                + "`split` (a line alone: sent as several records), `drop`, `stop` (with status 4). What is cut or left out is counted and told, "
                + "also with `--quiet`; as it was asked for, the status is 0. A row of CSV can only be whole: `drop` or `stop`."
        )
        table.flag("--skip-empty", to: \.skipsEmpty, help: "Leave out empty lines, which are records otherwise")
        table.value(
            "--start-regex", to: \.startPattern, as: .pattern, help: "A record begins with a line that matches",
            manual: "Records are of several lines, and the first of each matches the pattern (PCRE2, not anchored).")
        table.value(
            "--continue-regex", to: \.continuePattern, as: .pattern,
            help: "A line that matches goes on with the record",
            manual: "Records are of several lines, of which all but the first match the pattern, such as `^\\s`.")
        table.value(
            "--group-timeout", to: \.groupTimeout, as: .duration(bare: .seconds),
            help: "Do not wait longer for a record's next line",
            manual:
                "Take a record of several lines for whole when nothing has come for this long. Without it the record "
                + "waits for the first line of the next, or for the end of the file: where that was rotated, until there are "
                + "lines in the file in its place and nothing has come here for a second, or until it is closed "
                + "(`--close-after`). Where records end depends on the clock then, and after a crash some may come twice."
        )
        table.value(
            "--partial-timeout", to: \.partialTimeout, as: .duration(bare: .seconds),
            help: "Do not wait longer for the end of a line",
            manual:
                "Send what stands at the end of a file without a delimiter when nothing has come for this long. Without "
                + "it such a line waits for its end, or for the file to be rotated or deleted. Where records end depends on "
                + "the clock then, and after a crash some may come twice.")
        table.value(
            "-k", "--key", to: \.key, as: .keySource,
            help: "Give records a key: path, name, regex:, json:, fid, fid:offset",
            manual:
                "The key of a record: `path` or `name` of its file, what the first group of `regex:PATTERN` finds in it, "
                + "the value at `json:PATH` (as in `.user.id`), the id of the file that the checkpoint gives it, or that and "
                + "the record's offset. A record without one has no key. Keys decide the partition; all records of a file go "
                + "to one partition where they have no key, or the same.")
        table.partition(
            to: \.partition,
            manual:
                "Send everything to this partition, with or without a key; dead letters stay in partition 0 of their "
                + "topic. A file that went to others goes on here. Without it again, a file whose lines do not decide "
                + "by their keys goes on where it went.")
        table.partitioner(
            to: \.partitioner, fallback: "the keys of lines, and one partition for each file without them",
            manual:
                "What decides about the partition of a record that has a key: `sip` or `sticky`, the key, as with "
                + "fluvio-cat(1) and the official client, also where all records of a file have the same one (`--key path`, "
                + "`name`, `fid`). Records without a key go to one partition for each file and those that rotation makes of "
                + "it, which keeps them in order, so that `round-robin` is refused.")
        table.flag(
            "--envelope", to: \.hasEnvelope, help: "Send JSON objects that say where a line comes from",
            manual:
                "Send each line as a JSON object with the members `fid`, `path`, `line`, `offset`, `host` and `value` "
                + "(and `value_enc`: `base64`, where the line is no UTF-8). `line` counts the records of the file, that of its "
                + "columns among them; `offset` is the byte at which the record begins, in compressed files of their content."
        )
        table.value(
            "--format", to: \.format, as: .choice("FORMAT"), help: "Lines are raw, jsonl or csv",
            manual:
                "What lines are: `raw` (bytes), `jsonl` (a JSON text each, which is checked and sent as it is), `csv` "
                + "(RFC 4180: a row becomes a JSON object with the names of the file's first row, no two of them the same; "
                + "quoted line ends are part of a row).")
        table.value(
            "--on-bad-line", to: \.onBadLine, as: .choice("POLICY"),
            help: "Treat a line that is not of the format as stop, drop or dead-letter",
            manual:
                "What becomes of a line that is not of the format: `stop` ends there with status 4, and what came before "
                + "it is sent; `drop` leaves it out and counts it; `dead-letter` sends it to `--dead-letter`. The last two "
                + "exit with 4 at the end.")
        table.value(
            "--dead-letter", to: \.deadLetters, as: .topic, help: "The topic for lines that are not of the format")
        table.value(
            "--timestamp", to: \.timestamp, as: .jsonPath, fallback: "when it was read",
            help: "Take a record's timestamp from a member of its JSON",
            manual:
                "The timestamp of a record: the value at `json:PATH`, as a date and time, or as a number since 1970, of "
                + "seconds (10 digits, perhaps with a fraction), milliseconds (13), microseconds (16) or nanoseconds (19). "
                + "Where there is none, when it was read; what is no time is told once.")
    }

    private static func declareSending(_ table: inout OptionTable<Self>) {
        table.group("Sending")
        table.include(\.producer)
        table.optionalValue(
            "--create", to: \.create, as: .integer("PARTITIONS", in: 1...UInt32(Int32.max)), bare: 1,
            help: "Make the topic, with so many partitions, if it is missing")
        table.value(
            "--memory", to: \.memory, as: .size(in: (1 << 20)...(1 << 40)),
            help: "Hold at most so many bytes of records that are not acknowledged")
        table.include(\.connection)
        table.include(\.stop)
    }

    private static func declareOperation(_ table: inout OptionTable<Self>) {
        table.group("Going on later")
        table.value(
            "--state-dir", to: \.stateDirectory, as: .directory, fallback: "~/.local/state/fluvio-source-file/TOPIC",
            environment: "FLUVIO_SOURCE_STATE_DIR", help: "Keep the checkpoint here",
            manual:
                "The directory of the checkpoint: how far each file is, as acknowledged by the cluster. One process at a "
                + "time can have it; another exits with 5. Under systemd it is `STATE_DIRECTORY`.")
        table.value(
            "--checkpoint-every", to: \.checkpointEvery, as: .duration(bare: .seconds), help: "Write it this often")
        table.value(
            "--on-bad-checkpoint", to: \.onBadCheckpoint, as: .choice("POLICY"),
            help: "With a damaged one refuse, or take prev, beginning or end",
            manual:
                "With a damaged checkpoint: `refuse` to start (status 1), go on from the one before (`prev`), or take "
                + "all files from their `beginning` or `end`. One that a newer version of this tool has written is not damaged, and "
                + "always refused.")
        table.value(
            "--on-unknown", to: \.onUnknown, as: .choice("POLICY"),
            help: "Refuse to start, or resend, where the topic cannot tell what it has",
            manual:
                "After a crash the end of the topic says which of the records that were under way are in it. Where it cannot, "
                + "as the topic was made anew, has lost records, or has not kept them for so long: `refuse` to start (status "
                + "1), or `resend` them, some of them perhaps for the second time. Where nothing was under way, a topic that was "
                + "made anew is told: what was sent before is not in it, only what is new is sent, and `--from beginning` "
                + "sends all of it again.")
        table.group("Files that end")
        table.value(
            "--close-after", to: \.closeAfter, as: .duration(bare: .seconds),
            help: "Close a rotated or deleted file when it was quiet for this long",
            manual:
                "Close a file that was rotated or deleted when all of it is acknowledged and nothing has come for this "
                + "long. It is never closed before it is read.")
        table.value(
            "--then", to: \.afterwards, as: .afterwards, fallback: "keep",
            help: "When all is acknowledged keep, delete or move:DIR",
            manual:
                "`delete` a file all of which is acknowledged, as the checkpoint says too, or move it to a directory on the "
                + "same file system: with `--once` all files at the end, else rotated files when they are closed "
                + "(`--close-after`). A file that has changed since, or could not be read to its end, is left alone. Where "
                + "the directory has the name already, the id of the file (its fid) comes behind it.")
        table.value(
            "--pinned-max", to: \.pinnedMaximum, as: .size(), fallback: "no limit",
            help: "Bytes that deleted files may hold while they are not read",
            manual:
                "A deleted file takes room on the disk until it is read and closed. Above this many bytes, over all such "
                + "files, `--on-pinned` says what happens.")
        table.value(
            "--on-pinned", to: \.onPinned, as: .choice("POLICY"),
            help: "Above --pinned-max hold (and warn), or drop the oldest",
            manual:
                "Above `--pinned-max`: `hold` warns and goes on, `drop` closes the oldest and counts the bytes as lost."
        )
        table.group("Operation")
        table.value(
            "--metrics", to: \.metrics, as: .metricsTarget, help: "Show figures at HOST:PORT, unix:PATH or file:PATH",
            manual:
                "Show figures for Prometheus: by HTTP at `/metrics` of an address or of a local socket, or in a file "
                + "that is replaced every five seconds.")
        table.flag("--dry-run", to: \.isDryRun, help: "Say what would be read, and send nothing")
        table.value(
            "--config", to: \.configuration, as: .file, help: "Take options from this file",
            manual:
                "Options from a file, a line each: a name as here without the dashes, `=`, and a value; a name alone is "
                + "a flag. `#` begins a comment, at the beginning of a line or behind a space; a value in quotes, single or "
                + "double, is what stands between them. `topic = NAME` and `path = GLOB` (again and again) stand for the "
                + "operands. The command line goes before the file, a TOPIC before its topic, and any PATH before its paths."
        )
    }
}

extension ValueKind where Value == StartPlace {
    static var startPlace: ValueKind {
        ValueKind(
            "PLACE", completion: .choices(["checkpoint", "beginning", "end", "time:"]),
            format: { place in
                switch place {
                case .checkpoint: "checkpoint"
                case .beginning: "beginning"
                case .end: "end"
                case .time: nil
                }
            },
            parse: { text throws(ValueError) in
                switch text {
                case "checkpoint": return .checkpoint
                case "beginning": return .beginning
                case "end": return .end
                case _ where text.hasPrefix("time:"):
                    return .time(try ValueKind<Moment>.moment.parse(String(text.dropFirst(5))))
                default: throw ValueError("'\(text)' is none of checkpoint, beginning, end, time:WHEN")
                }
            })
    }
}

extension ValueKind where Value == Afterwards {
    static var afterwards: ValueKind {
        ValueKind("WHAT", completion: .choices(["keep", "delete", "move:"])) { text throws(ValueError) in
            switch text {
            case "keep": return .keep
            case "delete": return .delete
            case _ where text.hasPrefix("move:") && text.utf8.count > 5: return .move(String(text.dropFirst(5)))
            default: throw ValueError("'\(text)' is none of keep, delete, move:DIR")
            }
        }
    }
}

extension ValueKind where Value == JSONPath {
    /// A place in the JSON text that a line is.
    static var jsonPath: ValueKind {
        ValueKind("json:PATH", completion: .choices(["json:"])) { text throws(ValueError) in
            guard text.hasPrefix("json:"), let path = JSONPath(String(text.dropFirst(5))) else {
                throw ValueError("'\(text)' is not json:PATH, such as json:.time")
            }
            return path
        }
    }
}

extension ValueKind where Value == String {
    /// A regular expression.
    static var pattern: ValueKind {
        ValueKind("PATTERN", format: { $0 }) { text throws(ValueError) in
            _ = try Pattern(text)
            return text
        }
    }
}
