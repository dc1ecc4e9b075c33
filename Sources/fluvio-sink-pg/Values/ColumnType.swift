/// The type of a column, as far as values are made for it here.
struct ColumnType: Hashable, Sendable {
    /// What a value of it is.
    enum Scalar: UInt8, Hashable, Sendable, CaseIterable {
        case bool, int2, int4, int8, float4, float8, numeric, text, bytea, json, jsonb, uuid
        case timestamptz, timestamp, date, time
        /// Any other: the server reads its text.
        case other
    }

    var scalar: Scalar
    /// An array of it, with one dimension.
    var isArray = false
    /// Object id of the type of the elements, or of the type itself (PostgreSQL: pg_type.dat).
    var oid: UInt32
    /// As SQL writes it, with its modifiers.
    var name: String

    /// Whether values can be sent in binary. Types that only the server knows, and those whose binary form depends on
    /// the server, go as text.
    var isBinary: Bool { scalar != .other }

    /// The type of that object id.
    init(oid: UInt32, name: String) {
        self.name = name
        if let scalar = Self.scalars[oid] {
            self.scalar = scalar
            self.oid = oid
        } else if let element = Self.arrays[oid] {
            scalar = Self.scalars[element] ?? .other
            isArray = true
            self.oid = element
        } else {
            scalar = .other
            self.oid = oid
        }
    }

    /// The type of that name, for a mapping that names one; nil if it is not one of these.
    init?(name: String) {
        let isArray = name.hasSuffix("[]")
        let base = isArray ? String(name.dropLast(2)) : name
        // Modifiers are the server's affair.
        let plain = base.prefix { $0 != "(" }.lowercased()
        guard let oid = Self.names[plain] else { return nil }
        if isArray, let array = Self.arrays.first(where: { $0.value == oid })?.key {
            self.init(oid: array, name: name)
        } else {
            self.init(oid: oid, name: name)
        }
    }

    private static let scalars: [UInt32: Scalar] = [
        16: .bool, 17: .bytea, 20: .int8, 21: .int2, 23: .int4, 25: .text, 114: .json, 700: .float4, 701: .float8,
        1042: .text, 1043: .text, 1082: .date, 1083: .time, 1114: .timestamp, 1184: .timestamptz, 1700: .numeric,
        2950: .uuid, 3802: .jsonb,
    ]

    private static let arrays: [UInt32: UInt32] = [
        1000: 16, 1001: 17, 1016: 20, 1005: 21, 1007: 23, 1009: 25, 199: 114, 1021: 700, 1022: 701, 1014: 1042,
        1015: 1043, 1182: 1082, 1183: 1083, 1115: 1114, 1185: 1184, 1231: 1700, 2951: 2950, 3807: 3802,
    ]

    private static let names: [String: UInt32] = [
        "bool": 16, "boolean": 16, "bytea": 17, "bigint": 20, "int8": 20, "smallint": 21, "int2": 21, "integer": 23,
        "int": 23, "int4": 23, "text": 25, "varchar": 1043, "character varying": 1043, "char": 1042, "character": 1042,
        "real": 700, "float4": 700, "double precision": 701, "float8": 701, "date": 1082, "time": 1083,
        "time without time zone": 1083, "timestamp": 1114, "timestamp without time zone": 1114, "timestamptz": 1184,
        "timestamp with time zone": 1184, "numeric": 1700, "decimal": 1700, "uuid": 2950, "jsonb": 3802, "json": 114,
    ]
}
