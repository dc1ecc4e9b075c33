import Documents

extension ObjectValue {
    /// The value as JSON: on one line without spaces, or indented by two spaces a level as the official client does it.
    public func json(isIndented: Bool = false) -> [UInt8] {
        var output: [UInt8] = []
        appendJSON(to: &output, level: isIndented ? 0 : nil)
        return output
    }

    private func appendJSON(to output: inout [UInt8], level: Int?) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .int(let value): output += "\(value)".utf8
        case .string(let value): output += JSONString.quoted(value)
        case .array(let elements):
            Self.appendList(elements, "[", "]", to: &output, level: level) { element, output, level in
                element.appendJSON(to: &output, level: level)
            }
        case .object(let members): Self.append(members, to: &output, level: level)
        case .numbered(let members):
            Self.append(members.map { Member("\($0.number)", $0.value) }, to: &output, level: level)
        case .variant(let name, let value): Self.append([Member(name, value)], to: &output, level: level)
        }
    }

    private static func append(_ members: [Member], to output: inout [UInt8], level: Int?) {
        appendList(members, "{", "}", to: &output, level: level) { member, output, level in
            output += JSONString.quoted(member.name)
            output += (level == nil ? ":" : ": ").utf8
            member.value.appendJSON(to: &output, level: level)
        }
    }

    private static func appendList<Element>(
        _ elements: [Element], _ open: Unicode.Scalar, _ close: Unicode.Scalar, to output: inout [UInt8], level: Int?,
        _ append: (Element, inout [UInt8], Int?) -> Void
    ) {
        output.append(UInt8(ascii: open))
        for (index, element) in elements.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            newLine(level.map { $0 + 1 }, to: &output)
            append(element, &output, level.map { $0 + 1 })
        }
        if !elements.isEmpty { newLine(level, to: &output) }
        output.append(UInt8(ascii: close))
    }

    private static func newLine(_ level: Int?, to output: inout [UInt8]) {
        guard let level else { return }
        output.append(UInt8(ascii: "\n"))
        output += repeatElement(UInt8(ascii: " "), count: 2 * level)
    }
}
