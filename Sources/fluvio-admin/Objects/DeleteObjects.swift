import FluvioClient
import FluvioProtocol
import ToolSupport

/// The options of the commands that delete objects by name.
struct DeleteOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var names: [String] = []
    var ifExists = false
    var continuesOnError = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("NAME", to: \.names, as: .text("NAME"), least: 1, help: "the objects to delete")
        table.group("How")
        table.flag("--if-exists", to: \.ifExists, help: "Take those that do not exist for deleted")
        table.flag("--continue-on-error", to: \.continuesOnError, help: "Go on after one that could not be deleted")
        table.include(\.connection)
    }
}

/// Deletes objects of a kind.
struct DeleteObjects: Sendable {
    let connection: ConnectionOptions
    var ifExists = false
    var continuesOnError = false
    let context: ToolContext

    /// - Parameter done: what was done, for people.
    func run(
        _ kind: ObjectKind, _ names: [String], done: String = "deleted",
        _ delete: (Admin, String) async throws(FluvioError) -> Void
    ) async throws -> Outcome {
        let client = try await connection.connect(context)
        defer { client.close() }
        var hasFailed = false
        for name in names {
            do throws(FluvioError) {
                try await delete(client.admin, name)
                context.diagnostics.note("\(kind.noun) '\(name)' \(done)")
            } catch {
                if ifExists, error.code == .objectNotFound { continue }
                context.diagnostics.error(error.description)
                hasFailed = true
                if !continuesOnError { break }
            }
        }
        return .exit(hasFailed ? .incomplete : .success)
    }
}

extension DeleteOptions {
    /// Deletes what the operands name, of a kind whose objects are named by their names.
    func run<Spec: ObjectSpec>(_ type: ObjectType<Spec>, _ context: ToolContext) async throws -> Outcome {
        try await DeleteObjects(
            connection: connection, ifExists: ifExists, continuesOnError: continuesOnError, context: context
        ).run(Spec.kind, names) { admin, name throws(FluvioError) in try await admin.delete(type, name) }
    }
}
