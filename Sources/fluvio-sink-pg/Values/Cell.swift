import ToolSupport

/// A value on its way from a record to a column: what was understood, not yet how it is written. Its bytes are those of
/// the record, or of a buffer that is good until the next record.
@safe
enum Cell {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    /// Digits as JSON writes them, or `NaN`, `Infinity`, `-Infinity`.
    case digits(UnsafeRawBufferPointer)
    /// UTF-8 without NUL.
    case text(UnsafeRawBufferPointer)
    case bytes(UnsafeRawBufferPointer)
    /// A JSON text that jsonb takes.
    case json(UnsafeRawBufferPointer)
    /// Microseconds since 2000-01-01 (PostgreSQL's count), or since midnight; the extremes are the infinities.
    case microseconds(Int64)
    /// Days since 2000-01-01; the extremes are the infinities.
    case days(Int32)
    case uuid(UInt64, UInt64)
    /// The elements of a JSON array.
    case list(JSONToken)
}

/// Why a value does not go into its column. Cheap to make, as a record may have nothing else.
enum ValueFault: Error, Equatable, Sendable {
    case notJSON(JSONError)
    case missing
    case wrongKind(JSONKind)
    case malformed
    case outOfRange
    case nul
    case notUTF8
    case exponent
    case nested
    case withoutZone
    case noTimestamp
    case unknownTable

    /// As PostgreSQL would classify it.
    var state: SQLState {
        switch self {
        case .notJSON, .wrongKind, .malformed, .nested: SQLState("22P02")
        case .missing, .noTimestamp: SQLState("23502")
        case .outOfRange, .exponent: SQLState("22003")
        case .nul: SQLState("22P05")
        case .notUTF8: SQLState("22021")
        case .withoutZone: SQLState("22007")
        case .unknownTable: SQLState("42P01")
        }
    }

    /// Whether a text that is mended can be taken.
    var isMendable: Bool {
        switch self {
        case .nul, .notUTF8: true
        case .notJSON(let error): error.isAboutCharacters
        default: false
        }
    }

    func message(column: String?, type: String?) -> String {
        let place = column.map { "column \($0): " } ?? ""
        let wanted = type ?? "the column's type"
        let what =
            switch self {
            case .notJSON(let error): "the value is no JSON: \(error.description)"
            case .missing: "a value is required, and the record has none"
            case .wrongKind(let kind): "a JSON \(kind) is no \(wanted)"
            case .malformed: "the text is no \(wanted)"
            case .outOfRange: "the number is out of the range of \(wanted)"
            case .nul: "PostgreSQL stores no NUL in a text (--bad-text can mend it)"
            case .notUTF8: "the bytes are no UTF-8 (--bad-text can mend it)"
            case .exponent: "a number with an exponent beyond 1000"
            case .nested: "an array inside an array"
            case .withoutZone: "a time without its zone (--assume-utc takes it for UTC)"
            case .noTimestamp: "the record has no timestamp"
            case .unknownTable: "the record names a table that --tables does not list"
            }
        return place + what
    }
}
