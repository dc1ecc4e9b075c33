import FluvioClient
import ToolSupport
import Unix

/// `fluvio-sink-pg infer`: a mapping, or a table, of what the records of a topic are.
struct InferOptions: CommandOptions {
    var common = CommonOptions()
    var topic = ""
    var sample = 10_000
    var printsTable = false
    var table: TableName?
    var connection = ConnectionOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("TOPIC", to: \.topic, as: .topic, help: "the topic")
        table.group("What to show")
        table.value(
            "--sample", to: \.sample, as: .integer("N", in: 1...10_000_000), help: "Look at so many records",
            manual: "Look at so many records, the first of every partition.")
        table.flag("--sql", to: \.printsTable, help: "Print a CREATE TABLE in place of a mapping")
        table.value(
            "-t", "--table", to: \.table, as: .table, fallback: "TOPIC", help: "The name of that table")
        table.include(\.connection)
    }

    func run(_ context: ToolContext) async throws -> Outcome {
        let client = try await connection.connect(context)
        defer { client.close() }
        var inference = Inference()
        let partitions = try await client.partitionCount(of: topic)
        for partition in 0..<partitions {
            let share = max(1, sample / Int(max(1, partitions)))
            for record in try await client.fetch(topic, partition: partition, count: share) {
                inference.take(record.value)
            }
        }
        guard inference.objects + inference.others > 0 else { throw ToolError("topic \(topic) has no records") }
        if inference.others > 0 {
            context.diagnostics.note(
                "\(inference.others) of \(counted(inference.objects + inference.others, "value")) \(inference.others == 1 ? "is no JSON object" : "are no JSON objects")"
            )
        }
        var columns: [(Mapping.Column, remark: String)] = []
        for member in inference.members {
            guard let column = member.column(isRequired: inference.isAlways(member)) else {
                context.diagnostics.note("the member '\(member.name)' is left out: no column can have that name")
                continue
            }
            columns.append((column, member.remark))
        }
        if columns.isEmpty {
            columns = Mapping.whole.columns.map { column in
                var column = column
                column.type = Mapping.wholeTypes.first { $0.0 == column.name }.map { String($0.1.prefix { $0 != " " }) }
                column.isRequired = ["topic", "partition", "offset"].contains(column.name)
                return (column, "")
            }
        }
        if printsTable {
            try Lines.write(try sql(columns))
        } else {
            try Lines.write(Self.mapping(columns.map { $0.0 }))
        }
        return .exit(.success)
    }

    private func sql(_ columns: [(column: Mapping.Column, remark: String)]) throws -> [String] {
        let name: TableName
        do throws(ValueError) { if let table { name = table } else { name = try TableName(name: topic) } } catch {
            throw ToolError("\(error)", .usage)
        }
        var lines = ["CREATE TABLE \(name.quoted) ("]
        for (index, (column, remark)) in columns.enumerated() {
            lines.append(
                "  \(Identifier.quote(column.name)) \(column.type ?? "text")" + (column.isRequired ? " NOT NULL" : "")
                    + (index < columns.count - 1 ? "," : "") + (remark.isEmpty ? "" : "  -- \(remark)"))
        }
        return lines + [");"]
    }

    /// One column a line: a file that people go on writing.
    private static func mapping(_ columns: [Mapping.Column]) -> [String] {
        var lines = ["{\"columns\": {"]
        for (index, column) in columns.enumerated() {
            var members: [ObjectValue.Member] = []
            if case .field(let field) = column.source { members.append(.init("from", .string(field.rawValue))) }
            if let type = column.type { members.append(.init("type", .string(type))) }
            if column.isRequired { members.append(.init("required", .bool(true))) }
            let text = String(decoding: ObjectValue.object(members).json(), as: UTF8.self)
            let name = String(decoding: ObjectValue.string(column.name).json(), as: UTF8.self)
            lines.append("  \(name): \(text)" + (index < columns.count - 1 ? "," : ""))
        }
        return lines + ["}}"]
    }
}
