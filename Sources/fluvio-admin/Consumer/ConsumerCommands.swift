import Documents
import FluvioClient
import FluvioProtocol
import Glibc
import ToolSupport

/// `fluvio-admin consumer`.
let consumerCommands = Command(
    group: "consumer", "Show and delete the offsets that consumers have stored.",
    [
        Command(
            "list", "List the offsets that consumers have stored.", ListConsumersOptions.self,
            manual: """
                `OFFSET` is the last record that the consumer is done with; it goes on behind it. `offset lag` tells how \
                much is left.
                """,
            examples: [
                Example(
                    "fluvio-admin consumer list -O json | jq -r '.[].consumer_id' | sort -u",
                    "Names the consumers of the cluster.")
            ]
        ) { options, context in try await ListConsumers(options: options, context: context).run() },
        Command(
            "delete", "Delete the offsets of consumers.", DeleteConsumersOptions.self,
            manual: "They begin where they would without any then."
        ) { options, context in try await DeleteConsumers(options: options, context: context).run() },
    ])

struct ListConsumersOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var output = ObjectOutputOptions()
    var names: [String] = []
    var isGlob = false
    var topic: String?

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("CONSUMER", to: \.names, as: .object(), help: "the consumers to list; all if left out")
        table.include(\.output)
        table.group("Which")
        table.flag("--glob", to: \.isGlob, help: "Take the names for patterns, as a shell does")
        table.value("-t", "--topic", to: \.topic, as: .topic, help: "List the offsets in this topic alone")
        table.include(\.connection)
    }

    func isAsked(_ offset: ConsumerOffset) -> Bool {
        guard (topic ?? offset.replica.topic) == offset.replica.topic else { return false }
        return names.isEmpty
            || names.contains { isGlob ? unsafe fnmatch($0, offset.consumerID, 0) == 0 : $0 == offset.consumerID }
    }
}

/// `fluvio-admin consumer list`.
struct ListConsumers: Sendable {
    let options: ListConsumersOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let all = try await client.admin.consumerOffsets().sorted(by: ConsumerOffset.precedes)
        let shown = all.filter(options.isAsked)
        let format = options.output.format
        let now = UInt64(max(0, time(nil)))
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            try ObjectOutput.write(
                list: shown.map(Self.value), as: format, table: { _ in Self.table(shown, now) },
                name: { value in if case .string(let name)? = value["consumer_id"] { name } else { nil } },
                to: &output)
            try output.close()
        }
        let known = Set(all.map(\.consumerID))
        let missing = options.isGlob ? [] : options.names.filter { !known.contains($0) }
        for name in missing { context.diagnostics.error(ConsumerOffset.noConsumer(name, among: all)) }
        return .exit(missing.isEmpty ? .success : .incomplete)
    }

    /// In the shape of the official tools, which write names with underscores here alone.
    private static func value(_ offset: ConsumerOffset) -> ObjectValue {
        [
            "consumer_id": .string(offset.consumerID), "topic": .string(offset.replica.topic),
            "partition": .int(Int64(offset.replica.partition)), "offset": .int(offset.offset),
            "modified_time": .int(Int64(clamping: offset.modifiedTime)),
        ]
    }

    private static func table(_ offsets: [ConsumerOffset], _ now: UInt64) -> ObjectTable {
        var table = ObjectTable(["CONSUMER", "TOPIC", "PARTITION", "OFFSET", "LAST SEEN"])
        for offset in offsets {
            let ago = now - min(now, offset.modifiedTime)
            table.append([
                offset.consumerID, offset.replica.topic, "\(offset.replica.partition)", "\(offset.offset)",
                ago == 0 ? "0s" : Durations.text(.seconds(Int64(clamping: ago))),
            ])
        }
        return table
    }
}

extension ConsumerOffset {
    /// By consumer, topic and partition.
    static func precedes(_ a: Self, _ b: Self) -> Bool {
        (a.consumerID, a.replica.topic, a.replica.partition) < (b.consumerID, b.replica.topic, b.replica.partition)
    }

    /// That a consumer has stored nothing, with the nearest that has.
    static func noConsumer(_ name: String, among offsets: [ConsumerOffset]) -> String {
        let guess = Suggestion.nearest(to: name, among: offsets.map(\.consumerID)).map { "; did you mean '\($0)'?" }
        return "no offsets are stored for a consumer '\(name)'\(guess ?? "")"
    }
}
