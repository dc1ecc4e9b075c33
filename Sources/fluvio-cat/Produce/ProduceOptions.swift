import FluvioClient
import ToolSupport

/// What gives the key of a file that is sent as one record.
enum SourceKey: String, CaseIterable, Sendable {
    /// The file's name without its directories.
    case name
    /// The file as it was named.
    case path
}

struct ProduceOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var stop = StopOptions()

    /// The first operand, unless others name the topics.
    private var operand: String?
    /// Where records go that name no topic.
    var topics: [String] = []
    var files: [String] = []
    /// Those that options name.
    private var namedFiles: [String] = []

    var records: RecordOptions = {
        var records = RecordOptions()
        records.input = .auto
        return records
    }()
    var isRaw = false
    var keyFrom: SourceKey?
    var partition: UInt32?

    var producer = ProducerOptions()
    /// Bytes of records that may wait or be under way.
    var memory = 32 << 20
    var smartModules = SmartModuleOptions()
    var create: UInt32?
    var rate: Rate?
    var acks = false
    var acksDescriptor: CInt?
    var progress: Duration?

    static func declare(_ table: inout OptionTable<Self>) {
        table.optionalOperand(
            "TOPIC", to: \.operand, as: .topic, help: "the topic to send to, unless options name topics")
        table.operands("FILE", to: \.files, as: .file, help: "what to send, - being standard input (the default)")

        table.group("Input")
        table.value(
            "--input", to: \.records.input, as: .inputFormat(InputFormat.allCases),
            help: "Take the input as lines, envelope, kcat, rpk, kaf, length-prefixed, varint-prefixed or auto",
            manual: "What the input is: `lines` (records between delimiters, bytes and not text), `envelope` (the JSON "
                + "lines that `fluvio-cat consume` writes), `kcat` (those of `kcat -C -J`), `rpk` (the JSON of `rpk topic "
                + "consume`, over several lines if need be), `length-prefixed` (each record behind its length, 32 bits, "
                + "big-endian), `varint-prefixed` (the length in 7 bits a byte, as protocol buffers have it), or `auto`: "
                + "what the first record looks like. It is taken for an envelope if it is a JSON object with all six "
                + "members of one and no other, and a note says so. Scripts should not leave this to the input.")
        table.flag("-J", "--envelope", to: \.records.input, value: .envelope, help: "Same as --input envelope")
        table.list(
            "-f", "--file", to: \.namedFiles, as: .file, aliases: ["-l"],
            help: "Send this file, as if it were an operand")
        table.flag("--raw", to: \.isRaw, help: "Send each FILE, or all of standard input, as one record")
        table.value(
            "--key-from", to: \.keyFrom, as: .choice("WHAT"),
            help: "With --raw, make the name or the path of a file its key")
        table.include(\.records)
        table.partition(
            to: \.partition,
            manual: "Send everything to this partition. Without it the key decides, or `--partitioner`.")

        table.group("Sending")
        table.list(
            "-t", "--topic", to: \.topics, as: .topic, help: "Send everything to this topic; can be repeated",
            manual: "Send everything to this topic; repeated, to each of them. Then all operands are FILEs.")
        table.include(\.producer)
        table.value(
            "--memory", to: \.memory, as: .size(in: 65_536...(1 << 40)),
            help: "Hold at most so many bytes of records that are not stored yet",
            manual:
                "Hold at most so many bytes of records that are not stored yet, over all partitions; then nothing more "
                + "is read until there is room.")
        table.optionalValue(
            "--create", to: \.create, as: .integer("PARTITIONS", in: 1...UInt32(Int32.max)), bare: 1,
            help: "Make the topic, with so many partitions, if it is missing")
        table.value(
            "--rate", to: \.rate, as: .rate, help: "Send no faster than this",
            manual:
                "Send no faster than this: so many records (`500/s`, `1M/s`) or bytes of keys and values (`1MB/s`) a "
                + "second, by powers of 1000; or `recorded`, as far apart as the timestamps of the records.")
        table.flag(
            "--acks", to: \.acks, help: "Report what is stored as JSON lines on standard error",
            manual: "Write a JSON line to standard error for everything that is acknowledged: `topic`, `partition`, "
                + "`offset` (that of the first record), `n` (records), `line` (the last line of the input that it "
                + "covers), and, where there are several FILEs, `file`.")
        table.value(
            "--acks-fd", to: \.acksDescriptor, as: .integer("FD", in: 1...1_000_000),
            help: "Report what is stored to this descriptor")
        table.optionalValue(
            "--progress", to: \.progress, as: .duration(bare: .seconds), bare: .seconds(1),
            help: "Say on standard error every so often how far it is",
            manual:
                "Say on standard error, every second or as often as told, how far it is. `SIGUSR1` has the same line "
                + "written once.")
        table.include(\.smartModules)
        table.include(\.connection)
        table.include(\.stop)
        Foreign.declare(&table)
        table.foreign(
            "--delivery-semantic", hint: "what is read is sent until it is acknowledged, or --retry-for is over")
        table.foreign("-H", hint: "Fluvio's records have no headers")
        table.foreign("-Z", hint: "Fluvio has no null values; --null-value says what one in an envelope becomes")
        table.foreign("-T", hint: "fluvio-tee passes on what it sends")
    }

    mutating func validate() throws(UsageError) {
        if let operand {
            if topics.isEmpty, !records.routes { topics = [operand] } else { files.insert(operand, at: 0) }
        }
        if topics.isEmpty, !records.routes { throw UsageError("TOPIC is missing") }
        files = namedFiles + files
        if records.routes, !topics.isEmpty {
            throw UsageError("--topic and topics named by the records exclude each other")
        }
        if Set(topics).count < topics.count { throw UsageError("a topic is named twice") }
        let hasKeys = records.key != nil || records.keySeparator != nil || records.keyPath != nil
        if isRaw, records.keySeparator != nil { throw UsageError("--raw and --key-separator exclude each other") }
        if keyFrom != nil {
            guard isRaw else { throw UsageError("--key-from goes with --raw") }
            guard !hasKeys else { throw UsageError("--key-from does not go with other options for keys") }
        }
        if isRaw, records.input != .auto, records.input != .lines {
            throw UsageError("--raw does not go with --input \(records.input.rawValue)")
        }
        // What says how lines fall apart says that they are lines.
        if records.input == .auto, hasKeys || isRaw || records.readsJSON { records.input = .lines }
        if partition != nil, records.partitionPath != nil {
            throw UsageError("--partition and --partition-json exclude each other")
        }
        try records.validate()
    }

    /// The same for the client library. Reads the file of a SmartModule.
    func producerSettings() throws -> ProducerSettings {
        var settings = producer.settings
        settings.memory = memory
        settings.retry = connection.retryLimit
        settings.smartModules = try smartModules.smartModules()
        return settings
    }
}
