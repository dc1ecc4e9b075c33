import FluvioClient
import Glibc
import ToolSupport

struct TopicOffsetsOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var output = ObjectOutputOptions()
    var name = ""
    var time: Moment?

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("TOPIC", to: \.name, as: .topic, help: "the topic")
        table.include(\.output)
        table.value(
            "--at", to: \.time, as: .moment, help: "Tell the first offset that is not older than this, too")
        table.include(\.connection)
    }
}

/// `fluvio-admin topic offsets`.
struct TopicOffsets: Sendable {
    let options: TopicOffsetsOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        var rows: [ObjectValue] = []
        let time = options.time?.milliseconds(now: Moment.present)
        for partition in try await client.admin.offsets(of: options.name) {
            var members: [ObjectValue.Member] = [
                .init("topic", .string(options.name)), .init("partition", .int(Int64(partition.partition))),
                .init("start", .int(partition.start)), .init("end", .int(partition.end)),
            ]
            if let time {
                let offset = try await client.offset(of: options.name, partition: partition.partition, at: time)
                members.append(.init("at", .int(offset)))
            }
            rows.append(.object(members))
        }
        try await RowLines.write(
            rows, heads: ["TOPIC", "PARTITION", "START", "END"] + (time == nil ? [] : ["AT"]), name: "topic",
            as: options.output.format)
        return .exit(.success)
    }
}
