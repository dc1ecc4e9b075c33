import ToolSupport

/// A column that is filled, and how.
struct ColumnPlan: Sendable {
    var name: String
    var source: Mapping.Source
    var type: ColumnType
    /// A JSON text that stands where the record has nothing.
    var fallback: [UInt8]?
    var isRequired: Bool
    var isKey: Bool
    var unit: TimeUnit?
    var encoding: BytesEncoding
    /// What the server makes of a row without a value, as SQL; nil where it is NULL, or known as ``fallback``.
    var serverDefault: String?
    /// A record may leave it as it is; a null is refused all the same where the table wants none.
    var canBeLeft = false
    var refusesNull = false
    /// Where its value is among those that a record is taken apart into; nil: it is not a part of the JSON value.
    var slot: Int?
}

/// A column as the catalog has it.
struct CatalogColumn: Equatable, Sendable {
    var name: String
    var oid: UInt32
    var type: String
    var isNotNull = false
    var hasDefault = false
    var isGenerated = false
    /// The default, as SQL; nil if there is none.
    var defaultText: String?
    /// The default as a JSON text, if it is the same for every row.
    var constant: [UInt8]?
}

/// A table as the catalog has it.
struct CatalogTable: Equatable, Sendable {
    var name: TableName
    var columns: [CatalogColumn]
    /// The columns of its unique indexes that cover all rows, the primary key first.
    var keys: [[String]] = []
    /// It has triggers for each row.
    var hasRowTriggers = false
}

/// How records become rows of one table: a mapping held against the catalog.
struct TablePlan: Sendable {
    let table: CatalogTable
    /// What is made of the columns on the server; nil: they are the table's.
    let selection: Selection?
    let columns: [ColumnPlan]
    let mode: Mapping.Mode
    /// Records hold only what changes: a column whose member a record lacks stays as it is.
    let isPartial: Bool
    /// Rows go in binary.
    let isBinary: Bool
    /// Places in the JSON value, for ``JSONShredder``; empty if no column needs the value's parts.
    let places: [[JSONShredder.Step]]
    /// Indexes of the key's columns.
    let keys: [Int]

    /// Which form rows have in the COPY.
    enum Format: String, CaseIterable, Sendable {
        /// Binary if all columns can be, else text.
        case auto
        case text, binary
    }

    /// - Parameters:
    ///   - mapping: nil: columns are filled by their names.
    ///   - mode: what the command line says, which goes before the mapping.
    ///   - isPartial: what the command line says, beside the mapping.
    init(
        _ table: CatalogTable, mapping: Mapping?, mode: Mapping.Mode?, format: Format, isPartial: Bool = false,
        selection: Selection? = nil
    ) throws(ValueError) {
        let mapping = mapping ?? Self.byName(table)
        self.table = table
        self.selection = selection
        self.mode = mode ?? mapping.mode ?? .append
        self.isPartial = isPartial || mapping.isPartial
        let whose = "table \(table.name)"
        if self.isPartial, self.mode != .upsert {
            throw ValueError("\(whose): partial records need the mode upsert, and it is \(self.mode.rawValue)")
        }
        let key = try Self.keyNames(of: table, mapping, self.mode)
        var plans: [ColumnPlan] = []
        var places: [[JSONShredder.Step]] = []
        for column in mapping.columns {
            guard let found = (selection?.columns ?? table.columns).first(where: { $0.name == column.name }) else {
                throw ValueError("\(whose) has no column '\(column.name)'")
            }
            guard !found.isGenerated else { throw ValueError("\(whose): column '\(column.name)' is generated") }
            guard !plans.contains(where: { $0.name == column.name }) else {
                throw ValueError("column '\(column.name)' is mapped twice")
            }
            var plan = ColumnPlan(
                name: column.name, source: column.source, type: ColumnType(oid: found.oid, name: found.type),
                fallback: column.fallback, isRequired: column.isRequired || (found.isNotNull && !found.hasDefault),
                isKey: column.isKey, unit: column.unit, encoding: column.encoding)
            if self.isPartial, !key.contains(column.name), case .path(let steps) = column.source, !steps.isEmpty {
                // A row that is there has a value; where it is not, the server takes its default, or refuses it.
                plan.canBeLeft = true
                plan.isRequired = column.isRequired
                plan.serverDefault = column.fallback == nil ? found.defaultText : nil
            } else if found.isNotNull, found.hasDefault, column.fallback == nil {
                // A row without a value takes the default, as an INSERT that does not name the column would; a value
                // that is null is an error, as it would be there.
                if let constant = found.constant {
                    plan.fallback = constant
                    plan.isRequired = true
                } else {
                    plan.serverDefault = found.defaultText
                }
            }
            plan.refusesNull = plan.canBeLeft ? found.isNotNull : plan.serverDefault != nil
            if let wanted = column.type, let type = ColumnType(name: wanted),
                type.scalar != plan.type.scalar
                    || type.isArray != plan.type.isArray
            {
                throw ValueError("\(whose): column '\(column.name)' is \(found.type), and the mapping says \(wanted)")
            }
            try Self.check(plan)
            if case .path(let steps) = column.source, !steps.isEmpty || plan.type.isArray || plan.fallback != nil {
                plan.slot = places.count
                places.append(steps)
            }
            plans.append(plan)
        }
        for column in table.columns
        where column.isNotNull && !column.hasDefault && !column.isGenerated
            && !(selection?.names.contains(column.name) ?? plans.contains { $0.name == column.name })
        {
            throw ValueError("\(whose): column '\(column.name)' must not be null, and nothing fills it")
        }
        columns = plans
        self.places = places
        let canBeBinary = plans.allSatisfy(\.type.isBinary)
        if format == .binary, let other = plans.first(where: { !$0.type.isBinary }) {
            throw ValueError("\(whose): column '\(other.name)' of type \(other.type.name) cannot go in binary")
        }
        isBinary = canBeBinary && format != .text
        keys = try key.map { name throws(ValueError) in
            guard let index = plans.firstIndex(where: { $0.name == name }) else {
                throw ValueError("\(whose): nothing fills '\(name)', which is part of its key")
            }
            return index
        }
        if let other = keys.map({ plans[$0].name }).first(where: { selection?.names.contains($0) == false }) {
            throw ValueError("\(whose): --select does not give '\(other)', which is part of its key")
        }
    }

