import FluvioClient
import ToolSupport

/// What an output that fails does, in the words of GNU tee.
enum OutputErrorMode: String, CaseIterable, Sendable {
    case warn
    case warnNoPipe = "warn-nopipe"
    case exit
    case exitNoPipe = "exit-nopipe"

    var ends: Bool { self == .exit || self == .exitNoPipe }
    var toleratesBrokenPipes: Bool { self == .warnNoPipe || self == .exitNoPipe }
}

/// How the summary at the end looks.
enum SummaryForm: String, CaseIterable, Sendable {
    case text, json
}

/// A topic, and perhaps the partition that everything goes to.
struct TopicTarget: Equatable, Sendable {
    var topic: String
    var partition: UInt32?
}

struct TeeOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var stop = StopOptions()

    var topics: [TopicTarget] = []
    var files: [String] = []
    var appends = false
    var ignoresInterrupts = false
    var outputError: OutputErrorMode?

    var records: RecordOptions = {
        var records = RecordOptions()
        records.onError = .skip
        records.partitioner = .sticky
        return records
    }()
    var isRawChunks = false
    var dropsPartial = false
    var flushPartial: Duration?

    var afterAck = false
    var whenFull = WhenFull.block
    var queue = 8 << 20
    var onDown = WhenDown.wait
    var isLazy = false
    var spool: String?
    var spoolMaximum = 1 << 30
    var whenSpoolFull = WhenSpoolFull.block
    var syncsSpool = false
    var drain: String?

    var producer = ProducerOptions()
    var create: UInt32?
    var acks = false
    var acksDescriptor: CInt?
    var summary: SummaryForm?

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands(
            "TOPIC[:PARTITION]", to: \.topics, as: .topicTarget, help: "where the records of the input go, too")

        table.group("As tee")
        table.list("-f", "--file", to: \.files, as: .file, help: "Write the input to this file, too; can be repeated")
        table.flag("-a", "--append", to: \.appends, help: "Append to files; topics are appended to anyway")
        table.flag("-i", "--ignore-interrupts", to: \.ignoresInterrupts, help: "Ignore SIGINT")
        table.flag(
            "-p", to: \.outputError, value: .warnNoPipe, help: "Same as --output-error=warn-nopipe")
        table.optionalValue(
            "--output-error", to: \.outputError, as: .choice("MODE"), bare: .warnNoPipe,
            help: "After a write error warn, warn-nopipe, exit or exit-nopipe",
            manual:
                "What a failing output does: `warn` says so and goes on with the others; `warn-nopipe` does not count "
                + "a pipe whose reader has gone; `exit` and `exit-nopipe` stop there. Topics count as outputs. With "
                + "topics the default is `warn-nopipe`: who reads standard output shall not decide what the topics get. "
                + "Without any it is that of `tee`: a broken pipe kills, other errors are told.")

        table.group("Records")
        table.value(
            "--input", to: \.records.input, as: .inputFormat(InputFormat.allCases.filter { $0 != .auto }),
            help: "Take the input as lines, envelope, kcat, rpk, kaf, length-prefixed or varint-prefixed",
            manual: "What the records are; standard output gets the bytes as they are in any case. See fluvio-cat(1).")
        table.flag("-J", "--envelope", to: \.records.input, value: .envelope, help: "Same as --input envelope")
        table.flag(
            "--raw-chunks", to: \.isRawChunks, help: "Make a record of what each read gives",
            manual: "Make a record of what each read(2) gives, whatever is in it.")
        table.flag("--drop-partial", to: \.dropsPartial, help: "Leave out a last line that does not end")
        table.value(
            "--flush-partial", to: \.flushPartial, as: .duration(bare: .seconds),
            help: "Send a line that does not go on for so long as a record",
            manual:
                "Send what there is of a line when it does not go on for so long, as with progress bars. What follows "
                + "is a record of its own.")
        table.include(\.records)
        table.flag(
            "--spread", to: \.records.partitioner, value: .sip, help: "Same as --partitioner sip")

        table.group("Trouble")
        table.flag(
            "--after-ack", to: \.afterAck, help: "Pass on only what all topics have acknowledged",
            manual:
                "Write a line to standard output and files only once every topic has acknowledged it. Many lines are "
                + "under way at a time, so this costs delay and hardly any throughput. A topic that fails ends the run."
        )
        table.value(
            "--when-full", to: \.whenFull, as: .whenFull, help: "Without room block, drop, drop-old, spool or exit",
            manual:
                "What a topic without room does, which is slower than the input: `block` reads on only when there is "
                + "room; `drop-new` (or `drop`) leaves the record out; `drop-old` leaves out the oldest of what waits; `spool` keeps it "
                + "in `--spool`; `exit` stops. What is dropped is counted and told, and the status is 1.")
        table.value(
            "--queue", to: \.queue, as: .size(in: 65_536...(1 << 32)), help: "Bytes that may wait for one topic")
        table.value(
            "--on-broker-down", to: \.onDown, as: .choice("POLICY"),
            help: "After the loss of a server wait, spool, continue or exit",
            manual:
                "What the loss of a topic's server does: `wait` tries for as long as `--retry-for` says, and then gives "
                + "the topic up; `spool` keeps the records in `--spool` until it is back; `continue` gives the topic up at "
                + "once, and goes on with the others; `exit` stops. A topic given up makes the status 1.")
        table.flag(
            "--lazy", to: \.isLazy, help: "Begin without the cluster, and connect when it can be reached",
            manual:
                "Begin before the cluster was reached. Otherwise an unreachable cluster is status 3 with nothing of the "
                + "input read, so that something else can read it: `fluvio-tee logs || cat`.")
        table.value(
            "--spool", to: \.spool, as: .directory, help: "Keep records in this directory until they are acknowledged",
            manual:
                "Keep every record in this directory until it is acknowledged. So a topic that is away or slow stops "
                + "nothing (a cluster that is away at the start does, without `--lazy`), and what a killed process has left is sent, in order and with its times, by the next one that "
                + "is given the directory, before anything new. Only one process can have it. The exit status is 1 if "
                + "something is left. What the cluster had acknowledged when the process was killed, and the spool not yet "
                + "noted, comes twice. Standard output goes first: what was passed on a moment before a kill may not be "
                + "in the spool, unless `--spool-sync` is given.")
        table.flag(
            "--spool-sync", to: \.syncsSpool, help: "Pass on only what is in the spool, and on the disk",
            manual:
                "Write a line to standard output and files only once it is in the `--spool`, and that is synced: whatever "
                + "was passed on reaches the topics, also after `kill -9` or a power cut. Each read(2) of the input is "
                + "synced at once, which takes as long as the disk takes.")
        table.value(
            "--spool-max", to: \.spoolMaximum, as: .size(in: (1 << 20)...(1 << 46)),
            help: "Bytes that the spool of one topic may have")
        table.value(
            "--spool-full", to: \.whenSpoolFull, as: .whenSpoolFull,
            help: "With a full spool, or disk, block or drop")
        table.value(
            "--drain", to: \.drain, as: .directory, help: "Send what is left in this spool, read no input, and exit")

        table.group("Sending")
        table.include(\.producer)
        table.optionalValue(
            "--create", to: \.create, as: .integer("PARTITIONS", in: 1...UInt32(Int32.max)), bare: 1,
            help: "Make the topics, with so many partitions, if they are missing")
        table.flag("--acks", to: \.acks, help: "Report what is stored as JSON lines on standard error")
        table.value(
            "--acks-fd", to: \.acksDescriptor, as: .integer("FD", in: 1...1_000_000),
            help: "Report what is stored to this descriptor")
        table.optionalValue(
            "--summary", to: \.summary, as: .choice("FORM"), bare: .text,
            help: "Say at the end what became of each topic, as text or json")
        table.include(\.connection)
        table.include(\.stop)
        table.foreign("-t", hint: "topics are operands: fluvio-tee TOPIC")
        table.foreign("-b", hint: "-c HOST:PORT names the cluster, or -P a profile")
    }

    /// Whether bytes are passed on only when their records are safe.
    var holdsBytes: Bool { afterAck || syncsSpool }

    /// Whether records go through files.
    var spools: Bool { spool != nil || drain != nil }

    /// What holds for outputs that fail; nil: what holds for tee.
    var mode: OutputErrorMode? { outputError ?? (topics.isEmpty && !records.routes ? nil : .warnNoPipe) }

    mutating func validate() throws(UsageError) {
        let hasTopics = !topics.isEmpty || records.routes
        if drain != nil {
            guard !hasTopics, files.isEmpty, spool == nil else {
                throw UsageError("--drain goes with no topics, files or --spool: it sends what is there")
            }
        }
        if !topics.isEmpty, records.routes {
            throw UsageError("TOPIC and topics named by the records exclude each other")
        }
        if Set(topics.map(\.topic)).count < topics.count { throw UsageError("a topic is named twice") }
        if !hasTopics, drain == nil {
            if spool != nil { throw UsageError("--spool needs a TOPIC") }
            if afterAck { throw UsageError("--after-ack needs a TOPIC") }
        }
        if whenFull == .spool || onDown == .spool, spool == nil {
            throw UsageError("--when-full spool and --on-broker-down spool need --spool DIR")
        }
        if syncsSpool {
            guard spool != nil else { throw UsageError("--spool-sync needs --spool DIR") }
            if isRawChunks || flushPartial != nil {
                throw UsageError("--spool-sync goes with whole records: no --raw-chunks, no --flush-partial")
            }
        }
        if spool != nil, records.routes { throw UsageError("--spool does not go with topics named by the records") }
        if afterAck {
            if spool != nil { throw UsageError("--after-ack and --spool exclude each other") }
            if records.routes { throw UsageError("--after-ack does not go with topics named by the records") }
            if whenFull != .block && whenFull != .exit {
                throw UsageError("--after-ack does not go with --when-full \(whenFull.rawValue)")
            }
            if onDown == .continue { throw UsageError("--after-ack does not go with --on-broker-down continue") }
            if isRawChunks || flushPartial != nil {
                throw UsageError("--after-ack goes with whole records: no --raw-chunks, no --flush-partial")
            }
        }
        if isRawChunks, records.input != .lines {
            throw UsageError("--raw-chunks does not go with --input \(records.input.rawValue)")
        }
        try records.validate()
    }

    var producerSettings: ProducerSettings {
        var settings = producer.settings
        settings.memory = queue
        if spools {
            // The spool is what is waited with; a topic that is gone for good is told by the cluster.
            settings.retry = .forever
        } else {
            switch onDown {
            case .continue, .exit: settings.retry = .duration(.zero)
            case .wait, .spool: settings.retry = connection.retryLimit
            }
        }
        return settings
    }

    var policy: OutletPolicy {
        var policy = OutletPolicy()
        policy.whenFull = whenFull
        policy.whenSpoolFull = whenSpoolFull
        policy.syncsSpool = syncsSpool
        policy.stopsOnFailure = afterAck || onDown == .exit || outputError?.ends == true
        policy.partitioner = records.partitioner
        policy.tracksPrefix = afterAck
        policy.patience =
            switch connection.retryFor {
            case .within(let duration): duration
            case .forever: nil
            }
        return policy
    }
}

