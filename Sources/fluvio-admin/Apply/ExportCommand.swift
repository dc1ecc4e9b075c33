import FluvioClient
import FluvioProtocol
import Glibc
import ToolSupport

/// `fluvio-admin export`.
let exportCommand = Command(
    "export", "Write the topics of a cluster as 'apply' reads them.", ExportOptions.self,
    manual: """
        Each entry of the list is in the format of `fluvio topic create --config`. Mirror topics have no words there; \
        they are named on standard error, and the exit status is 1 then.
        """,
    examples: [
        Example("fluvio-admin export > topics.yaml", "Keeps the settings of all topics."),
        Example(
            "fluvio-admin export -O json | jq -r '.[] | [.meta.name, .partition.count] | @tsv'",
            "Writes names and numbers of partitions."),
    ]
) { options, context in try await ExportCommand(options: options, context: context).run() }

struct ExportOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var selection = ObjectSelection()
    var format = DocumentFormat.yaml

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("TOPIC", to: \.selection.names, as: .topic, help: "the topics; all if left out")
        table.value("-O", "--output", to: \.format, as: .choice("FORMAT"), help: "Write them in this format")
        table.include(\.selection)
        table.include(\.connection)
    }
}

/// Writes topics as files of settings.
struct ExportCommand: Sendable {
    let options: ExportOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let all = try await client.admin.list(.topic, includingSystem: true)
        let filter = options.selection.filter()
        let topics = all.filter { filter.matches($0) && !$0.spec.system }
        let values = topics.compactMap { TopicFile($0)?.value }
        let format = ObjectFormat(rawValue: options.format.rawValue) ?? .yaml
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            try ObjectOutput.write(list: values, as: format, table: { _ in ObjectTable([]) }, to: &output)
            try output.close()
        }
        var isComplete = true
        for topic in topics where TopicFile(topic) == nil {
            context.diagnostics.error("mirror topic '\(topic.name)' is left out: the format has no words for it")
            isComplete = false
        }
        for name in options.selection.missing(in: all) {
            context.diagnostics.error(ObjectLines.noObject(.topic, name, among: all.map(\.name)))
            isComplete = false
        }
        return .exit(isComplete ? .success : .incomplete)
    }
}
