import Documents

extension ObjectValue {
    /// The tree as TOML, with a line end behind it. TOML has no null: such members are left out. A document must be a
    /// table there, so a list becomes one with the list under `items`.
    public func toml() -> [UInt8] {
        let document: TOMLTable
        switch tomlValue {
        case .table(let table)?: document = table
        case let value:
            var table = TOMLTable()
            table["items"] = value ?? .array([])
            document = table
        }
        // Every value has come from a tree, so it can be written.
        guard var text = try? document.text() else { return [] }
        if let last = text.last, last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
        return text
    }

    /// Nil: null.
    private var tomlValue: TOMLValue? {
        switch self {
        case .null: nil
        case .bool(let flag): .boolean(flag)
        case .int(let number): .integer(number)
        case .string(let text): .string(text)
        case .array(let elements): .array(elements.compactMap(\.tomlValue))
        case .object(let members): .table(Self.table(members.map { ($0.name, $0.value) }))
        case .numbered(let members): .table(Self.table(members.map { ("\($0.number)", $0.value) }))
        case .variant(let name, let value): .table(Self.table([(name, value)]))
        }
    }

    private static func table(_ members: [(name: String, value: ObjectValue)]) -> TOMLTable {
        var table = TOMLTable()
        for member in members { table[member.name] = member.value.tomlValue }
        return table
    }
}
