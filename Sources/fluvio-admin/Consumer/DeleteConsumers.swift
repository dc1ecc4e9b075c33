import FluvioClient
import ToolSupport

struct DeleteConsumersOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var names: [String] = []
    var topic: String?
    var partition: UInt32?
    var deletion = DeletionOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands(
            "CONSUMER", to: \.names, as: .object(), least: 1, help: "the consumers, - reading their names")
        table.group("Which")
        table.value("-t", "--topic", to: \.topic, as: .topic, help: "Delete their offsets in this topic alone")
        table.value(
            "-p", "--partition", to: \.partition, as: .integer("N"), help: "Delete their offset in this partition alone"
        )
        table.group("How")
        table.include(\.deletion)
        table.include(\.connection)
    }

    fileprivate func isAsked(_ offset: ConsumerOffset) -> Bool {
        (topic ?? offset.replica.topic) == offset.replica.topic
            && (partition ?? offset.replica.partition) == offset.replica.partition
    }
}

/// `fluvio-admin consumer delete`.
struct DeleteConsumers: Sendable {
    let options: DeleteConsumersOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let deletion = Deletion(
            options: options.deletion, context: context, noun: "consumer", done: "deleted", loss: " with all offsets")
        let names = try await deletion.names(options.names)
        guard !names.isEmpty else { return .exit(.success) }
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let admin = client.admin
        let all = try await admin.consumerOffsets()
        var hasFailed = false
        for name in names {
            let stored = all.filter { $0.consumerID == name }
            let wanted = stored.filter(options.isAsked).sorted(by: ConsumerOffset.precedes)
            if wanted.isEmpty, !options.deletion.ifExists {
                context.diagnostics.error(
                    stored.isEmpty
                        ? ConsumerOffset.noConsumer(name, among: all) : "consumer '\(name)' has stored no offset there")
                hasFailed = true
                if !options.deletion.continuesOnError { break }
            }
            for offset in wanted {
                let what = "consumer '\(name)': offset in \(offset.replica.topic)/\(offset.replica.partition)"
                if options.deletion.isDryRun {
                    context.diagnostics.note("\(what) would be deleted (dry run)")
                } else {
                    try await admin.deleteConsumerOffset(name, of: offset.replica)
                    context.diagnostics.note("\(what) deleted")
                }
            }
        }
        return .exit(hasFailed ? .incomplete : .success)
    }
}
