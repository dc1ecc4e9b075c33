import FluvioClient
import Glibc
import ToolSupport
import Unix

struct DeleteTopicsOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var names: [String] = []
    var isConfirmed = false
    var ifExists = false
    var continuesOnError = false
    var includesSystem = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("TOPIC", to: \.names, as: .topic, least: 1, help: "the topics to delete, - reading their names")
        table.group("How")
        table.flag(
            "-y", "--yes", to: \.isConfirmed, aliases: ["--force", "-f"], help: "Do not ask",
            manual:
                "Do not ask. Without it the question goes to the terminal, never to standard input; without a terminal "
                + "nothing is deleted.")
        table.flag("--if-exists", to: \.ifExists, help: "Take topics that do not exist for deleted")
        table.flag("--continue-on-error", to: \.continuesOnError, help: "Go on after one that could not be deleted")
        table.flag("-s", "--system", to: \.includesSystem, help: "Delete topics of the cluster itself, too")
        table.include(\.connection)
    }
}

/// `fluvio-admin topic delete`.
struct DeleteTopics: Sendable {
    let options: DeleteTopicsOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let names = try await NameOperands.read(options.names)
        guard !names.isEmpty else { return .exit(.success) }
        if !options.isConfirmed {
            let list = names.count > 5 ? "\(names.count) topics" : names.joined(separator: ", ")
            try await Confirmation.ask("Delete \(list) with all records?")
        }
        let client = try await options.connection.connect(context)
        defer { client.close() }
        var hasFailed = false
        for name in names {
            do throws(FluvioError) {
                try await client.admin.deleteTopic(name, force: options.includesSystem)
                context.diagnostics.note("topic '\(name)' deleted")
            } catch {
                if options.ifExists, error.code == .topicNotFound { continue }
                context.diagnostics.error(error.description)
                hasFailed = true
                if !options.continuesOnError { break }
            }
        }
        return .exit(hasFailed ? .incomplete : .success)
    }
}
