import FluvioClient
package import ToolSupport

/// Where a file begins that is not in the checkpoint.
enum StartPlace: Equatable, Sendable {
    /// At its beginning, and those in the checkpoint where they were.
    case checkpoint
    /// All at their beginnings, as new files, whatever the checkpoint says.
    case beginning
    /// Files that are there at the first start at their ends.
    case end
    /// Files that have not changed since are passed over.
    case time(Moment)
}

/// What becomes of a deleted file that is not read yet, once such files hold more than `--pinned-max`.
enum PinnedPolicy: String, CaseIterable, Sendable {
    case hold, drop
}

/// What is done with a file that is finished.
enum Afterwards: Equatable, Sendable {
    case keep
    case delete
    case move(String)
}

/// What the lines of the files are.
enum SourceFormat: String, CaseIterable, Sendable {
    /// Bytes.
    case raw
    /// A JSON text each.
    case jsonl
    /// Rows; each becomes a JSON object.
    case csv
}

/// What is done about a line that is not of the format.
enum BadLinePolicy: String, CaseIterable, Sendable {
    case stop, drop, dead = "dead-letter"
}

/// What becomes of records that may be in the topic or not.
enum UnknownPolicy: String, CaseIterable, Sendable {
    /// The tool ends.
    case refuse
    /// They are sent, perhaps for the second time.
    case resend
}

