/// A tree of values for object output, of which JSON and YAML are made. Members keep their order.
public indirect enum ObjectValue: Equatable, Sendable {
    /// null
    case null
    /// true or false
    case bool(Bool)
    /// A whole number.
    case int(Int64)
    /// A text.
    case string(String)
    /// A list.
    case array([ObjectValue])
    /// Named members.
    case object([Member])
    /// Numbered members, such as partitions: `"0":` in JSON, `0:` in YAML.
    case numbered([NumberedMember])
    /// A named alternative with content: `{"computed": …}` in JSON, `!computed …` in YAML.
    case variant(String, ObjectValue)

    /// A named member.
    public struct Member: Equatable, Sendable {
        /// Name of the member.
        public let name: String
        /// Its value.
        public let value: ObjectValue

        /// A name and a value.
        public init(_ name: String, _ value: ObjectValue) {
            self.name = name
            self.value = value
        }
    }

    /// A numbered member.
    public struct NumberedMember: Equatable, Sendable {
        /// Number of the member.
        public let number: Int64
        /// Its value.
        public let value: ObjectValue

        /// A number and a value.
        public init(_ number: Int64, _ value: ObjectValue) {
            self.number = number
            self.value = value
        }
    }
}

extension ObjectValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A number.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A list.
    public init(arrayLiteral elements: ObjectValue...) { self = .array(elements) }
    /// An object, in the order of the literal.
    public init(dictionaryLiteral elements: (String, ObjectValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}

extension ObjectValue {
    /// The member of that name, nil if this is no object or has none.
    public subscript(name: String) -> ObjectValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text, or null.
    public static func optional(_ text: String?) -> ObjectValue { text.map { .string($0) } ?? .null }

    /// The number, or null.
    public static func optional(_ number: Int64?) -> ObjectValue { number.map { .int($0) } ?? .null }
}
