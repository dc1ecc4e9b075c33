import FluvioClient
import ToolSupport

/// The options of every command that deletes: all of them ask, leave alone, go on and only tell in the same way.
struct DeletionOptions: OptionGroup {
    /// What `--yes` says.
    private var isAgreed = false
    /// What the official tools have for it; where something stands in the way, also that it shall be done all the same.
    private(set) var isForced = false
    var ifExists = false
    var continuesOnError = false
    var isDryRun = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.flag(
            "-y", "--yes", to: \.isAgreed, help: "Do not ask",
            manual:
                "Do not ask. Without it the question goes to the terminal, never to standard input; without a terminal "
                + "nothing is deleted.")
        table.flag("-f", "--force", to: \.isForced, help: "As --yes", isHidden: true)
        table.flag("--if-exists", to: \.ifExists, help: "Take those that do not exist for deleted")
        table.flag("--continue-on-error", to: \.continuesOnError, help: "Go on after one that could not be deleted")
        table.flag("-d", "--dry-run", to: \.isDryRun, help: "Only tell what would be deleted")
    }

    /// Asks, unless nothing will be lost or the answer is known.
    func confirm(_ question: @autoclosure () -> String) async throws {
        if !isDryRun, !isAgreed, !isForced { try await Confirmation.ask(question()) }
    }
}

/// Deletes named things one after the other.
struct Deletion: Sendable {
    let options: DeletionOptions
    let context: ToolContext
    /// What one of them is called: `SPU group`, `topic`.
    let noun: String
    /// What was done to it.
    var done = "deleted"
    /// What goes with it, for the question.
    var loss = ""

    /// Reads names from standard input where `-` says so, and asks, unless nothing is to be deleted.
    ///
    /// - Returns: the names; none: there is nothing to do.
    func names(_ operands: [String]) async throws -> [String] {
        let names = try await NameOperands.read(operands)
        guard let first = names.first else { return names }
        let list =
            switch names.count {
            case 1: "\(noun) '\(first)'"
            case 2...5: "\(noun)s \(names.joined(separator: ", "))"
            default: "\(names.count) \(noun)s"
            }
        try await options.confirm("Delete \(list)\(loss)?")
        return names
    }

    /// Deletes what is named. What is not there is an error with the nearest name that is, unless `--if-exists`.
    ///
    /// - Parameters:
    ///   - known: the names that there are; asked for in a dry run, and where a name was not found.
    ///   - delete: deletes one.
    func run(
        _ names: [String], known: () async throws(FluvioError) -> [String],
        _ delete: (String) async throws(FluvioError) -> Void
    ) async throws -> Outcome {
        var hasFailed = false
        for name in names {
            do throws(FluvioError) {
                if options.isDryRun {
                    guard try await known().contains(name) else { throw FluvioError(.objectNotFound, "") }
                    context.diagnostics.note("\(noun) '\(name)' would be \(done) (dry run)")
                } else {
                    try await delete(name)
                    context.diagnostics.note("\(noun) '\(name)' \(done)")
                }
            } catch {
                switch error.code {
                case .objectNotFound, .topicNotFound, .profileNotFound:
                    if options.ifExists { continue }
                    context.diagnostics.error(ObjectLines.none(noun, name, among: (try? await known()) ?? []))
                default: context.diagnostics.error(error.description)
                }
                hasFailed = true
                if !options.continuesOnError { break }
            }
        }
        return .exit(hasFailed ? .incomplete : .success)
    }
}
