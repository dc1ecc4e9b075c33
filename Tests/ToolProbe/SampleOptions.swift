import FluvioTransport
import ToolSupport

/// A codec of the sample.
enum SampleCodec: String, CaseIterable, Sendable {
    case none, gzip, zstd
}

/// Options with one of every kind.
struct SampleOptions: CommandOptions, Equatable {
    var common = CommonOptions()
    var delimiter: [UInt8] = [UInt8(ascii: "\n")]
    var linger = Duration.zero
    var codec = SampleCodec.none
    var partitions: Int32?
    var topics: [String] = []
    var from = "start"
    var color = true
    var raw = false
    var size = 1 << 20
    var retry = TimeLimit.within(.seconds(30))
    var topic = ""
    var files: [String] = []

    static func == (a: Self, b: Self) -> Bool {
        a.common.profile == b.common.profile && a.common.cluster == b.common.cluster
            && a.common.isQuiet == b.common.isQuiet && a.common.isVerbose == b.common.isVerbose
            && a.delimiter == b.delimiter && a.linger == b.linger && a.codec == b.codec
            && a.partitions == b.partitions && a.topics == b.topics && a.from == b.from && a.color == b.color
            && a.raw == b.raw && a.size == b.size && a.retry == b.retry && a.topic == b.topic && a.files == b.files
    }

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Input")
        table.value(
            "-d", "--delimiter", to: \.delimiter, as: .bytes(), aliases: ["-D"],
            help: "Split the input after these bytes", manual: "Split the input after these bytes. `\\n` is a newline.")
        table.flag("--raw", to: \.raw, help: "All input is one record")
        table.list("-t", "--topic", to: \.topics, as: .topic, help: "Send to this topic as well")
        table.value("-o", "--from", to: \.from, as: .text("WHERE"), help: "Start here")
        table.flag("--new", to: \.from, value: "end", help: "Start at the end: --from end")
        table.group("Output")
        table.value(
            "--linger", to: \.linger, as: .duration(bare: .milliseconds), environment: "FLUVIO_LINGER",
            help: "Wait so long for more")
        table.value("-z", "--compression", to: \.codec, as: .choice("CODEC"), help: "Compress batches")
        table.optionalValue(
            "--create", to: \.partitions, as: .integer("PARTITIONS", in: 1...1000), bare: 1,
            help: "Create the topic if it does not exist")
        table.flag("--color", to: \.color, negatable: true, help: "Color the output")
        table.value("--max-record", to: \.size, as: .size(in: 1...(1 << 30)), help: "Refuse larger records")
        table.value("--retry-for", to: \.retry, as: .timeLimit(bare: .seconds), help: "Try again for so long")
        table.operand("TOPIC", to: \.topic, as: .topic, help: "The topic")
        table.operands("FILE", to: \.files, as: .file, help: "Files to read; - is standard input")
    }

    func validate() throws(UsageError) {
        if raw, delimiter != [UInt8(ascii: "\n")] { throw UsageError("--raw and --delimiter exclude each other") }
    }
}
