package import FluvioClient

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
    /// One TOML document.
    case toml
    /// The names alone, one a line, for pipes.
    case name
}

/// Writes objects to standard output in the format that was asked for. An empty list is `[]`, or no line at all.
package enum ObjectOutput {
    /// The member `name`, where most objects have their name.
    package static func nameMember(_ value: ObjectValue) -> String? {
        if case .string(let name)? = value["name"] { name } else { nil }
    }

    /// Writes a list. `table` and `name` are asked only where the format needs them. On a terminal, tables are kept within
    /// its width.
    package static func write(
        list: [ObjectValue], as format: ObjectFormat, table: ([ObjectValue]) -> ObjectTable,
        name: (ObjectValue) -> String? = ObjectOutput.nameMember, to output: inout OutputWriter
    ) throws(OutputError) {
        switch format {
        case .table: try output.append(table(list).text(width: output.terminalWidth))
        case .json: try output.append(line: ObjectValue.array(list).json(isIndented: true))
        case .jsonl: for value in list { try output.append(line: value.json()) }
        case .yaml: try output.append(bytes: ObjectValue.array(list).yaml())
        case .toml: try output.append(bytes: ObjectValue.array(list).toml())
        case .name: for value in list { if let name = name(value) { try output.append(line: Array(name.utf8)) } }
        }
    }

    /// Writes one object as a document of its own. `table` gives what to show where people read.
    package static func write(
        document: ObjectValue, as format: ObjectFormat, table: (ObjectValue) -> ObjectTable,
        name: (ObjectValue) -> String? = ObjectOutput.nameMember, to output: inout OutputWriter
    ) throws(OutputError) {
        switch format {
        case .table: try output.append(table(document).text(width: output.terminalWidth))
        case .json: try output.append(line: document.json(isIndented: true))
        case .jsonl: try output.append(line: document.json())
        case .yaml: try output.append(bytes: document.yaml())
        case .toml: try output.append(bytes: document.toml())
        case .name: if let name = name(document) { try output.append(line: Array(name.utf8)) }
        }
    }
}

extension OutputWriter {
    /// Appends bytes of an array.
    package mutating func append(bytes: [UInt8]) throws(OutputError) {
        let result: Result<Void, OutputError> = unsafe bytes.withUnsafeBytes { bytes in
            Result { () throws(OutputError) in try unsafe append(bytes) }
        }
        try result.get()
    }

    fileprivate mutating func append(line: [UInt8]) throws(OutputError) {
        try append(bytes: line)
        try append(byte: UInt8(ascii: "\n"))
    }
}