    private static func check(_ plan: ColumnPlan) throws(ValueError) {
        guard case .field(let field) = plan.source else { return }
        let type = plan.type
        func refuse() -> ValueError {
            ValueError("column '\(plan.name)' is \(type.name), which the \(field.rawValue) of a record is not")
        }
        if type.isArray { throw refuse() }
        switch (field, type.scalar) {
        case (.topic, .text), (.key, _), (.value, _), (_, .other): break
        case (.partition, .int4), (.partition, .int8), (.partition, .numeric), (.offset, .int8), (.offset, .numeric):
            break
        case (.timestamp, .timestamptz), (.timestamp, .timestamp), (.timestamp, .int8), (.timestamp, .date): break
        default: throw refuse()
        }
    }

    /// The names of the columns that say which row a record is about.
    private static func keyNames(
        of table: CatalogTable, _ mapping: Mapping, _ mode: Mapping.Mode
    ) throws(ValueError) -> [String] {
        guard mode != .append else { return [] }
        let marked = Set(mapping.columns.filter(\.isKey).map(\.name))
        let whose = "table \(table.name)"
        if marked.isEmpty {
            guard let key = table.keys.first else {
                throw ValueError(
                    "\(whose) has no primary key, and mode \(mode.rawValue) needs one, or a unique index whose columns the "
                        + "mapping marks as key")
            }
            return key
        }
        guard let key = table.keys.first(where: { Set($0) == marked }) else {
            throw ValueError(
                "\(whose) has no unique index of just the columns \(marked.sorted().joined(separator: ", "))")
        }
        return key
    }

    /// Every column by its name: those that a record as a whole has, if the table has nothing but them, else the members
    /// of the JSON value.
    static func byName(_ table: CatalogTable) -> Mapping {
        let columns = table.columns.filter { !$0.isGenerated }
        if takesWhole(table) {
            let fields = columns.compactMap { RecordField(rawValue: $0.name) }
            return Mapping(mode: nil, columns: fields.map { .init(name: $0.rawValue, source: .field($0)) })
        }
        return Mapping(
            mode: nil,
            columns: columns.map {
                .init(name: $0.name, source: .path([JSONShredder.Step(name: Array($0.name.utf8), index: nil)]))
            })
    }

    /// Whether a table has columns for a record as a whole, and needs no others.
    static func takesWhole(_ table: CatalogTable) -> Bool {
        let columns = table.columns.filter { !$0.isGenerated }
        return columns.contains { $0.name == RecordField.value.rawValue }
            && columns.allSatisfy { RecordField(rawValue: $0.name) != nil || $0.hasDefault || !$0.isNotNull }
    }

    /// Rows go through a table of the session first: where they replace others, and where the server fills in what they
    /// lack.
    var isStaged: Bool { mode != .append || selection != nil || columns.contains { $0.serverDefault != nil } }

    /// The columns that rows have beside those of the table while they are staged.
    var stageColumns: [String] { (isPartial ? ["_set"] : []) + (isStaged ? ["_op"] : []) }

    /// `"a", "b"`
    var columnList: String { columns.map { Identifier.quote($0.name) }.joined(separator: ", ") }
}
