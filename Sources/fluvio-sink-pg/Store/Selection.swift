import ToolSupport

/// Expressions of SQL that make a table's columns out of what a mapping takes from records.
struct Selection: Sendable {
    /// As they stand behind SELECT.
    let expressions: String
    /// The columns that they give, which are those of the table.
    let names: [String]
    /// What they are made of: the columns of the mapping, with their types.
    let columns: [CatalogColumn]

    /// Asks the server what the expressions give.
    init(
        _ expressions: String, _ mapping: Mapping, _ table: CatalogTable, _ connection: borrowing Connection
    ) throws {
        self.expressions = expressions
        var columns: [CatalogColumn] = []
        for column in mapping.columns {
            var type = column.type ?? table.columns.first { $0.name == column.name }?.type
            if type == nil, case .field(let field) = column.source {
                type = Mapping.wholeTypes.first { $0.0 == field.rawValue }.map { String($0.1.prefix { $0 != " " }) }
            }
            guard let type else { throw ToolError("--select: the mapping has no type for '\(column.name)'", .usage) }
            columns.append(try Self.column(column.name, type, connection))
        }
        self.columns = columns
        let nothing = columns.map { "NULL::\($0.type) AS \(Identifier.quote($0.name))" }
        do throws(DatabaseError) {
            names = try connection.execute(
                "SELECT \(expressions) FROM (SELECT \(nothing.joined(separator: ", "))) s LIMIT 0"
            ).names
        } catch {
            throw Self.wrong(error)
        }
        for (index, name) in names.enumerated() {
            guard let found = table.columns.first(where: { $0.name == name }), !found.isGenerated else {
                throw ToolError(
                    "--select gives '\(name)', and table \(table.name) has no such column that could be filled", .usage)
            }
            if names[..<index].contains(name) { throw ToolError("--select gives '\(name)' twice", .usage) }
        }
    }

    private static func column(
        _ name: String, _ type: String, _ connection: borrowing Connection
    ) throws -> CatalogColumn {
        do throws(DatabaseError) {
            let found = try connection.execute(
                "SELECT CASE WHEN typtype='d' THEN 0 ELSE oid END FROM pg_type WHERE oid=$1::regtype", [type])
            return CatalogColumn(name: name, oid: found.number(0, 0).map(UInt32.init(clamping:)) ?? 0, type: type)
        } catch {
            throw wrong(error)
        }
    }

    private static func wrong(_ error: DatabaseError) -> any Error {
        error.isConnectionLost ? error : ToolError("--select: \(error)", .usage)
    }
}
