/// The options that say what a record of the input is, for every tool that sends its input to topics.
package struct RecordOptions: OptionGroup {
    /// What the input is.
    package var input = InputFormat.lines
    /// What ends a record.
    package var delimiter: [UInt8] = [0x0a]
    /// Whether empty records are left out.
    package var skipsEmpty = false
    /// Bytes of key and value together.
    package var maximumRecord = 1_048_576
    /// What becomes of a larger record.
    package var oversize = OversizePolicy.error
    /// What a refused record does.
    package var onError = RefusalPolicy.stop
    /// What becomes of an envelope without value.
    package var nullValue = NullValue.error
    /// What becomes of an envelope with headers.
    package var headers = HeaderPolicy.error
    /// Whether members of an envelope that are not known refuse it.
    package var isStrict = false
    /// Whether an envelope's time is that of its record.
    package var keepsTimestamp = true
    /// What else of an envelope is kept.
    package var kept: [KeptMember] = []

    /// The key of every record.
    package var key: [UInt8]?
    /// What ends the key of a line.
    package var keySeparator: [UInt8]?
    /// Where in a line the key is.
    package var keyPath: JSONPath?
    /// What becomes of a record without a key.
    package var missingKey = MissingKey.error
    /// Where in a line the partition is.
    package var partitionPath: JSONPath?
    /// Where in a line the time is.
    package var timestampPath: JSONPath?
    /// Where in a line the topic is.
    package var topicPath: JSONPath?
    /// What decides about the partition.
    package var partitioner = Partitioner.sip

    /// The defaults.
    package init() {}

    package static func declare(_ table: inout OptionTable<Self>) {
        table.value(
            "-d", "--delimiter", to: \.delimiter, as: .bytes(), aliases: ["-D"], fallback: "\\n",
            help: "End records with these bytes",
            manual: "Records end with these bytes, which are not part of them; `\\n \\r \\t \\0 \\\\ \\xNN` are "
                + "understood. What stands behind the last delimiter is a record too.")
        table.flag("-0", "--null", to: \.delimiter, value: [0], help: "End records with NUL, as find -print0 does")
        table.flag("--skip-empty", to: \.skipsEmpty, help: "Leave out empty records, which are records otherwise")
        table.value(
            "--max-record", to: \.maximumRecord, as: .size(in: 1...33_000_000),
            help: "Refuse records whose key and value together are larger")
        table.value(
            "--oversize", to: \.oversize, as: .choice("POLICY"),
            help: "Treat a larger record as error, skip, truncate or split",
            manual:
                "What becomes of a record above `--max-record`: `error` (see `--on-error`), `skip` (left out), `truncate` "
                + "(its beginning is sent), `split` (sent as several records). What is cut or left out is told, also with "
                + "`--quiet`; as it was asked for, the status is 0.")
        table.value(
            "--on-error", to: \.onError, as: .choice("POLICY"), help: "After a refused record stop, skip or ignore",
            manual:
                "What a refused record does: `stop` ends there, with what came before it sent and acknowledged, and "
                + "status 4; `skip` names it, goes on, and exits with 4 at the end; `ignore` goes on and exits with 0.")
        table.value(
            "--null-value", to: \.nullValue, as: .choice("POLICY"),
            help: "Take a null value in an envelope as error, empty or skip",
            manual: "Fluvio has no null values: `error` refuses a record whose value is null or missing, `empty` sends "
                + "an empty value, `skip` leaves it out.")
        table.value(
            "--headers", to: \.headers, as: .choice("POLICY"),
            help: "Take headers in an envelope as error, or drop them",
            manual:
                "Fluvio's records have no headers: `error` refuses a record of kcat, rpk or kaf that has some, `drop` "
                + "sends it without.")
        table.flag("--strict", to: \.isStrict, help: "Refuse envelopes with members that are not known")
        table.flag(
            "--keep-timestamp", to: \.keepsTimestamp, negatable: true,
            help: "Send the timestamps of an envelope; without it, the present time")
        table.value(
            "--keep", to: \.kept, as: .keptMembers,
            help: "Of an envelope, keep partition, topic or timestamp, too",
            manual: "What else of an envelope decides where its record goes, with commas between: `partition` (to the "
                + "partition of the same number), `topic` (to the topic of that name). The `timestamp` is kept anyway.")

        table.group("Keys and partitions")
        table.value("-k", "--key", to: \.key, as: .bytes("KEY"), help: "Give every record this key")
        table.value(
            "-K", "--key-separator", to: \.keySeparator, as: .bytes("SEP"),
            help: "Split lines at the first SEP into key and value")
        table.value(
            "--key-json", to: \.keyPath, as: .jsonPath, help: "Take the key from this place of a JSON line",
            manual: "The key is what stands at this place of a line that is JSON, such as `.user.id` or `.tags[0]`: of "
                + "a string its text, of anything else its JSON. The line is sent as it is.")
        table.value(
            "--key-missing", to: \.missingKey, as: .choice("POLICY"),
            help: "Treat a record without its key as error, null or skip",
            manual: "What a line without the separator, or without the place of `--key-json`, becomes: `error` (see "
                + "`--on-error`), `null` (all of it is the value, and there is no key), `skip` (left out with a note).")
        table.value(
            "--partition-json", to: \.partitionPath, as: .jsonPath,
            help: "Take the partition from this place of a JSON line")
        table.value(
            "--timestamp-json", to: \.timestampPath, as: .jsonPath,
            help: "Take the time from this place of a JSON line",
            manual: "The record's time is what stands at this place of a line that is JSON: a number of milliseconds "
                + "since 1970, or a text as in RFC 3339 (`2026-01-31T12:30:00.250Z`, `+01:00`; without a zone UTC); null "
                + "is none.")
        table.value(
            "--topic-json", to: \.topicPath, as: .jsonPath, help: "Take the topic from this place of a JSON line",
            manual: "Each record goes to the topic that stands at this place of a line that is JSON. A topic that is "
                + "not there refuses the record, unless `--create` makes it.")
        table.partitioner(
            to: \.partitioner,
            manual: "What decides about the partition of a record that names none: `sip`, the key, as with the "
                + "official client, and records without a key go round; `round-robin`, all records go round; "
                + "`sticky`, the key, and all records without one go to one partition, which keeps them in order.")
    }

    /// Whether lines are looked into.
    package var readsJSON: Bool { keyPath != nil || partitionPath != nil || timestampPath != nil || topicPath != nil }

    /// Whether a line is its record's value, and there is nothing else to it.
    var isPlain: Bool { key == nil && keySeparator == nil && !readsJSON && !skipsEmpty }

    /// Whether records name their topics.
    package var routes: Bool { topicPath != nil || keepsTopic }

    var keepsTopic: Bool { input.dialect != nil && kept.contains(.topic) }
    var keepsPartition: Bool { kept.contains(.partition) }

    /// Looks at the values together.
    package func validate() throws(UsageError) {
        if delimiter.isEmpty { throw UsageError("--delimiter must not be empty") }
        if keySeparator?.isEmpty == true { throw UsageError("--key-separator must not be empty") }
        let keys = [
            (key != nil, "--key"), (keySeparator != nil, "--key-separator"), (keyPath != nil, "--key-json"),
        ].filter(\.0).map(\.1)
        if keys.count > 1 { throw UsageError("\(keys[0]) and \(keys[1]) exclude each other") }
        if input.dialect != nil, let first = keys.first {
            throw UsageError("an envelope has its own keys: \(first) does not go with it")
        }
        if input.dialect != nil, readsJSON {
            throw UsageError(
                "--partition-json, --timestamp-json and --topic-json go with lines; an envelope has --keep")
        }
        if input.dialect == nil, input != .auto, !kept.isEmpty { throw UsageError("--keep goes with envelopes") }
        if oversize == .split, readsJSON {
            throw UsageError("a part of a line is no JSON: --oversize split does not go with options that look into it")
        }
    }
}
