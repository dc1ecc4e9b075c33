import FluvioClient
import FluvioProtocol
import Glibc
import ToolSupport

/// Topics as this tool shows them.
enum TopicView: ObjectView {
    static let type = ObjectType<TopicSpec>.topic
    static func value(_ topic: Metadata<TopicSpec>) -> ObjectValue { topic.value }
    static func table(_ topics: [Metadata<TopicSpec>]) -> ObjectTable { TopicTable.list(topics) }
}

struct ListTopicsOptions: CommandOptions {
    var common = CommonOptions()
    var listing = ListingOptions()
    var showsSystem = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("TOPIC", to: \.listing.selection.names, as: .topic, help: "the topics to list; all if left out")
        table.flag("-s", "--system", to: \.showsSystem, help: "Show the topics of the cluster itself, too")
        table.include(\.listing)
    }
}

/// `fluvio-admin topic list`.
struct ListTopics: Sendable {
    let options: ListTopicsOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        try await ListObjects<TopicView>(options: options.listing, context: context).run(system: options.showsSystem)
    }
}

struct DescribeTopicOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var output = ObjectOutputOptions()
    var name = ""

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("TOPIC", to: \.name, as: .topic, help: "the topic to describe")
        table.include(\.output)
        table.include(\.connection)
    }
}

/// `fluvio-admin topic describe`.
struct DescribeTopic: Sendable {
    let options: DescribeTopicOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let topic = try await client.admin.topic(options.name)
        let format = options.output.format
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            // A list of one, as the official tools print it.
            try ObjectOutput.write(
                list: [topic.value], as: format, table: { _ in TopicTable.description(topic) },
                to: &output)
            try output.close()
        }
        return .exit(.success)
    }
}
