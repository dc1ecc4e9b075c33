import Documents
import FluvioClient
import FluvioProtocol
import Glibc
import ToolSupport

/// What every list of objects takes.
struct ListingOptions: OptionGroup {
    var output = ObjectOutputOptions()
    var selection = ObjectSelection()
    var connection = ConnectionOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.include(\.output)
        table.include(\.selection)
        table.include(\.connection)
    }
}

/// The options of the lists that take nothing more.
struct ListOptions: CommandOptions {
    var common = CommonOptions()
    var listing = ListingOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands(
            "NAME", to: \.listing.selection.names, as: .object(), help: "the objects to list; all if left out")
        table.include(\.listing)
    }
}

/// Lists the objects of a kind, and tells of names that are not there.
struct ListObjects<View: ObjectView>: Sendable {
    let options: ListingOptions
    let context: ToolContext

    /// - Parameters:
    ///   - system: with those that belong to the cluster. Those asked for by name are shown in any case.
    ///   - change: what is to be shown in place of what the SC says; nil: not at all.
    func run(
        system: Bool = true,
        _ change: (Fluvio, [Metadata<View.Spec>]) async throws -> [Metadata<View.Spec>] = { $1 }
    ) async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let all = try await client.admin.list(View.type, includingSystem: true)
        let filter = options.selection.filter()
        let shown = try await change(
            client, all.filter { filter.matches($0) && (system || filter.names != nil || !View.Spec.isSystem($0)) })
        try await ObjectLines.write(shown, View.self, as: options.output.format)
        let missing = options.selection.missing(in: all)
        for name in missing {
            context.diagnostics.error(ObjectLines.noObject(View.Spec.kind, name, among: all.map(\.name)))
        }
        return .exit(missing.isEmpty ? .success : .incomplete)
    }
}

/// Objects on standard output.
enum ObjectLines {
    /// Writes a list.
    static func write<View: ObjectView>(
        _ objects: [Metadata<View.Spec>], _ view: View.Type, as format: ObjectFormat
    ) async throws {
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            try ObjectOutput.write(
                list: objects.map(View.value), as: format, table: { _ in View.table(objects) }, name: View.name,
                to: &output)
            try output.close()
        }
    }

    /// That there is none of that name, with the nearest that there is.
    static func noObject(_ kind: ObjectKind, _ name: String, among names: [String]) -> String {
        none(kind.noun, name, among: names)
    }

    /// The same for what is no kind of object.
    static func none(_ noun: String, _ name: String, among names: [String]) -> String {
        let guess = Suggestion.nearest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
        return "there is no \(noun) '\(name)'\(guess)"
    }
}

extension ListOptions {
    /// Lists the objects of a view.
    func run<View: ObjectView>(
        _ view: View.Type, _ context: ToolContext
    ) async throws -> Outcome {
        try await ListObjects<View>(options: listing, context: context).run { $1.filter { View.isShown($0.spec) } }
    }
}
