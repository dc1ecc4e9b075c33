import ToolSupport

/// What the encoder needs of a column for each value: no references, so that a row counts none.
@safe
struct ColumnStep {
    enum Source: UInt8 {
        /// A place of the JSON value.
        case place
        /// The value as a whole.
        case value
        case key, topic, partition, offset, timestamp
    }

    let source: Source
    /// The number of the place.
    let place: Int
    let scalar: ColumnType.Scalar
    let isArray: Bool
    /// Of the elements, or of the type itself.
    let oid: UInt32
    let isRequired: Bool
    /// A null is refused, though a value that is missing is not: that one the server fills in.
    let refusesNull: Bool
    /// A record that lacks it leaves it as it is.
    let canBeLeft: Bool
    /// It is part of the key, and which one.
    let keyPart: Int
    let unit: TimeUnit?
    let encoding: BytesEncoding
    /// What stands where the record has nothing: of a text that lives as long as the encoder.
    let fallback: JSONToken?

    init(_ column: ColumnPlan, keyPart: Int?, fallback: JSONToken?) {
        source =
            switch column.source {
            case .path: column.slot == nil ? .value : .place
            case .field(.key): .key
            case .field(.value): .value
            case .field(.topic): .topic
            case .field(.partition): .partition
            case .field(.offset): .offset
            case .field(.timestamp): .timestamp
            }
        place = column.slot ?? 0
        (scalar, isArray, oid) = (column.type.scalar, column.type.isArray, column.type.oid)
        isRequired = column.isRequired
        refusesNull = column.refusesNull
        canBeLeft = column.canBeLeft
        self.keyPart = keyPart ?? -1
        (unit, encoding) = (column.unit, column.encoding)
        self.fallback = fallback
    }
}
