import FluvioClient
import ToolSupport

/// Reads what tables are like, and makes them.
enum Catalog {
    /// A table, a partitioned table or a view that rows can be inserted into; nil if there is none of that name.
    static func table(
        _ name: TableName, _ connection: borrowing Connection
    ) throws -> CatalogTable? {
        let found = try connection.execute(
            """
            SELECT c.oid, n.nspname, c.relname, c.relkind, \
            EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid=c.oid AND NOT t.tgisinternal AND t.tgtype & 1 = 1) \
            FROM pg_class c JOIN pg_namespace n ON n.oid=c.relnamespace WHERE c.oid=to_regclass($1)
            """, [name.quoted])
        guard found.count == 1, let oid = found.text(0, 0), let schema = found.text(0, 1), let table = found.text(0, 2)
        else { return nil }
        guard ["r", "p", "f", "v"].contains(found.text(0, 3)) else {
            throw ToolError("\(name) is no table", .usage)
        }
        let columns = try connection.execute(
            """
            SELECT a.attname, CASE WHEN t.typtype='d' THEN 0 ELSE a.atttypid END, \
            format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef OR a.attidentity <> '', a.attgenerated <> '' \
            OR a.attidentity = 'a', \(defaultText), \(defaultText) ~ $pattern$\(constantPattern)$pattern$ AND \
            a.atttypid <> 17 FROM pg_attribute a JOIN pg_type t ON t.oid=a.atttypid \
            LEFT JOIN pg_attrdef d ON d.adrelid=a.attrelid AND d.adnum=a.attnum \
            WHERE a.attrelid=$1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
            """, [oid])
        let keys = try connection.execute(
            """
            SELECT array_to_json(ARRAY(SELECT a.attname FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(n, o) \
            JOIN pg_attribute a ON a.attrelid=i.indrelid AND a.attnum=k.n ORDER BY k.o))::text FROM pg_index i \
            WHERE i.indrelid=$1::oid AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indimmediate \
            AND i.indnatts = i.indnkeyatts AND i.indisvalid ORDER BY i.indisprimary DESC, i.indexrelid
            """, [oid])
        var result = CatalogTable(
            name: try TableName(schema: schema, name: table), columns: [], hasRowTriggers: found.truth(0, 4))
        for row in 0..<columns.count {
            result.columns.append(
                CatalogColumn(
                    name: columns.text(row, 0) ?? "", oid: columns.number(row, 1).map(UInt32.init(clamping:)) ?? 0,
                    type: columns.text(row, 2) ?? "", isNotNull: columns.truth(row, 3),
                    hasDefault: columns.truth(row, 4), isGenerated: columns.truth(row, 5),
                    defaultText: columns.text(row, 6),
                    constant: try columns.truth(row, 7)
                        ? constant(columns.text(row, 6) ?? "NULL", connection) : nil))
        }
        for row in 0..<keys.count {
            let names = try ObjectValue(parsingJSON: Array((keys.text(row, 0) ?? "[]").utf8))
            result.keys.append(names.elements.compactMap(\.text))
        }
        return result
    }

    /// What a column takes that is not named; an identity's is the next of its sequence.
    private static let defaultText = """
        CASE WHEN a.attidentity='d' THEN format('nextval(%L::regclass)', \
        pg_get_serial_sequence(a.attrelid::regclass::text, a.attname)) \
        WHEN a.attgenerated='' THEN pg_get_expr(d.adbin, d.adrelid) END
        """

    /// A literal, perhaps with a cast: it is the same for every row.
    private static let constantPattern = #"^('([^']|'')*'|\(?-?[0-9.]+\)?|true|false)(::[][a-z0-9 _"(),]+)?$"#

    private static func constant(_ expression: String, _ connection: borrowing Connection) throws -> [UInt8]? {
        try connection.execute("SELECT to_json(\(expression))::text").text(0, 0).map { Array($0.utf8) }
    }

    /// The statement that makes a table for a mapping; for none, one that holds whole records.
    static func create(_ name: TableName, _ mapping: Mapping?) throws(ValueError) -> String {
        let mapping = mapping ?? .whole
        var lines: [String] = []
        for column in mapping.columns {
            let type: String
            if let written = column.type {
                type = written + (column.isRequired || column.isKey ? " NOT NULL" : "")
            } else if case .field(let field) = column.source {
                type = Mapping.wholeTypes.first { $0.0 == field.rawValue }?.1 ?? "text"
            } else {
                throw ValueError("column '\(column.name)' has no type, so the table cannot be made")
            }
            lines.append("\(Identifier.quote(column.name)) \(type)")
        }
        let keys = mapping.columns.filter(\.isKey).map { Identifier.quote($0.name) }
        if !keys.isEmpty { lines.append("PRIMARY KEY (\(keys.joined(separator: ", ")))") }
        return "CREATE TABLE IF NOT EXISTS \(name.quoted) (\(lines.joined(separator: ", ")))"
    }
}
