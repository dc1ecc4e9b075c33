import FluvioClient
import ToolSupport

/// `fluvio-sink-pg check`: what `run` would do, without doing it.
struct CheckCommand: Sendable {
    let options: RunOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        if options.readsInput { throw UsageError("check looks at topics: it does not go with --stdin") }
        let mapping = try options.mapping.map(RunCommand.mapping)
        let directory = TableDirectory(options, mapping, context.diagnostics)
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let topics = try await TopicSelection(options).topics(client)
        if topics.isEmpty { throw ToolError("no topic matches \(options.topics.joined(separator: " "))") }
        let database = Database(
            target: options.target, limit: options.connection.retryLimit, context: context, name: options.name)
        var lines: [String] = []
        for topic in topics {
            let count = try await client.partitionCount(of: topic)
            let tables = try await database.with { try directory.prepare(topic, $0) }
            for table in tables {
                let plan = directory.all[table]
                lines.append(
                    "topic \(topic), \(count) partition\(count == 1 ? "" : "s") -> table \(plan.table.name), \(plan.mode.rawValue)"
                        + (plan.isPartial ? " of partial records" : "") + ", rows as "
                        + (plan.isBinary ? "binary" : "text"))
                for (index, column) in plan.columns.enumerated() {
                    let source =
                        switch column.source {
                        case .field(let field): field.rawValue
                        case .path(let steps): steps.isEmpty ? "the whole value" : JSONPointer.text(steps)
                        }
                    lines.append(
                        "  \(column.name) \(column.type.name)" + (plan.keys.contains(index) ? " (key)" : "")
                            + (column.isRequired ? " (required)" : "") + " <- \(source)")
                }
                for name in plan.selection?.names ?? [] { lines.append("  \(name) <- --select") }
                for column in plan.table.columns
                where
                    !(plan.selection?.names.contains(column.name)
                    ?? plan.columns.contains(where: { $0.name == column.name }))
                {
                    lines.append("  \(column.name) \(column.type) <- nothing")
                }
            }
        }
        let id = options.name
        let there = try await database.with { connection in
            guard try Schema.isThere(connection) else {
                return ["schema fluvio_sink is to be made"]
            }
            let found = try connection.execute(
                "SELECT topic,partition,next_offset,owner FROM fluvio_sink.offsets WHERE sink_id=$1 ORDER BY 1,2", [id])
            return (0..<found.count).map { row in
                "topic \(found.text(row, 0) ?? ""), partition \(found.text(row, 1) ?? "") goes on at offset "
                    + "\(found.text(row, 2) ?? "") (last written by \(found.text(row, 3) ?? ""))"
            }
        }
        try Lines.write(lines + ["id '\(id)'"] + there)
        return .exit(.success)
    }
}
