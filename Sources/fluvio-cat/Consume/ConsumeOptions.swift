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

    var topic = ""
    var partitions: [UInt32] = []
    var start = StartPosition.beginning
    var last: Int?
    var stopsAtEnd = false
    var count: Int?
    var isolation = Isolation.readCommitted
    var maximumBytes = 4 << 20

    var value = ValueStyle.text
    var fields = RecordFields.envelope
    var isASCII = false
    var isRaw = false
    var delimiter: [UInt8] = [0x0a]

    var onCorrupt = CorruptPolicy.stop
    var isStrict = false
    var keepsRepeats = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("TOPIC", to: \.topic, as: .topic, help: "the topic to read")

        table.group("Which records")
        table.flag("-e", "--exit-at-end", to: \.stopsAtEnd, help: "Exit where the partitions end now")
        table.value(
            "-o", "--from", to: \.start, as: .start,
            help: "Begin at beginning, end, an offset, +N or -N",
            manual:
                "Where every partition begins to be read: `beginning`, `end`, an offset, `+N` (so many records after "
                + "the first that is kept), `-N` (so many before the end).")
        table.flag("--new", to: \.start, value: .end, help: "Begin at the end: new records only")
        table.flag("-B", "--beginning", to: \.start, value: .beginning, help: "Same as --from beginning")
        table.value("-H", "--head", to: \.start, as: .head, help: "Same as --from +N")
        table.value(
            "-T", "--tail", to: \.start, as: .tail, help: "Same as --from -N, in every partition")
        table.value(
            "--last", to: \.last, as: .integer("N", in: 0...100_000_000),
            help: "Begin with the last N records of all partitions together",
            manual: "Begin with the last N records of all partitions together, by their timestamps.")
        table.value("-n", "--count", to: \.count, as: .integer("N", in: 0...Int.max), help: "Exit after N records")
        table.list(
            "-p", "--partition", to: \.partitions, as: .integer("N", in: 0...UInt32(Int32.max)),
            help: "Read this partition only")
        table.value(
            "--isolation", to: \.isolation, as: .isolation,
            help: "Read what all replicas have, or what the leader has")
        table.value(
            "--max-bytes", to: \.maximumBytes, as: .size(in: 1024...1 << 30),
            help: "Ask for so many bytes at once, over all partitions")

        table.group("Output")
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
        table.flag("--ascii", to: \.isASCII, help: "Escape everything that is not ASCII")
        table.flag("--raw", to: \.isRaw, help: "Write values alone, byte for byte, each followed by the delimiter")
        table.value(
            "-d", "--delimiter", to: \.delimiter, as: .bytes(), aliases: ["-D"], fallback: "\\n",
            help: "End raw values with these bytes",
            manual: "With `--raw`: end values with these bytes, which may be none; `\\n \\r \\t \\0 \\\\ \\xNN` are "
                + "understood.")
        table.flag("-0", "--null", to: \.delimiter, value: [0], help: "With --raw: end values with NUL")

        table.group("Trouble")
        table.value(
            "--on-corrupt", to: \.onCorrupt, as: .choice("POLICY"), help: "At a damaged batch stop, or skip it",
            manual:
                "At a damaged batch `stop`, or `skip` it, with a line that names topic, partition and offset; either "
                + "way the exit status is 1.")
        table.flag(
            "--strict", to: \.isStrict, help: "Exit 1 if records that were asked for are not kept any more")
        table.flag(
            "--keep-duplicates", to: \.keepsRepeats, help: "Write records that stand in the log twice twice",
            manual: "Write records twice that stand in the log twice. That happens when a producer of these tools sent "
                + "them again after the loss of a server that had stored them after all; without this option the "
                + "repeats are left out and counted.")
        table.include(\.connection)
        table.include(\.stop)
    }

    mutating func validate() throws(UsageError) {
        if last != nil, start != .beginning { throw UsageError("--last and another start exclude each other") }
    }
}

extension ValueKind where Value == StartPosition {
    /// `beginning`, `end`, `N`, `+N`, `-N`.
    static var start: ValueKind {
        ValueKind(
            "OFFSET", completion: .choices(["beginning", "end"]),
            format: { value in
                switch value {
                case .beginning: "beginning"
                case .end: "end"
                case .offset(let offset): "\(offset)"
                case .afterBeginning(let count): "+\(count)"
                case .beforeEnd(let count): "-\(count)"
                }
            },
            parse: { text throws(ValueError) in
                switch text {
                case "beginning", "start", "earliest": return .beginning
                case "end", "latest": return .end
                default: break
                }
                let digits = text.first == "+" || text.first == "-" ? text.dropFirst() : text[...]
                guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                    let number = Int64(digits)
                else { throw ValueError("'\(text)' is none of beginning, end, an offset, +N, -N") }
                if text.first == "+" { return .afterBeginning(number) }
                return text.first == "-" ? .beforeEnd(number) : .offset(number)
            })
    }

    /// A number of records after the first.
    static var head: ValueKind { count { .afterBeginning($0) } }

    /// A number of records before the end.
    static var tail: ValueKind { count { .beforeEnd($0) } }

    private static func count(_ make: @escaping @Sendable (Int64) -> StartPosition) -> ValueKind {
        let number = ValueKind<Int64>.integer("N", in: 0...Int64.max)
        return ValueKind("N", parse: { text throws(ValueError) in make(try number.parse(text)) })
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
