import FluvioClient
import FluvioProtocol
import Glibc
import ToolSupport

struct ListTopicsOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var output = ObjectOutputOptions()
    var showsSystem = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.include(\.output)
        table.flag("-s", "--system", to: \.showsSystem, help: "Show the topics of the cluster itself, too")
        table.include(\.connection)
    }
}

/// `fluvio-admin topic list`.
struct ListTopics: Sendable {
    let options: ListTopicsOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let topics = try await client.admin.list(.topic, system: options.showsSystem).sorted { $0.name < $1.name }
        let format = options.output.format
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            try ObjectOutput.write(
                list: topics.map(TopicValue.value), as: format, table: { _ in TopicTable.list(topics) }, to: &output)
            try output.close()
        }
        return .exit(.success)
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
        let topic = try await client.admin.topicObject(options.name)
        let format = options.output.format
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            // A list of one, as the official tools print it.
            try ObjectOutput.write(
                list: [TopicValue.value(topic)], as: format, table: { _ in TopicTable.description(topic) },
                to: &output)
            try output.close()
        }
        return .exit(.success)
    }
}
