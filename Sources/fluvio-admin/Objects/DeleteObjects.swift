import FluvioClient
import ToolSupport

/// The options of the commands that delete objects by name.
struct DeleteOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var names: [String] = []
    var deletion = DeletionOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands(
            "NAME", to: \.names, as: .object(), least: 1, help: "the objects to delete, - reading their names")
        table.group("How")
        table.include(\.deletion)
        table.include(\.connection)
    }

    /// Deletes what the operands name, of a kind whose objects are named by their names.
    func run<Spec: ObjectSpec>(_ type: ObjectType<Spec>, _ context: ToolContext) async throws -> Outcome {
        let deletion = Deletion(options: deletion, context: context, noun: Spec.kind.noun)
        let names = try await deletion.names(names)
        guard !names.isEmpty else { return .exit(.success) }
        let client = try await connection.connect(context)
        defer { client.close() }
        let admin = client.admin
        return try await deletion.run(names) { () throws(FluvioError) in
            try await admin.list(type).flatMap { Spec.names(of: $0) }
        } _: { name throws(FluvioError) in
            try await admin.delete(type, name)
        }
    }
}