/// `fluvio-source-file run`.
package struct SourceOptions: CommandOptions {
    package var common = CommonOptions()
    var connection = ConnectionOptions()
    var stop = StopOptions()
    var producer = ProducerOptions()

    var topic = ""
    var paths: [String] = []

    var exclude: [String] = []
    var from = StartPlace.checkpoint
    var newerThan: Duration?
    var isOnce = false
    var scanInterval = Duration.seconds(1)

    /// Nil: bytes are sent as they are.
    var encoding: TextEncoding?
    var invalid: InvalidPolicy?
    var delimiter: [UInt8] = [0x0a]
    var maximumLine = 1_048_576
    /// Nil: as the format needs it (``oversizePolicy``).
    var oversize: OversizePolicy?
    var startPattern: String?
    var continuePattern: String?
    var groupTimeout: Duration?
    var partialTimeout: Duration?
    var skipsEmpty = false

    var key = KeySource.none
    /// All records go there.
    var partition: UInt32?
    /// Nil: keys that lines have decide, and those of files do not.
    var partitioner: Partitioner?
    var hasEnvelope = false
    var format = SourceFormat.raw
    var onBadLine = BadLinePolicy.stop
    var deadLetters: String?
    var timestamp: JSONPath?
    var create: UInt32?

    var stateDirectory: String?
    var checkpointEvery = Duration.seconds(1)
    var onBadCheckpoint = CheckpointStore.Fallback.refuse
    var onUnknown = UnknownPolicy.refuse

    var closeAfter = Duration.seconds(30)
    var afterwards = Afterwards.keep
    var pinnedMaximum: Int?
    var onPinned = PinnedPolicy.hold
    var memory = 64 << 20

    var metrics: MetricsTarget?
    var isDryRun = false
    var configuration: String?

    package init() {}

    /// The words that the first operand can be in place of a topic.
    static let commands = ["run", "status", "check"]

    /// Standard input is the only source.
    var isStandardInput: Bool { paths == ["-"] }

    package mutating func validate() throws(UsageError) {
        if scanInterval < .milliseconds(10) { throw UsageError("--scan-interval must be 10ms or more") }
        if delimiter.isEmpty { throw UsageError("--delimiter must not be empty") }
        if paths.contains("-"), paths.count > 1 { throw UsageError("'-' does not go with files") }
        if startPattern != nil, continuePattern != nil {
            throw UsageError("--start-regex and --continue-regex exclude each other")
        }
        if groupTimeout != nil, startPattern == nil, continuePattern == nil {
            throw UsageError("--group-timeout is for records of several lines: --start-regex or --continue-regex")
        }
        if startPattern != nil || continuePattern != nil, oversize == .split {
            throw UsageError("records of several lines cannot be split: --oversize truncate, drop or stop")
        }
        if onBadLine == .dead, deadLetters == nil { throw UsageError("--on-bad-line dead-letter needs --dead-letter") }
        if deadLetters != nil, onBadLine != .dead {
            throw UsageError("--dead-letter is for --on-bad-line dead-letter")
        }
        if partition != nil, partitioner != nil {
            throw UsageError("--partition and --partitioner exclude each other")
        }
        if partitioner == .roundRobin {
            throw UsageError("--partitioner round-robin takes the lines of a file out of their order: sip or sticky")
        }
        if deadLetters == topic { throw UsageError("the topic for dead letters must be another one") }
        if format == .csv, oversize == .split || oversize == .truncate {
            throw UsageError("a row that is cut is none: --oversize drop or stop with --format csv")
        }
        if let encoding {
            try validate(encoding)
        } else if invalid != nil {
            throw UsageError("--invalid needs --encoding")
        }
        if isStandardInput {
            if isDryRun { throw UsageError("--dry-run is for files") }
            if afterwards != .keep || from != .checkpoint || newerThan != nil || !exclude.isEmpty {
                throw UsageError("--then, --from, --newer-than and --exclude are for files, not for standard input")
            }
            if format == .csv || startPattern != nil || continuePattern != nil {
                throw UsageError("records of several lines are for files, not for standard input")
            }
            if metrics != nil || partialTimeout != nil {
                throw UsageError("--metrics and --partial-timeout are for files, not for standard input")
            }
            isOnce = true
        }
        // A source that goes on waits for its cluster.
        if !isOnce, connection.retryFor == ConnectionOptions().retryFor { connection.retryFor = .forever }
    }

    private func validate(_ encoding: TextEncoding) throws(UsageError) {
        if oversize == .split { throw UsageError("--oversize split may cut a character in two: not with --encoding") }
        if !encoding.canBe(delimiter: delimiter) {
            throw UsageError("in \(encoding.text) the delimiter may be half of a character: take a control character")
        }
        do throws(ValueError) {
            _ = try TextDecoder.bytes(of: delimiter, in: encoding.name, encoding.text)
        } catch {
            throw UsageError("--encoding: \(error)")
        }
    }

    /// What is done about a longer line. Half a row is none, so that tables end there.
    var oversizePolicy: OversizePolicy { oversize ?? (format == .csv ? .stop : .truncate) }

    /// What makes records of bytes, in words: counts of records mean nothing under other rules.
    var rules: String {
        var words = [
            "delimiter=\(ByteStrings.text(delimiter))", "max=\(maximumLine)", "oversize=\(oversizePolicy.rawValue)",
        ]
        if let startPattern { words.append("start=\(startPattern)") }
        if let continuePattern { words.append("continue=\(continuePattern)") }
        if skipsEmpty { words.append("skip-empty") }
        if let encoding { words.append("encoding=\(encoding.text),\((invalid ?? .replace).rawValue)") }
        words.append("key=\(key.text)")
        if let partition { words.append("partition=\(partition)") }
        if keysOfFilesDecide { words.append("partition=by-key") }
        words.append("format=\(format.rawValue),\(onBadLine.rawValue)")
        if let deadLetters { words.append("dead=\(deadLetters)") }
        return words.joined(separator: " ")
    }

    /// What a record is to whoever reads the file.
    var recordWord: String {
        if format == .csv { return "row" }
        return startPattern != nil || continuePattern != nil ? "record" : "line"
    }

    /// Whether the records of one file go to several partitions, by the keys of its lines.
    var spreads: Bool { partition == nil && !key.isOfFile }

    /// Whether a key that all records of a file have decides where they go.
    var keysOfFilesDecide: Bool { partitioner != nil && key.isOfFile && key != .none }

    /// Whether files are passed over for their age.
    var choosesByAge: Bool {
        if case .time = from { return true }
        return newerThan != nil
    }

    /// Whether where a record ends may depend on when it was looked at.
    var dependsOnTime: Bool { groupTimeout != nil || partialTimeout != nil }
}
