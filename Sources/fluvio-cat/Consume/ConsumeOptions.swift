import FluvioClient
import ToolSupport

/// What is done about a damaged batch.
enum CorruptPolicy: String, CaseIterable, Sendable {
    case stop, skip
}

struct ConsumeOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var stop = StopOptions()

    var topics: [String] = []
    /// Those that options name.
    var namedTopics: [String] = []
    var isRegularExpression = false
    var partitionLists: [[UInt32]] = []
    var from = OffsetRanges()
    var since: Moment?
    var until: Moment?
    var last: Int?
    var stopsAtEnd = false
    var count: Int?
    /// How long to read.
    var limit: Duration?
    /// How long nothing may come.
    var idle: Duration?
    var failsEmpty = false
    var isolation = Isolation.readCommitted
    var maximumBytes = 4 << 20
    var maximumDecompressed = 64 << 20
    var smartModules = SmartModuleOptions()

    var group: String?
    var state: String?
    var commitEvery = Duration.seconds(1)
    /// Positions are read, not stored.
    var isDry = false

    /// Said to be JSON lines, with these names.
    var envelope: RecordNames?
    var value = ValueStyle.text
    var fields = RecordFields.envelope
    var showsTime = false
    var unpack: PackString?
    var isASCII = false
    var isSequence = false
    var isRaw = false
    var delimiter: [UInt8] = [0x0a]
    var keySeparator: [UInt8]?
    var format: FormatString?
    var isUnbuffered = false

    var out: PathPattern?
    var rotateSize: Int?
    var rotateAfter: Duration?

    var onCorrupt = CorruptPolicy.stop
    var isStrict = false
    var keepsRepeats = false

    /// The partitions to read, in order, each once; none: all.
    var partitions: [UInt32] { Set(partitionLists.joined()).sorted() }

    /// The form of JSON lines.
    var style: RecordLineStyle {
        RecordLineStyle(
            names: envelope ?? .fluvio, value: value, fields: showsTime ? fields.union(.time) : fields,
            escapesNonASCII: isASCII, isSequence: isSequence)
    }

    /// The file of positions. Where records go to files there is one, as the servers cannot keep the files' lengths.
    var statePath: String? {
        if let state { return state }
        guard let out, let group, !isDry else { return nil }
        let fixed = out.parts.prefix { if case .text = $0 { true } else { false } }
        let text = fixed.reduce("") { if case .text(let text) = $1 { $0 + text } else { $0 } }
        let directory = text.lastIndex(of: "/").map { text[...$0] } ?? ""
        return "\(directory).\(group.replacing("/", with: "_")).state"
    }

    mutating func validate() throws(UsageError) {
        topics = namedTopics + topics
        if topics.isEmpty { throw UsageError("TOPIC is missing") }
        let hasStart = since != nil || from.all.start != nil || !from.single.isEmpty
        if last != nil, hasStart { throw UsageError("--last and another start exclude each other") }
        if since != nil, from.all.start != nil { throw UsageError("--since and --from exclude each other") }
        if until != nil, from.all.stop != .never { throw UsageError("--until and an end in --from exclude each other") }
        if last != nil || since != nil, group != nil || state != nil, out != nil {
            throw UsageError("--out goes on where it was: --last and --since do not go with -g or --state")
        }
        if format != nil || keySeparator != nil {
            let name = format != nil ? "--format" : "--key-separator"
            if isRaw || envelope != nil || value != .text || (format != nil && keySeparator != nil) {
                throw UsageError("\(name) and another form of output exclude each other")
            }
        }
        if delimiter != [0x0a], !isRaw, keySeparator == nil {
            throw UsageError(
                "--delimiter goes with --raw and --key-separator; what -d is to 'fluvio consume' is -e here")
        }
        if isRaw, envelope != nil { throw UsageError("--raw and --envelope exclude each other") }
        if unpack != nil, isRaw || keySeparator != nil || value != .text {
            throw UsageError("--value-unpack goes with JSON lines and --format")
        }
        if out == nil, rotateSize != nil || rotateAfter != nil {
            throw UsageError("--rotate-size and --rotate-every go with --out")
        }
        if let out, !out.tellsApart(topics: topics.count > 1 || topics.contains(where: isPattern), partitions: false) {
            throw UsageError("--out needs {topic} where several topics are read")
        }
        if from.isStored, group == nil, state == nil { throw UsageError("--from stored needs -g or --state") }
        if isDry, group == nil { throw UsageError("--no-commit goes with -g") }
        if let wild = topics.first(where: { !isPattern($0) && $0.contains { "*?[]".contains($0) } }) {
            throw UsageError(
                "'\(wild)' is no topic's name; a regular expression begins with ^, or -r says that it is one")
        }
        for pattern in topics where isPattern(pattern) {
            do throws(ValueError) {
                _ = try Pattern(pattern)
            } catch {
                throw UsageError("TOPIC: \(error)")
            }
        }
        if group?.isEmpty == true { throw UsageError("--consumer needs a name") }
    }
}
