import Synchronization
import ToolSupport

/// The tables of a sink: looks at them, makes them where that is asked for, and numbers them.
final class TableDirectory: Sendable {
    private let options: RunOptions
    private let mapping: Mapping?
    private let diagnostics: Diagnostics
    private let plans = Mutex<[TablePlan]>([])

    init(_ options: RunOptions, _ mapping: Mapping?, _ diagnostics: Diagnostics) {
        self.options = options
        self.mapping = mapping
        self.diagnostics = diagnostics
    }

    /// All that were asked for so far, by their numbers.
    var all: [TablePlan] { plans.withLock { $0 } }

    /// The name of the table that a topic's records go to; nil: each record says.
    func name(for topic: String) throws -> TableName? {
        guard options.route == nil else { return nil }
        do throws(ValueError) {
            guard let pattern = options.table else { return try TableName(name: topic) }
            // A topic's name has no dot or quote that would make it another table.
            return try TableName(parsing: pattern.replacing("{topic}", with: topic))
        } catch {
            throw ToolError("table of topic \(topic): \(error)", .usage)
        }
    }

    /// The numbers of the tables that a topic's records may go to.
    ///
    /// - Parameter members: columns for what records have, where no mapping says what is taken of them.
    func prepare(
        _ topic: String, members: [Mapping.Column] = [], _ connection: borrowing Connection
    ) throws -> [Int] {
        if let name = try name(for: topic) { return [try number(of: name, members, connection)] }
        var numbers: [Int] = []
        for table in options.routeTables { numbers.append(try number(of: table, [], connection)) }
        return numbers
    }

    private func number(
        of name: TableName, _ members: [Mapping.Column], _ connection: borrowing Connection
    ) throws -> Int {
        var table = try Catalog.table(name, connection)
        if table == nil {
            let statement: String
            do throws(ValueError) {
                statement = try Catalog.create(name, mapping)
            } catch {
                throw ToolError("there is no table \(name): \(error)", .usage)
            }
            guard options.creates else {
                throw ToolError("there is no table \(name); --create makes it: \(statement)", .usage)
            }
            try connection.execute(statement)
            diagnostics.note("table \(name) created")
            table = try Catalog.table(name, connection)
        }
        guard var table else { throw ToolError("there is no table \(name)", .usage) }
        if options.evolves {
            let wanted = mapping?.columns ?? (TablePlan.takesWhole(table) ? [] : members)
            if try evolve(table, wanted, connection) { table = try Catalog.table(name, connection) ?? table }
        }
        let known = plans.withLock { plans in plans.firstIndex { $0.table.name == table.name } }
        if let known { return known }
        var selection: Selection?
        if let select = options.select, let mapping {
            selection = try Selection(select, mapping, table, connection)
        }
        let plan: TablePlan
        do throws(ValueError) {
            plan = try TablePlan(
                table, mapping: mapping, mode: options.mode, format: options.format, isPartial: options.isPartial,
                selection: selection)
        } catch {
            throw ToolError("\(error)", .usage)
        }
        if plan.mode == .upsert, table.keys.count > 1 || table.hasRowTriggers {
            diagnostics.note(
                "table \(table.name) has another unique index or row triggers: of several records of a key in one batch "
                    + "only the last is written")
        }
        return plans.withLock { plans in
            plans.append(plan)
            return plans.count - 1
        }
    }

    /// Adds what is wanted and the table has not: nullable columns only, so that nobody else has to know of them.
    ///
    /// - Returns: whether there was any.
    private func evolve(
        _ table: CatalogTable, _ wanted: [Mapping.Column], _ connection: borrowing Connection
    ) throws -> Bool {
        let missing = wanted.filter { column in !table.columns.contains { $0.name == column.name } }
        if missing.isEmpty { return false }
        var additions: [String] = []
        for column in missing {
            let name = Identifier.quote(column.name)
            guard let type = column.type else {
                throw ToolError(
                    "table \(table.name) has no column '\(column.name)', and the mapping no type for it", .usage)
            }
            let addition = "ADD COLUMN IF NOT EXISTS \(name) \(type)"
            guard !column.isRequired, !column.isKey else {
                throw ToolError(
                    "table \(table.name) has no column '\(column.name)', and --evolve adds none that is required or a key: "
                        + "ALTER TABLE \(table.name.quoted) \(addition) NOT NULL", .usage)
            }
            additions.append(addition)
        }
        // One at a time, as several sinks may begin together.
        try connection.execute(
            "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('fluvio-sink/schema',0)); "
                + "ALTER TABLE \(table.name.quoted) \(additions.joined(separator: ", ")); COMMIT")
        diagnostics.note("table \(table.name): columns added: \(missing.map(\.name).joined(separator: ", "))")
        return true
    }

    /// Names what the rows of a topic are made of.
    func fingerprint(_ numbers: [Int]) -> String {
        let plans = all
        var text = ""
        for number in numbers {
            let plan = plans[number]
            text += "\(plan.table.name.quoted) \(plan.mode.rawValue)" + (plan.isPartial ? " partial" : "")
            if let selection = plan.selection { text += " SELECT \(selection.expressions)" }
            for column in plan.columns {
                let source =
                    switch column.source {
                    case .field(let field): field.rawValue
                    case .path(let steps): JSONPointer.text(steps)
                    }
                text += "|\(column.name)|\(source)|\(column.type.name)|\(column.unit?.rawValue ?? "")"
            }
        }
        // FNV-1a: it is compared with itself only.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

/// Makes the schema of the sink where it is missing.
enum SchemaSetup {
    static func ensure(_ connection: borrowing Connection, mayCreate: Bool = true) throws {
        if try Schema.isThere(connection) { return }
        let statements = Schema.statements.map { $0 + ";" }.joined(separator: " ")
        // On one line, to be copied from a message.
        let line = statements.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        guard mayCreate else {
            throw ToolError("the schema fluvio_sink is missing; 'fluvio-sink-pg init' makes it: \(line)", .usage)
        }
        do throws(DatabaseError) {
            // Several may begin at once: "if not exists" alone lets the second one fail.
            try connection.execute(
                "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('fluvio-sink/schema',0)); \(statements) COMMIT")
        } catch {
            _ = try? connection.execute("ROLLBACK")
            guard error.state.code == "42501" else { throw error }
            throw ToolError(
                "the schema fluvio_sink is missing, and this role may not make it; its owner may run: \(line)", .usage)
        }
    }
}
