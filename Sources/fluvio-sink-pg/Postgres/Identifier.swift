import ToolSupport

/// The name of a table, perhaps with its schema. In SQL always quoted.
struct TableName: Hashable, Sendable, CustomStringConvertible {
    /// nil: wherever the search path finds it.
    var schema: String?
    var name: String

    /// As in SQL.
    var quoted: String { (schema.map { Identifier.quote($0) + "." } ?? "") + Identifier.quote(name) }

    /// As people write it.
    var description: String { (schema.map { "\($0)." } ?? "") + name }

    init(schema: String? = nil, name: String) throws(ValueError) {
        self.schema = try schema.map { part throws(ValueError) in try Identifier.check(part) }
        self.name = try Identifier.check(name)
    }

    /// Reads `table`, `schema.table` or, with quotes, `"my.schema"."my ""table"""`.
    init(parsing text: String) throws(ValueError) {
        var parts: [String] = []
        var rest = text[...]
        while true {
            var part = ""
            if rest.first == "\"" {
                rest.removeFirst()
                while true {
                    guard let character = rest.popFirst() else { throw ValueError("'\(text)': a quote is not closed") }
                    if character == "\"" {
                        guard rest.first == "\"" else { break }
                        rest.removeFirst()
                    }
                    part.append(character)
                }
                guard rest.isEmpty || rest.first == "." else {
                    throw ValueError("'\(text)' is not the name of a table")
                }
            } else {
                part = String(rest.prefix { $0 != "." })
                rest = rest.dropFirst(part.count)
            }
            parts.append(part)
            guard rest.popFirst() != nil else { break }
            if rest.isEmpty { throw ValueError("'\(text)' is not the name of a table") }
        }
        switch parts.count {
        case 1: try self.init(name: parts[0])
        case 2: try self.init(schema: parts[0], name: parts[1])
        default: throw ValueError("'\(text)' has more parts than a schema and a table")
        }
    }
}

/// Names of columns, tables, schemas.
enum Identifier {
    /// The most bytes that PostgreSQL keeps of a name; it would cut longer ones in silence.
    static let maximum = 63

    static func check(_ name: String) throws(ValueError) -> String {
        guard !name.isEmpty else { throw ValueError("a name is empty") }
        guard !name.utf8.contains(0) else { throw ValueError("a name holds a NUL") }
        guard name.utf8.count <= maximum else {
            throw ValueError("'\(name)' is longer than the \(maximum) bytes that PostgreSQL keeps of a name")
        }
        return name
    }

    /// As much of a name as PostgreSQL keeps.
    static func cut(_ name: String) -> String {
        var name = name
        while name.utf8.count > maximum { name.removeLast() }
        return name
    }

    /// With quotes, so that nothing in it means anything.
    static func quote(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

    /// A text as an SQL literal that means the same whatever standard_conforming_strings says.
    static func literal(_ text: String) -> String {
        let doubled = text.replacing("'", with: "''")
        return doubled.utf8.contains(UInt8(ascii: "\\"))
            ? " E'" + doubled.replacing("\\", with: "\\\\") + "'" : "'" + doubled + "'"
    }
}

extension ValueKind where Value == TableName {
    /// `[SCHEMA.]TABLE`.
    static var table: ValueKind {
        ValueKind("TABLE", format: { $0.description }) { text throws(ValueError) in try TableName(parsing: text) }
    }
}
