import FluvioClient
import ToolSupport
import Unix

/// Which dead letters a command is about.
struct DeadSelection: OptionGroup {
    var id: String?
    var topic: String?
    var limit: Int?
    var retried = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Which dead letters")
        table.value("-g", "--id", to: \.id, as: .text("ID"), help: "Those of the sink of this name")
        table.value("--topic", to: \.topic, as: .topic, help: "Those of this topic")
        table.value("-n", "--count", to: \.limit, as: .integer("N", in: 0...Int.max), help: "So many at most")
        table.flag("--retried", to: \.retried, help: "Also those that have become rows since")
    }

    /// For a WHERE; the parameters are ``parameters``.
    var condition: String {
        "($1::text IS NULL OR sink_id=$1) AND ($2::text IS NULL OR topic=$2)"
            + (retried ? "" : " AND retried_at IS NULL")
    }

    var parameters: [String?] { [id, topic] }

    /// Behind it.
    var order: String {
        " ORDER BY sink_id,topic,partition,\"offset\"" + (limit.map { " LIMIT \($0)" } ?? "")
    }
}

/// `fluvio-sink-pg dead list`: one JSON object a line.
struct DeadListOptions: CommandOptions {
    var common = CommonOptions()
    var target: String?
    var selection = DeadSelection()
    var database = DatabaseOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.optionalOperand("CONNINFO", to: \.target, as: .database, help: "the database")
        table.include(\.selection)
        table.include(\.database)
    }

    func run(_ context: ToolContext) async throws -> Outcome {
        let selection = selection
        let lines = try await database.database(target, context).with { connection in
            let found = try connection.execute(
                """
                SELECT json_build_object('id',sink_id,'topic',topic,'partition',partition,'offset',"offset",\
                'timestamp',ts,'sqlstate',sqlstate,'message',message,'detail',detail,'context',context,\
                'column',column_name,'constraint',constraint_name,'failed_at',failed_at,'retried_at',retried_at)::text \
                FROM fluvio_sink.dead WHERE \(selection.condition)\(selection.order)
                """, selection.parameters)
            return (0..<found.count).compactMap { found.text($0, 0) }
        }
        try Lines.write(lines)
        return .exit(.success)
    }
}

/// `fluvio-sink-pg dead export`: the records, as `fluvio-cat produce -J` reads them.
struct DeadExportOptions: CommandOptions {
    var common = CommonOptions()
    var target: String?
    var selection = DeadSelection()
    var database = DatabaseOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.optionalOperand("CONNINFO", to: \.target, as: .database, help: "the database")
        table.include(\.selection)
        table.include(\.database)
    }

    func run(_ context: ToolContext) async throws -> Outcome {
        let selection = selection
        let lines = try await database.database(target, context).with { connection in
            // base64 holds what no text holds; the line feeds that the server puts in are taken out.
            let found = try connection.execute(
                """
                SELECT json_build_object('topic',topic,'partition',partition,'offset',"offset",\
                'timestamp',(extract(epoch FROM ts)*1000)::bigint,\
                'key',translate(encode(key,'base64'),E'\\n',''),'key_enc',CASE WHEN key IS NOT NULL THEN 'base64' END,\
                'value',translate(encode(value,'base64'),E'\\n',''),'value_enc','base64')::text \
                FROM fluvio_sink.dead WHERE \(selection.condition)\(selection.order)
                """, selection.parameters)
            return (0..<found.count).compactMap { row in
                // A member that is null is as good as none, but for key_enc.
                found.text(row, 0)?.replacing(", \"key_enc\" : null", with: "").replacing(
                    ",\"key_enc\" : null", with: "")
            }
        }
        try Lines.write(lines)
        return .exit(.success)
    }
}

