import FluvioClient
import FluvioProtocol
import ToolSupport

/// `fluvio-admin offset`.
let offsetCommands = Command(
    group: "offset", "Show and move the positions of consumers.",
    manual: "A position is the offset of the record that the consumer reads next.",
    [
        Command("get", "Write the positions of a consumer.", GetOffsetsOptions.self) { options, context in
            try await GetOffsets(options: options, context: context, tellsLag: false).run()
        },
        Command(
            "lag", "Write how many records a consumer has before it.", GetOffsetsOptions.self,
            examples: [
                Example(
                    "fluvio-admin offset lag billing -O json | jq 'map(.lag) | add'",
                    "Sums up what the consumer `billing` has not read yet.")
            ]
        ) { options, context in try await GetOffsets(options: options, context: context, tellsLag: true).run() },
        Command(
            "set", "Give a consumer positions, also where it has none.", SetOffsetsOptions.self,
            manual: SetOffsetsOptions.manual,
            examples: [
                Example("fluvio-admin offset set billing logs --to latest", "Lets it skip all that is there now.")
            ]
        ) { options, context in try await SetOffsets(options: options, context: context, makesNew: true).run() },
        Command(
            "reset", "Move the positions that a consumer has.", SetOffsetsOptions.self,
            manual: SetOffsetsOptions.manual,
            examples: [
                Example("fluvio-admin offset reset billing --to earliest", "Lets it read everything again.")
            ]
        ) { options, context in try await SetOffsets(options: options, context: context, makesNew: false).run() },
    ])

/// The operands of all of these commands.
struct OffsetOperands: OptionGroup {
    var consumer = ""
    var topic: String?
    var partition: UInt32?

    static func declare(_ table: inout OptionTable<Self>) {}

    func matches(_ offset: ConsumerOffset) -> Bool {
        offset.consumerID == consumer && (topic ?? offset.replica.topic) == offset.replica.topic
            && (partition ?? offset.replica.partition) == offset.replica.partition
    }
}

struct GetOffsetsOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var output = ObjectOutputOptions()
    var what = OffsetOperands()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("CONSUMER", to: \.what.consumer, as: .object(listedBy: "consumer list"), help: "the consumer")
        table.optionalOperand("TOPIC", to: \.what.topic, as: .topic, help: "the topic; all if left out")
        table.optionalOperand(
            "PARTITION", to: \.what.partition, as: .integer("PARTITION"), help: "the partition; all if left out")
        table.include(\.output)
        table.include(\.connection)
    }
}

/// `fluvio-admin offset get` and `fluvio-admin offset lag`.
struct GetOffsets: Sendable {
    let options: GetOffsetsOptions
    let context: ToolContext
    /// With the ends of the partitions.
    let tellsLag: Bool

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let all = try await client.admin.consumerOffsets()
        let stored = all.filter { options.what.matches($0) }.sorted(by: ConsumerOffset.precedes)
        guard !stored.isEmpty else {
            throw ToolError(ConsumerOffset.noConsumer(options.what.consumer, among: all))
        }
        var ends: [ReplicaKey: PartitionOffsets] = [:]
        if tellsLag {
            for topic in Set(stored.map(\.replica.topic)).sorted() {
                for partition in try await client.admin.offsets(of: topic) {
                    ends[ReplicaKey(topic: topic, partition: partition.partition)] = partition
                }
            }
        }
        let rows: [ObjectValue] = stored.map { offset in
            var members: [ObjectValue.Member] = [
                .init("consumer", .string(offset.consumerID)), .init("topic", .string(offset.replica.topic)),
                .init("partition", .int(Int64(offset.replica.partition))), .init("next", .int(offset.offset + 1)),
            ]
            if let end = ends[offset.replica] {
                // What is not kept any more is not before it.
                let next = max(offset.offset + 1, end.start)
                members += [.init("end", .int(end.end)), .init("lag", .int(max(0, end.end - next)))]
            }
            return .object(members)
        }
        try await RowLines.write(
            rows, heads: ["CONSUMER", "TOPIC", "PARTITION", "NEXT"] + (tellsLag ? ["END", "LAG"] : []), name: "topic",
            as: options.output.format)
        return .exit(.success)
    }
}
