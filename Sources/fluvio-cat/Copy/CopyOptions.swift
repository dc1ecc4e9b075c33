import FluvioClient
import ToolSupport

/// A topic, perhaps of another cluster than the current one.
struct TopicPlace: Equatable, Sendable {
    var profile: String?
    var topic = ""
}

extension ValueKind where Value == TopicPlace {
    /// `TOPIC` or `PROFILE/TOPIC`.
    static var place: ValueKind {
        ValueKind("[PROFILE/]TOPIC", completion: .topic) { text throws(ValueError) in
            // Topics have no slash in their names.
            guard let slash = text.lastIndex(of: "/") else {
                guard !text.isEmpty else { throw ValueError("an empty text is not a topic's name") }
                return TopicPlace(topic: text)
            }
            let place = TopicPlace(profile: String(text[..<slash]), topic: String(text[text.index(after: slash)...]))
            guard place.profile?.isEmpty == false, !place.topic.isEmpty else {
                throw ValueError("'\(text)' is not of the form PROFILE/TOPIC")
            }
            return place
        }
    }
}

struct CopyOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var stop = StopOptions()

    var source = TopicPlace()
    var target = TopicPlace()
    var partitionLists: [[UInt32]] = []
    var stopsAtEnd = false
    var sourceIsolation = Isolation.readCommitted
    var maximumBytes = 4 << 20

    var group: String?
    var state: String?
    var commitEvery = Duration.seconds(1)

    var rehashes = false
    var create: UInt32?
    var producer = ProducerOptions()

    var onCorrupt = CorruptPolicy.stop
    var isStrict = false
    var keepsRepeats = false

    /// The partitions to copy, in order, each once; none: all.
    var partitions: [UInt32] { Set(partitionLists.joined()).sorted() }

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("SOURCE", to: \.source, as: .place, help: "the topic to read")
        table.operand("TARGET", to: \.target, as: .place, help: "the topic to write to")
        table.group("Which records")
        table.flag("-e", "--exit-at-end", to: \.stopsAtEnd, help: "Exit where the partitions end now")
        table.list(
            "-p", "--partition", to: \.partitionLists, as: .partitions, help: "Copy these partitions only, as in 0,2-5")
        table.value(
            "--max-bytes", to: \.maximumBytes, as: .size(in: 1024...1 << 30),
            help: "Ask for so many bytes at once, over all partitions")
        table.group("Going on later")
        table.value(
            "--state", to: \.state, as: .file, help: "Go on where this file says, exactly",
            manual:
                "Go on where the file says, and keep in it how far the copy is: where in the source, and which records "
                + "of whom the target had then. After a crash the end of the target is read, and what is there is not sent "
                + "again, so no record is lost or twice. One process at a time can have the file, another exits with 5. A "
                + "target that drops duplicates itself, or runs SmartModules, changes what it is sent: there records may "
                + "come twice after a crash.")
        table.value(
            "-g", "--consumer", to: \.group, as: .text("ID"), help: "Go on where the consumer of this name was",
            manual:
                "Go on where the consumer of this name was in the source's cluster, and store there what the target has "
                + "acknowledged. No record is lost; after a crash the last second (`--commit-every`) may come twice. With "
                + "`--state` the file decides, and the servers only hear of it.")
        table.value(
            "--commit-every", to: \.commitEvery, as: .duration(bare: .seconds), help: "Store positions this often")
        table.group("Sending")
        table.flag(
            "--rehash", to: \.rehashes, help: "Spread the records over the target's partitions anew",
            manual:
                "Let keys decide the partition in the target, as they do when records are produced; records without key "
                + "go round. Without it every record goes to the partition of the same number. Either way those of one key "
                + "keep their order.")
        table.optionalValue(
            "--create", to: \.create, as: .integer("PARTITIONS", in: 0...UInt32(Int32.max)), bare: 0,
            help: "Make the target if it is missing",
            manual: "Make the target if it is missing, with so many partitions, or as many as the source has.")
        table.include(\.producer)
        table.group("Trouble")
        table.value(
            "--on-corrupt", to: \.onCorrupt, as: .choice("POLICY"), help: "At a damaged batch stop, or skip it")
        table.flag(
            "--strict", to: \.isStrict, help: "Exit 1 if records that were asked for are not kept any more")
        table.flag("--keep-duplicates", to: \.keepsRepeats, help: "Copy records that stand in the log twice twice")
        table.include(\.connection)
        table.include(\.stop)
    }

    mutating func validate() throws(UsageError) {
        if source == target { throw UsageError("a topic cannot be copied to itself") }
        if group?.isEmpty == true { throw UsageError("--consumer needs a name") }
    }
}
