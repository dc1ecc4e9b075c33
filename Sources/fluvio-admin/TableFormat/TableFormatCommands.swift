import Documents
import FluvioClient
import FluvioProtocol
import ToolSupport

/// `fluvio-admin table-format`.
let tableFormatCommands = Command(
    group: "table-format", "Manage table formats, by which the official client shows records.",
    [
        Command("list", "List the table formats.", ListOptions.self) { options, context in
            try await options.run(TableFormatView.self, context)
        },
        Command("watch", "Write the table formats and every change of them as JSON lines.", WatchOptions.self) {
            options, context in try await WatchObjects<TableFormatView>(options: options, context: context).run()
        },
        Command(
            "create", "Create a table format from a file.", CreateTableFormatOptions.self,
            manual: """
                The file is YAML or JSON as for the official tools: `name`, `inputFormat` (`JSON`), and `columns`, each \
                with `keyPath` and, if wanted, `headerLabel`, `width`, `alignment` (`LEFT`, `RIGHT`, `CENTER`), `format`, \
                `display`, `primaryKey`, `headerBgColor` and `headerTextColor` (`Blue`, `Yellow`, `Green`); `smartmodule` \
                names a SmartModule.
                """
        ) { options, context in try await CreateTableFormat(options: options, context: context).run() },
        Command("delete", "Delete table formats.", DeleteOptions.self) { options, context in
            try await options.run(.tableFormat, context)
        },
    ])

/// Table formats as this tool shows them.
enum TableFormatView: ObjectView {
    static let type = ObjectType<TableFormatSpec>.tableFormat

    static func value(_ format: Metadata<TableFormatSpec>) -> ObjectValue { format.value }

    static func table(_ formats: [Metadata<TableFormatSpec>]) -> ObjectTable {
        var table = ObjectTable(["NAME", "STATUS"])
        for format in formats { table.append([format.name, format.status.resolution.word]) }
        return table
    }
}

struct CreateTableFormatOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var file: String?
    var creation = CreationOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Table format")
        table.value("--config", to: \.file, as: .file, help: "Read it from this file; - is standard input")
        table.group("How")
        table.include(\.creation)
        table.include(\.connection)
    }

    func validate() throws(UsageError) {
        guard file != nil else { throw UsageError("--config is missing") }
    }
}

/// `fluvio-admin table-format create`.
struct CreateTableFormat: Sendable {
    let options: CreateTableFormatOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let file = options.file ?? "-"
        let spec = try await onOwnThread {
            let document = try DocumentFile.node(file)
            do throws(YAMLError) {
                return try TableFormatSpec(yaml: document)
            } catch {
                throw ToolError("\(file): \(error)")
            }
        }
        let client = try await options.connection.connect(context)
        defer { client.close() }
        _ = try await options.creation.create(.tableFormat, spec.name, client.admin, context) {
            () throws(FluvioError) in
            try await client.admin.createTableFormat(spec)
            return spec.name
        }
        return .exit(.success)
    }
}

extension TableFormatSpec {
    fileprivate init(yaml: YAMLNode) throws(YAMLError) {
        self.init(name: try yaml.text("name"))
        inputFormat = try yaml.optional("inputFormat") { node throws(YAMLError) in try node.word(TableInputFormat.words)
        }
        columns = try yaml.optional("columns") { node throws(YAMLError) in try node.items(TableColumn.init(yaml:)) }
        smartModule = try yaml.optionalText("smartmodule")
    }
}

extension TableColumn {
    fileprivate init(yaml: YAMLNode) throws(YAMLError) {
        self.init(keyPath: try yaml.text("keyPath"))
        headerLabel = try yaml.optionalText("headerLabel")
        width = try yaml.optionalText("width")
        alignment = try yaml.optional("alignment") { node throws(YAMLError) in try node.word(TableAlignment.words) }
        format = try yaml.optionalText("format")
        display = try yaml.optional("display") { node throws(YAMLError) in try node.flag() }
        primaryKey = try yaml.optional("primaryKey") { node throws(YAMLError) in try node.flag() }
        headerBackground = try yaml.optional("headerBgColor") { node throws(YAMLError) in
            try node.word(TableColor.words)
        }
        headerText = try yaml.optional("headerTextColor") { node throws(YAMLError) in try node.word(TableColor.words) }
    }
}
