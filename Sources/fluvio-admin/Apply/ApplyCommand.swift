import FluvioClient
import FluvioProtocol
import Glibc
import ToolSupport

/// `fluvio-admin apply`.
let applyCommand = Command(
    "apply", "Make the topics of files, and tell what is different.", ApplyOptions.self,
    manual: """
        A file holds a topic or a list of topics, in YAML or JSON, as `export` writes them. One line on standard output \
        tells of each: `+` it was created, `~` partitions were added, `=` it is so already, `!` it is different in what \
        cannot be changed: all a cluster can do to a topic that there is, is to add partitions and mirrors. Then the exit \
        status is 1, and the topic is as it was; to have it otherwise, create another one, copy the records with \
        `fluvio-cat copy`, and delete the first. Topics that no file names are left alone.
        """,
    examples: [
        Example(
            "fluvio-admin export > topics.yaml && fluvio-admin apply --dry-run -f topics.yaml",
            "Tells that everything is as the file says.")
    ]
) { options, context in try await ApplyCommand(options: options, context: context).run() }

struct ApplyOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var files: [String] = []
    var isDryRun = false
    var wait = WaitOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Topics")
        table.list("-f", "--file", to: \.files, as: .file, help: "Read this file; - is standard input")
        table.flag("-d", "--dry-run", to: \.isDryRun, help: "Only tell what would be done")
        table.include(\.wait)
        table.include(\.connection)
    }

    func validate() throws(UsageError) {
        guard !files.isEmpty else { throw UsageError("--file is missing") }
    }
}

/// Makes a cluster's topics what files say.
struct ApplyCommand: Sendable {
    let options: ApplyOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let files = options.files
        // All files are read before anything is changed.
        let wanted = try await onOwnThread { try files.flatMap { try TopicFile.read($0) } }
        var names: Set<String> = []
        for topic in wanted where !names.insert(topic.name).inserted {
            throw ToolError("topic '\(topic.name)' is asked for twice", .usage)
        }
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let present = try await client.admin.list(.topic, includingSystem: true)
        let known = Dictionary(present.map { ($0.name, $0.spec) }) { first, _ in first }
        var isDifferent = false
        for topic in wanted {
            do {
                let (lines, isMet) = try await apply(topic, known[topic.name], client.admin)
                isDifferent = isDifferent || !isMet
                try await write(lines)
            } catch let error as FluvioError {
                context.diagnostics.error(error.description)
                isDifferent = true
            }
        }
        if options.isDryRun { context.diagnostics.note("nothing was changed (dry run)") }
        return .exit(isDifferent ? .incomplete : .success)
    }

    private func apply(
        _ topic: TopicFile, _ old: TopicSpec?, _ admin: Admin
    ) async throws -> (lines: [String], isMet: Bool) {
        guard let old else {
            if options.isDryRun {
                try await admin.validateTopic(topic.name, topic.spec)
            } else {
                try await admin.createTopic(topic.name, topic.spec, waitingAtMost: options.wait.limit)
            }
            return (["+ \(topic.name)"], true)
        }
        let difference = TopicDifference(from: old, to: topic.spec)
        var lines = difference.fixed.map { "! \(topic.name) \($0.what) \($0.from) -> \($0.to)" }
        if difference.added > 0 {
            let count = old.replicas.partitionCount
            if !options.isDryRun {
                try await admin.addPartitions(difference.added, to: topic.name, waitingAtMost: options.wait.limit)
            }
            lines.append("~ \(topic.name) partitions \(count) -> \(count + difference.added)")
        }
        if lines.isEmpty { lines = ["= \(topic.name)"] }
        if !difference.fixed.isEmpty {
            let what = difference.fixed.map(\.what).joined(separator: ", ")
            context.diagnostics.error(
                "topic '\(topic.name)': \(what) cannot be changed; create another topic, copy the records with "
                    + "'fluvio-cat copy', and delete this one")
        }
        return (lines, difference.fixed.isEmpty)
    }

    private func write(_ lines: [String]) async throws {
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            for line in lines { try output.append(line + "\n") }
            try output.flush()
        }
    }
}
