import ToolSupport

/// How records become rows, as somebody wrote it down; not yet held against a table.
struct Mapping: Equatable, Sendable {
    /// What happens to a row that is there already.
    enum Mode: String, CaseIterable, Sendable {
        /// Every record is a new row.
        case append
        /// The last record of a key is the row; a record without value deletes it.
        case upsert
        /// The first record of a key is the row.
        case insertIgnore = "insert-ignore"
    }

    /// Where a column's value comes from.
    enum Source: Equatable, Sendable {
        case field(RecordField)
        /// Steps into the JSON value; none: all of it.
        case path([JSONShredder.Step])
    }

    struct Column: Equatable, Sendable {
        var name: String
        var source: Source
        /// nil: that of the table.
        var type: String?
        /// A JSON text that stands where the record has nothing.
        var fallback: [UInt8]?
        var isRequired = false
        var isKey = false
        var unit: TimeUnit?
        var encoding = BytesEncoding.utf8
    }

    /// nil: as the command line says.
    var mode: Mode?
    /// Records hold only what changes.
    var isPartial = false
    var columns: [Column]
}

/// What a record is beside its JSON members.
enum RecordField: String, CaseIterable, Sendable {
    case topic, partition, offset, timestamp, key, value
}

/// What a number that is a time counts.
enum TimeUnit: String, CaseIterable, Sendable {
    case seconds = "s"
    case milliseconds = "ms"
    case microseconds = "us"
    case nanoseconds = "ns"

    /// Of one unit; of nanoseconds they are a fraction.
    var microseconds: Int64 {
        switch self {
        case .seconds: 1_000_000
        case .milliseconds: 1000
        case .microseconds, .nanoseconds: 1
        }
    }
}

/// How bytes are written in a JSON string.
enum BytesEncoding: String, CaseIterable, Sendable {
    /// As they are.
    case utf8
    case base64, hex
}

extension Mapping {
    /// The columns of a table that is made for a topic when no mapping says anything.
    static let whole = Mapping(
        mode: nil,
        columns: RecordField.allCases.map { field in
            Column(name: field.rawValue, source: .field(field))
        })

    /// The types of these columns.
    static let wholeTypes = [
        ("topic", "text NOT NULL"), ("partition", "integer NOT NULL"), ("offset", "bigint NOT NULL"),
        ("timestamp", "timestamptz"), ("key", "text"), ("value", "jsonb"),
    ]
}
