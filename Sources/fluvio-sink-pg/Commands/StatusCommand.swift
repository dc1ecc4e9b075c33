import FluvioClient
import ToolSupport

/// `fluvio-sink-pg status`: how far the sinks of a database are.
struct StatusOptions: CommandOptions {
    var common = CommonOptions()
    var target: String?
    var id: String?
    var database = DatabaseOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.optionalOperand("CONNINFO", to: \.target, as: .database, help: "the database")
        table.group("What to show")
        table.value("-g", "--id", to: \.id, as: .text("ID"), help: "Show the sink of this name only")
        table.include(\.database)
    }

    /// One JSON object a line: of every sink and partition.
    func run(_ context: ToolContext) async throws -> Outcome {
        let wanted = id
        let lines = try await database.database(target, context).with { connection in
            let found = try connection.execute(
                """
                SELECT json_build_object('id',sink_id,'topic',topic,'partition',partition,'next_offset',next_offset,\
                'records',records,'dead',dead,'epoch',epoch,'owner',owner,'last_timestamp',last_ts,\
                'updated_at',updated_at)::text FROM fluvio_sink.offsets WHERE $1::text IS NULL OR sink_id=$1 \
                ORDER BY sink_id,topic,partition
                """, [wanted])
            return (0..<found.count).compactMap { found.text($0, 0) }
        }
        try Lines.write(lines)
        return .exit(lines.isEmpty && id != nil ? .incomplete : .success)
    }
}