extension ValueKind where Value == TopicTarget {
    /// `TOPIC` or `TOPIC:PARTITION`.
    static var topicTarget: ValueKind {
        ValueKind("TOPIC[:PARTITION]", completion: .topic) { text throws(ValueError) in
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let topic = parts.first, !topic.isEmpty else { throw ValueError("'\(text)' names no topic") }
            // In which tee itself would see a file.
            if topic.contains(where: { $0 == "/" || $0 == "." }) {
                throw ValueError("'\(text)' is no topic's name; files are named with --file")
            }
            guard parts.count == 2 else { return TopicTarget(topic: String(topic)) }
            guard let partition = UInt32(parts[1]), partition <= UInt32(Int32.max) else {
                throw ValueError("'\(parts[1])' is no partition's number")
            }
            return TopicTarget(topic: String(topic), partition: partition)
        }
    }
}

extension ValueKind where Value == WhenFull {
    /// One of the policies; `drop` is `drop-new`.
    static var whenFull: ValueKind {
        let words = ValueKind<WhenFull>.choice("POLICY")
        return ValueKind("POLICY", completion: words.completion, format: words.format) { text throws(ValueError) in
            text == "drop" ? .dropNew : try words.parse(text)
        }
    }
}

extension ValueKind where Value == WhenSpoolFull {
    /// One of the policies; `drop-new` is `drop`, as for a full queue.
    static var whenSpoolFull: ValueKind {
        let words = ValueKind<WhenSpoolFull>.choice("POLICY")
        return ValueKind("POLICY", completion: words.completion, format: words.format) { text throws(ValueError) in
            text == "drop-new" ? .drop : try words.parse(text)
        }
    }
}
