import ToolSupport

/// How the input of `produce` is read.
enum InputFormat: String, CaseIterable, Sendable {
    /// Records between delimiters.
    case lines
    /// The JSON lines of `consume`.
    case envelope
    /// One of these, as the first record decides.
    case auto
}

/// What is done about a line without a key separator.
enum MissingKey: String, CaseIterable, Sendable {
    case error, null, skip
}

/// What is done about a record above the limit.
enum OversizePolicy: String, CaseIterable, Sendable {
    case error, skip, truncate, split
}

/// What is done about a record that is refused.
enum RefusalPolicy: String, CaseIterable, Sendable {
    /// Stop there; what came before is sent and acknowledged.
    case stop
    /// Go on, and tell by the exit status.
    case skip
    /// Go on.
    case ignore
}

/// What a record with `"value":null` becomes.
enum NullValue: String, CaseIterable, Sendable {
    case error, empty, skip
}

struct ProduceOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var stop = StopOptions()

    var topic = ""
    var files: [String] = []

    var input = InputFormat.auto
    var delimiter: [UInt8] = [0x0a]
    var isRaw = false
    var skipsEmpty = false
    var maximumRecord = 1_048_576
    var oversize = OversizePolicy.error
    var onError = RefusalPolicy.stop
    var nullValue = NullValue.error
    var keepsTimestamps = true

    var key: [UInt8]?
    var keySeparator: [UInt8]?
    var missingKey = MissingKey.error
    var partition: UInt32?

    var producer = ProducerOptions()
    var create: UInt32?
    var acks = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("TOPIC", to: \.topic, as: .topic, help: "the topic to send to")
        table.operands("FILE", to: \.files, as: .file, help: "what to send, - being standard input (the default)")

        table.group("Input")
        table.value(
            "--input", to: \.input, as: .choice("FORMAT"), help: "Take the input as lines, envelope or auto",
            manual: "What the input is: `lines` (records between delimiters, bytes and not text), `envelope` (the JSON "
                + "lines that `fluvio-cat consume` writes), or `auto`: what the first record looks like. It is taken "
                + "for an envelope if it is a JSON object with all six members of one and no other, and a note says "
                + "so. Scripts should not leave this to the input.")
        table.flag("-J", "--envelope", to: \.input, value: .envelope, help: "Same as --input envelope")
        table.value(
            "-d", "--delimiter", to: \.delimiter, as: .bytes(), aliases: ["-D"], fallback: "\\n",
            help: "End records with these bytes",
            manual: "Records end with these bytes, which are not part of them; `\\n \\r \\t \\0 \\\\ \\xNN` are "
                + "understood. What stands behind the last delimiter is a record too.")
        table.flag("-0", "--null", to: \.delimiter, value: [0], help: "End records with NUL, as find -print0 does")
        table.flag(
            "--raw", to: \.isRaw, help: "Send each FILE, or all of standard input, as one record")
        table.flag("--skip-empty", to: \.skipsEmpty, help: "Leave out empty records, which are records otherwise")
        table.value(
            "--max-record", to: \.maximumRecord, as: .size(in: 1...33_000_000),
            help: "Refuse records whose key and value together are larger")
        table.value(
            "--oversize", to: \.oversize, as: .choice("POLICY"),
            help: "Treat a larger record as error, skip, truncate or split",
            manual:
                "What becomes of a record above `--max-record`: `error` (see `--on-error`), `skip` (left out with a "
                + "note), `truncate` (its beginning is sent), `split` (sent as several records).")
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
        table.flag(
            "--keep-timestamp", to: \.keepsTimestamps, negatable: true,
            help: "Send the timestamps of an envelope; without it, the present time")

        table.group("Keys and partitions")
        table.value("-k", "--key", to: \.key, as: .bytes("KEY"), help: "Give every record this key")
        table.value(
            "-K", "--key-separator", to: \.keySeparator, as: .bytes("SEP"),
            help: "Split lines at the first SEP into key and value")
        table.value(
            "--key-missing", to: \.missingKey, as: .choice("POLICY"),
            help: "Treat a line without separator as error, null or skip",
            manual: "What a line without the separator becomes: `error` (see `--on-error`), `null` (all of it is the "
                + "value, and there is no key), `skip` (left out with a note).")
        table.value(
            "-p", "--partition", to: \.partition, as: .integer("N", in: 0...UInt32(Int32.max)),
            help: "Send everything to this partition",
            manual: "Send everything to this partition. Without it a key decides (the same partition as with the "
                + "official client), and records without keys go round.")

        table.group("Sending")
        table.include(\.producer)
        table.optionalValue(
            "--create", to: \.create, as: .integer("PARTITIONS", in: 1...UInt32(Int32.max)), bare: 1,
            help: "Make the topic, with so many partitions, if it is missing")
        table.flag(
            "--acks", to: \.acks, help: "Report what is stored as JSON lines on standard error",
            manual: "Write a JSON line to standard error for everything that is acknowledged: `topic`, `partition`, "
                + "`offset` (that of the first record), `n` (records), and `line` (the last line of the input that it "
                + "covers).")
        table.include(\.connection)
        table.include(\.stop)
    }

    mutating func validate() throws(UsageError) {
        if key != nil, keySeparator != nil { throw UsageError("--key and --key-separator exclude each other") }
        if isRaw, keySeparator != nil { throw UsageError("--raw and --key-separator exclude each other") }
        if keySeparator?.isEmpty == true { throw UsageError("--key-separator must not be empty") }
        if delimiter.isEmpty { throw UsageError("--delimiter must not be empty; --raw takes the input as one record") }
        if input == .envelope, key != nil || keySeparator != nil || isRaw {
            throw UsageError("an envelope has its own keys: --key, --key-separator and --raw do not go with it")
        }
        // What says how lines fall apart says that they are lines.
        if input == .auto, key != nil || keySeparator != nil || isRaw { input = .lines }
    }
}
