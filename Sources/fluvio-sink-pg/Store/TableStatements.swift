/// The statements that bring rows into one table.
struct TableStatements: Sendable {
    private let plan: TablePlan
    /// The number of the table in this sink: the staging table has it in its name.
    private let number: Int
    /// The staging table lives as long as a transaction only, as one connection may be another's afterwards.
    private let isPooled: Bool

    init(_ plan: TablePlan, number: Int, isPooled: Bool) {
        self.plan = plan
        self.number = number
        self.isPooled = isPooled
    }

    var isStaged: Bool { plan.isStaged }

    /// The columns that are filled.
    private var names: [String] { plan.selection?.names ?? plan.columns.map(\.name) }

    private var nameList: String { names.map { Identifier.quote($0) }.joined(separator: ", ") }

    /// The staged rows as the table takes them.
    private var source: String {
        guard let selection = plan.selection else { return "SELECT \(selected) FROM \(stage) s WHERE s.\"_op\"<>'D'" }
        return "SELECT \(nameList) FROM (SELECT \(selection.expressions) FROM \(stage) s WHERE s.\"_op\"<>'D') s"
    }

    /// What is taken of the staged rows.
    private var selected: String {
        plan.columns.map { column in
            let name = Identifier.quote(column.name)
            return column.serverDefault.map { "COALESCE(s.\(name), \($0))" } ?? "s.\(name)"
        }.joined(separator: ", ")
    }

    private var stage: String { "pg_temp.\"_fluvio_\(number)\"" }

    /// Where COPY writes to.
    var copy: String {
        let format = plan.isBinary ? " WITH (FORMAT binary)" : ""
        let columns = plan.columnList
        return isStaged
            ? "COPY \(stage) (\(columns), \"_op\") FROM STDIN\(format)"
            : "COPY \(plan.table.name.quoted) (\(columns)) FROM STDIN\(format)"
    }

    /// Makes the staging table: once per session, as catalogs grow with every table made; nil if there is none.
    var makeStage: String? {
        guard isStaged else { return nil }
        if let selection = plan.selection {
            let columns = selection.columns.map { "\(Identifier.quote($0.name)) \($0.type)" }.joined(separator: ", ")
            return "CREATE TEMP TABLE IF NOT EXISTS \"_fluvio_\(number)\" (\(columns), \"_op\" \"char\") "
                + "ON COMMIT \(isPooled ? "DROP" : "DELETE ROWS")"
        }
        return """
            CREATE TEMP TABLE IF NOT EXISTS "_fluvio_\(number)" ON COMMIT \(isPooled ? "DROP" : "DELETE ROWS") AS \
            SELECT \(plan.columnList), 'U'::"char" AS "_op" FROM \(plan.table.name.quoted) WITH NO DATA
            """
    }

    /// Takes the staged rows over; none if they are where they belong already.
    var apply: [String] {
        guard isStaged else { return [] }
        let table = plan.table.name.quoted
        if plan.mode == .append {
            return ["INSERT INTO \(table) (\(nameList)) \(source)"]
        }
        let keys = plan.keys.map { Identifier.quote(plan.columns[$0].name) }
        let keyNames = plan.keys.map { plan.columns[$0].name }
        let others = names.filter { !keyNames.contains($0) }
        let quoted = others.map { Identifier.quote($0) }
        let match = keys.map { "t.\($0)=s.\($0)" }.joined(separator: " AND ")
        var statements: [String] = []
        if plan.mode == .upsert {
            statements.append("DELETE FROM \(table) t USING \(stage) s WHERE s.\"_op\"='D' AND \(match)")
        }
        let action: String
        if plan.mode == .insertIgnore || others.isEmpty {
            action = "DO NOTHING"
        } else {
            let sets = quoted.map { "\($0)=EXCLUDED.\($0)" }.joined(separator: ",")
            // A row that would stay the same is not written. Not all types can be compared.
            let canCompare = others.allSatisfy { name in
                let column = plan.table.columns.first { $0.name == name }
                return ![.json, .other].contains(ColumnType(oid: column?.oid ?? 0, name: "").scalar)
            }
            let old = quoted.map { "t.\($0)" }.joined(separator: ",")
            let new = quoted.map { "EXCLUDED.\($0)" }.joined(separator: ",")
            action = "DO UPDATE SET \(sets)" + (canCompare ? " WHERE (\(old)) IS DISTINCT FROM (\(new))" : "")
        }
        // Sorted, so that two sinks that write the same rows do not wait for each other crosswise.
        statements.append(
            """
            INSERT INTO \(table) AS t (\(nameList)) \(source) ORDER BY \(keys.map { "s.\($0)" }.joined(separator: ",")) \
            ON CONFLICT (\(keys.joined(separator: ","))) \(action)
            """)
        return statements
    }

    /// Empties the staging table before the transaction ends.
    var clearStage: String { "DELETE FROM \(stage)" }
}