/// `fluvio-sink-pg dead retry`: makes rows of the dead letters, with the tables and the mapping as they are now.
struct DeadRetryOptions: CommandOptions {
    var common = CommonOptions()
    var target: String?
    var selection = DeadSelection()
    var table: String?
    var mapping: String?
    var mode: Mapping.Mode?
    var assumesUTC = false
    var badText = BadTextPolicy.dead
    var database = DatabaseOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.optionalOperand("CONNINFO", to: \.target, as: .database, help: "the database")
        table.include(\.selection)
        table.group("Tables")
        table.value(
            "-t", "--table", to: \.table, as: .text("TABLE"), fallback: "{topic}", help: "Write to this table")
        table.value("-m", "--mapping", to: \.mapping, as: .file, help: "Fill columns as this file says")
        table.value(
            "--mode", to: \.mode, as: .choice("MODE"), fallback: "append, or the mapping's",
            help: "Append, upsert or insert-ignore")
        table.flag("--assume-utc", to: \.assumesUTC, help: "Take times without a zone for UTC")
        table.value(
            "--bad-text", to: \.badText, as: .choice("POLICY"),
            help: "What PostgreSQL cannot store: dead, replace, strip")
        table.include(\.database)
    }

    private struct Counts: Sendable {
        var rows = 0
        var refused = 0
    }

    func run(_ context: ToolContext) async throws -> Outcome {
        let options = self
        let mapping = try mapping.map(RunCommand.mapping)
        let counts = try await database.database(target, context).with { connection in
            try options.retry(connection, mapping, context)
        }
        context.diagnostics.note(
            "\(counted(counts.rows, "dead letter is a row", "dead letters are rows")) now, \(counted(counts.refused, "is", "are")) not"
        )
        return .exit(counts.refused > 0 ? .refused : .success)
    }

    /// Each in a transaction of its own, which takes the letter away as it brings the row.
    private func retry(
        _ connection: borrowing Connection, _ mapping: Mapping?, _ context: ToolContext
    ) throws -> Counts {
        var run = RunOptions()
        (run.table, run.mode, run.assumesUTC, run.badText) = (table, mode, assumesUTC, badText)
        let directory = TableDirectory(run, mapping, context.diagnostics)
        var routers: [String: (router: Router, tables: [Int])] = [:]
        var counts = Counts()
        let found = try connection.execute(
            """
            SELECT sink_id,topic,partition,"offset",(extract(epoch FROM ts)*1000)::bigint,encode(key,'hex'),\
            encode(value,'hex') FROM fluvio_sink.dead WHERE retried_at IS NULL AND \(selection.condition)\(selection.order)
            """, selection.parameters)
        for row in 0..<found.count {
            guard let id = found.text(row, 0), let topic = found.text(row, 1), let partition = found.number(row, 2),
                let offset = found.number(row, 3)
            else { continue }
            if routers[topic] == nil {
                let tables = try directory.prepare(topic, connection)
                routers[topic] = (
                    Router(topic: topic, tables: tables, plans: directory.all, route: nil, names: [], options: run),
                    tables
                )
            }
            guard let (router, tables) = routers[topic], let table = tables.first else { continue }
            var scratch = JSONScratch()
            let key = unsafe found.text(row, 5).flatMap { unsafe scratch.decode(hexadecimal: $0) }
            let value = unsafe scratch.decode(hexadecimal: found.text(row, 6) ?? "")
            var batch = Batch(tables: directory.all.count)
            router.add(
                unsafe RecordView(
                    partition: UInt32(clamping: partition), offset: offset, timestamp: found.number(row, 4) ?? -1,
                    key: key, value: value ?? UnsafeRawBufferPointer(start: nil, count: 0)), lane: 0, to: &batch)
            if let dead = batch.dead.first {
                context.diagnostics.error("topic \(topic), partition \(partition), offset \(offset): \(dead.message)")
                counts.refused += 1
                continue
            }
            let statements = TableStatements(directory.all[table], number: table, isPooled: true)
            do throws(DatabaseError) {
                try bring(
                    connection, statements, directory.all[table], batch, [id, topic, "\(partition)", "\(offset)"])
                counts.rows += 1
            } catch {
                if error.isConnectionLost { throw error }
                try connection.execute("ROLLBACK")
                context.diagnostics.error("topic \(topic), partition \(partition), offset \(offset): \(error)")
                counts.refused += 1
            }
        }
        return counts
    }

    private func bring(
        _ connection: borrowing Connection, _ statements: TableStatements, _ plan: TablePlan, _ batch: Batch,
        _ key: [String]
    ) throws(DatabaseError) {
        let stage = statements.makeStage.map { $0 + ";" } ?? ""
        _ = try connection.beginCopy("BEGIN;\(stage)\(statements.copy)")
        var bytes = plan.isBinary ? CopyFormat.binaryHead : []
        for table in batch.tables { bytes += table.bytes }
        if plan.isBinary { bytes += CopyFormat.binaryTail }
        try connection.put(array: bytes)
        try connection.endCopy()
        for statement in statements.apply { try connection.execute(statement) }
        try connection.execute(
            "UPDATE fluvio_sink.dead SET retried_at=now() WHERE sink_id=$1 AND topic=$2 AND partition=$3::int AND "
                + "\"offset\"=$4::bigint", key)
        try connection.execute("COMMIT")
    }
}
