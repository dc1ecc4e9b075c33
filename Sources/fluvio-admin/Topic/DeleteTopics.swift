import FluvioClient
import ToolSupport

struct DeleteTopicsOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var names: [String] = []
    var deletion = DeletionOptions()
    var includesSystem = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("TOPIC", to: \.names, as: .topic, least: 1, help: "the topics to delete, - reading their names")
        table.group("How")
        table.include(\.deletion)
        table.flag("-s", "--system", to: \.includesSystem, help: "Delete topics of the cluster itself, too")
        table.include(\.connection)
    }
}

/// `fluvio-admin topic delete`.
struct DeleteTopics: Sendable {
    let options: DeleteTopicsOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let deletion = Deletion(options: options.deletion, context: context, noun: "topic", loss: " with all records")
        let names = try await deletion.names(options.names)
        guard !names.isEmpty else { return .exit(.success) }
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let admin = client.admin
        let includesSystem = options.includesSystem
        return try await deletion.run(names) { () throws(FluvioError) in
            try await admin.list(.topic, includingSystem: includesSystem).map(\.name)
        } _: { name throws(FluvioError) in
            try await admin.deleteTopic(name, force: includesSystem)
        }
    }
}
