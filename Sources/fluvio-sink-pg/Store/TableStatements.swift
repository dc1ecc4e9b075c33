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
        plan.columns.enumerated().map { index, column in
            let name = "s.\(Identifier.quote(column.name))"
            guard let value = column.serverDefault else { return name }
            return column.canBeLeft
                ? "CASE WHEN \(isSet(index)) THEN \(name) ELSE \(value) END" : "COALESCE(\(name), \(value))"
        }.joined(separator: ", ")
    }

    /// Whether a partial record says what the column is.
    private func isSet(_ index: Int) -> String { "get_byte(s.\"_set\",\(index))=1" }

    private var stage: String { "pg_temp.\"_fluvio_\(number)\"" }

    /// Where COPY writes to.
    var copy: String {
        let format = plan.isBinary ? " WITH (FORMAT binary)" : ""
        let columns = plan.columnList + plan.stageColumns.map { ", \(Identifier.quote($0))" }.joined()
        return "COPY \(isStaged ? stage : plan.table.name.quoted) (\(columns)) FROM STDIN\(format)"
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
            SELECT \(plan.columnList)\(plan.isPartial ? ", ''::bytea AS \"_set\"" : ""), 'U'::"char" AS "_op" FROM \(plan.table.name.quoted) WITH NO DATA
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
        let match = keys.map { "t.\($0)=s.\($0)" }.joined(separator: " AND ")
        // Sorted, so that two sinks that write the same rows do not wait for each other crosswise.
        let order = " ORDER BY \(keys.map { "s.\($0)" }.joined(separator: ","))"
        if plan.isPartial { return partial(table, match, order) }
        var statements: [String] = []
        if plan.mode == .upsert {
            statements.append("DELETE FROM \(table) t USING \(stage) s WHERE s.\"_op\"='D' AND \(match)")
        }
        let quoted = others.map { Identifier.quote($0) }
        var action = "DO NOTHING"
        if plan.mode == .upsert, !others.isEmpty {
            let sets = quoted.map { "\($0)=EXCLUDED.\($0)" }.joined(separator: ",")
            let change = unlessSame(quoted.map { ($0, "EXCLUDED.\($0)") }, others)
            action = "DO UPDATE SET \(sets)" + (change.map { " WHERE \($0)" } ?? "")
        }
        statements.append(
            "INSERT INTO \(table) AS t (\(nameList)) \(source)\(order) "
                + "ON CONFLICT (\(keys.joined(separator: ","))) \(action)")
        return statements
    }

    /// Takes partial rows over: those whose keys are there change what they say, the others are new. If somebody else makes
    /// a row of a key meanwhile, the second statement fails, and the next try finds that row.
    private func partial(_ table: String, _ match: String, _ order: String) -> [String] {
        var statements = ["DELETE FROM \(table) t USING \(stage) s WHERE s.\"_op\" IN ('D','R') AND \(match)"]
        let others = plan.columns.indices.filter { !plan.keys.contains($0) }
        if !others.isEmpty {
            let changes = others.map { index in
                let (column, name) = (plan.columns[index], Identifier.quote(plan.columns[index].name))
                let value =
                    column.canBeLeft ? "CASE WHEN \(isSet(index)) THEN s.\(name) ELSE t.\(name) END" : "s.\(name)"
                return (name, value)
            }
            let change = unlessSame(changes, others.map { plan.columns[$0].name }).map { " AND \($0)" } ?? ""
            statements.append(
                """
                UPDATE \(table) t SET \(changes.map { "\($0)=\($1)" }.joined(separator: ",")) FROM \(stage) s \
                WHERE s."_op"='U' AND \(match)\(change)
                """)
        }
        statements.append(
            """
            INSERT INTO \(table) (\(nameList)) \(source) AND NOT EXISTS (SELECT 1 FROM \(table) t WHERE \(match))\(order)
            """)
        return statements
    }

    /// A row that would stay the same is not written. Not all types can be compared.
    private func unlessSame(_ changes: [(old: String, new: String)], _ names: [String]) -> String? {
        let canCompare = names.allSatisfy { name in
            let column = plan.table.columns.first { $0.name == name }
            return ![.json, .other].contains(ColumnType(oid: column?.oid ?? 0, name: "").scalar)
        }
        guard canCompare else { return nil }
        let old = changes.map { "t.\($0.old)" }.joined(separator: ",")
        return "(\(old)) IS DISTINCT FROM (\(changes.map(\.new).joined(separator: ",")))"
    }

    /// Empties the staging table before the transaction ends.
    var clearStage: String { "DELETE FROM \(stage)" }
}
