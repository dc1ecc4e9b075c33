import FluvioProtocol

extension Metadata where Spec == TableFormatSpec {
    /// The table format as a tree.
    public var value: ObjectValue {
        value(
            spec: [
                "name": .string(spec.name), "inputFormat": .optional(spec.inputFormat?.word),
                "columns": spec.columns.map { .array($0.map(Self.value)) } ?? .null,
                "smartmodule": .optional(spec.smartModule),
            ],
            status: [
                "resolution": .string(status.resolution.word), "reason": .optional(status.reason),
            ])
    }

    private static func value(_ column: TableColumn) -> ObjectValue {
        [
            "headerLabel": .optional(column.headerLabel), "width": .optional(column.width),
            "alignment": .optional(column.alignment?.word), "keyPath": .string(column.keyPath),
            "format": .optional(column.format), "display": column.display.map { .bool($0) } ?? .null,
            "primaryKey": column.primaryKey.map { .bool($0) } ?? .null,
            "headerBgColor": .optional(column.headerBackground?.word),
            "headerTextColor": .optional(column.headerText?.word),
        ]
    }
}
