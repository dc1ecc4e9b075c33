/// What `-O` chooses from.
package enum ObjectFormat: String, Sendable, CaseIterable {
    /// Columns for people.
    case table
    /// One JSON document, indented by two spaces.
    case json
    /// One JSON text a line, one line an object.
    case jsonl
    /// One YAML document.
    case yaml
    /// The names alone, one a line, for pipes.
    case name
}

/// Rows under headers. The rows have exactly as many cells as there are columns: short ones are filled, long ones cut.
package struct ObjectTable: Equatable, Sendable {
    /// The headers, as in `REPLICAS`.
    package let columns: [String]
    /// The rows.
    package private(set) var rows: [[String]] = []

    /// An empty table.
    package init(_ columns: [String]) { self.columns = columns }

    /// Adds a row.
    package mutating func append(_ row: [String]) {
        rows.append(Array((row + Array(repeating: "", count: max(0, columns.count - row.count))).prefix(columns.count)))
    }
}

/// Writes objects to standard output in the format that was asked for. An empty list is `[]`, or no line at all.
package enum ObjectOutput {
    /// Writes a list. `table` and `name` are asked only where the format needs them; `terminalWidth` is the number of
    /// columns to keep a table within (nil: no terminal, nothing is cut).
    package static func write(
        list: [ObjectValue], as format: ObjectFormat, table: ([ObjectValue]) -> ObjectTable,
        name: (ObjectValue) -> String? = { if case .string(let name)? = $0["name"] { name } else { nil } },
        terminalWidth: Int? = nil, to output: inout OutputWriter
    ) throws(OutputError) {}

    /// Writes one object as a document of its own. `table` gives what to show where people read.
    package static func write(
        document: ObjectValue, as format: ObjectFormat, table: (ObjectValue) -> ObjectTable,
        name: (ObjectValue) -> String? = { if case .string(let name)? = $0["name"] { name } else { nil } },
        terminalWidth: Int? = nil, to output: inout OutputWriter
    ) throws(OutputError) {}
}
