import ToolSupport
import Unix

/// What the members of JSON values have been so far, and the columns that would hold them: pure.
struct Inference: ~Copyable {
    /// One member, by its name.
    struct Member {
        let name: String
        /// Values that had it, other than null.
        private(set) var count = 0
        private(set) var kinds: Set<Kind> = []
        /// The longest text, in bytes.
        private(set) var longest = 0
        /// The smallest and the largest whole number.
        private(set) var range: ClosedRange<Int64>?

        init(_ name: String) { self.name = name }

        mutating func take(_ token: JSONToken, _ scratch: inout JSONScratch) {
            guard let kind = Kind(token, &scratch) else { return }
            count += 1
            kinds.insert(kind)
            if token.kind == .string { longest = max(longest, unsafe scratch.content(of: token).count) }
            if kind == .whole, let number = unsafe Numbers.integer(token.bytes) {
                range = min(range?.lowerBound ?? number, number)...max(range?.upperBound ?? number, number)
            }
        }

        /// The narrowest type that holds all of them as they are.
        var type: String {
            if kinds.count == 1, let only = kinds.first { return only.type }
            if kinds.isSubset(of: [.whole, .large, .decimal]) { return "numeric" }
            if kinds.isSubset(of: [.whole, .large, .decimal, .exponent]) { return "double precision" }
            if kinds.isSubset(of: [.instant, .date, .uuid, .text]) { return "text" }
            return kinds.isEmpty ? "text" : "jsonb"
        }

        /// What else is known, for people.
        var remark: String {
            if let range, kinds == [.whole] { return "\(range.lowerBound)..\(range.upperBound)" }
            return longest > 0 ? "up to \(counted(longest, "byte"))" : ""
        }
    }

    /// What a value is like.
    enum Kind: Hashable {
        case bool, whole, large, decimal, exponent, instant, date, uuid, text, inner

        /// nil of null.
        init?(_ token: JSONToken, _ scratch: inout JSONScratch) {
            switch token.kind {
            case .null: return nil
            case .bool: self = .bool
            case .object, .array: self = .inner
            case .number:
                let bytes = unsafe token.bytes
                if unsafe Numbers.integer(bytes) != nil {
                    self = .whole
                } else if unsafe bytes.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
                    self = .exponent
                } else {
                    self = unsafe bytes.contains(UInt8(ascii: ".")) ? .decimal : .large
                }
            case .string:
                let text = unsafe scratch.content(of: token)
                if unsafe (try? CellReader.uuid(text)) != nil {
                    self = .uuid
                    return
                }
                var reader = unsafe MomentReader(text)
                switch reader.moment() {
                case .some(let moment) where moment.zone != nil: self = .instant
                case .some(let moment) where !moment.hasTime: self = .date
                default: self = .text
                }
            }
        }

        var type: String {
            switch self {
            case .bool: "boolean"
            case .whole: "bigint"
            case .large, .decimal: "numeric"
            case .exponent: "double precision"
            case .instant: "timestamptz"
            case .date: "date"
            case .uuid: "uuid"
            case .text: "text"
            case .inner: "jsonb"
            }
        }
    }

    /// In the order in which they were met.
    private(set) var members: [Member] = []
    private var places: [String: Int] = [:]
    /// Values that are JSON objects, and others.
    private(set) var objects = 0
    private(set) var others = 0
    private var scratch = JSONScratch()

    /// Takes in the value of a record.
    mutating func take(_ value: [UInt8]) {
        guard let token = unsafe value.withUnsafeBytes({ unsafe Self.members(of: $0) }) else {
            others += 1
            return
        }
        objects += 1
        for (name, text) in token {
            let place =
                places[name]
                ?? {
                    members.append(Member(name))
                    places[name] = members.count - 1
                    return members.count - 1
                }()
            unsafe text.withUnsafeBytes { bytes in
                guard let token = unsafe try? JSONText.parse(bytes) else { return }
                scratch.begin()
                members[place].take(token, &scratch)
            }
        }
    }

    /// Names and values of an object's members, the last of each name; nil of what is no object.
    private static func members(of value: UnsafeRawBufferPointer) -> [(String, [UInt8])]? {
        guard let token = unsafe try? JSONText.parse(value), token.kind == .object else { return nil }
        var scratch = JSONScratch()
        var found: [(String, [UInt8])] = []
        token.forEachMember { name, value in
            let name = unsafe String(decoding: scratch.content(of: name), as: UTF8.self)
            found.removeAll { $0.0 == name }
            found.append((name, unsafe Array(value.bytes)))
        }
        return found
    }

    /// Whether all values had that member, and none of them null.
    func isAlways(_ member: Member) -> Bool { others == 0 && member.count == objects }
}

extension Inference.Member {
    /// A column for it; nil if its name can be none.
    func column(isRequired: Bool) -> Mapping.Column? {
        guard (try? Identifier.check(name)) != nil else { return nil }
        return Mapping.Column(
            name: name, source: .path([JSONShredder.Step(name: Array(name.utf8), index: nil)]), type: type,
            isRequired: isRequired)
    }
}
