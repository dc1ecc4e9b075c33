import FluvioClient
import ToolSupport

extension Mapping {
    /// Reads a mapping file: `{"mode": …, "partial": …, "columns": {"NAME": {…}}}`. What it does not know it refuses.
    init(parsing bytes: [UInt8]) throws(ValueError) {
        let document = try ObjectValue(parsingJSON: bytes)
        guard case .object(let members) = document else { throw ValueError("it is no JSON object") }
        var mode: Mode?
        var isPartial = false
        var columns: [Column]?
        for member in members {
            switch member.name {
            case "mode":
                mode = try Self.choice(member.value, "mode")
            case "partial": isPartial = try Column.truth(member.value, "partial")
            case "columns":
                guard case .object(let entries) = member.value else { throw ValueError("columns is no object") }
                columns = try entries.map { entry throws(ValueError) in try Column(entry.name, entry.value) }
            default: throw ValueError("unknown member '\(member.name)'; known: mode, partial, columns")
            }
        }
        guard let columns, !columns.isEmpty else { throw ValueError("it has no columns") }
        self.init(mode: mode, isPartial: isPartial, columns: columns)
    }

    fileprivate static func choice<Value: CaseIterable & RawRepresentable & Sendable>(
        _ value: ObjectValue, _ place: String
    ) throws(ValueError) -> Value where Value.RawValue == String {
        guard let text = value.text else { throw ValueError("\(place) is no text") }
        do throws(ValueError) {
            return try ValueKind<Value>.choice("").parse(text)
        } catch {
            throw ValueError("\(place): \(error)")
        }
    }
}

extension Mapping.Column {
    fileprivate static let known = [
        "path", "dotted", "from", "type", "default", "required", "key", "unit", "encoding",
    ]

    fileprivate init(_ name: String, _ value: ObjectValue) throws(ValueError) {
        let name = try Identifier.check(name)
        func wrong(_ what: String) -> ValueError { ValueError("column '\(name)': \(what)") }
        guard case .object(let members) = value else { throw wrong("it is no object") }
        var sources: [Mapping.Source] = []
        self.init(name: name, source: .path([]))
        for member in members {
            let place = "column '\(name)': \(member.name)"
            switch member.name {
            case "path":
                guard let text = member.value.text, let steps = JSONPointer.steps(text) else {
                    throw wrong("path is no JSON pointer, such as /user/id")
                }
                sources.append(.path(steps))
            case "dotted":
                guard let text = member.value.text, let path = JSONPath(text) else {
                    throw wrong("dotted is no path, such as user.id")
                }
                sources.append(.path(path.steps.map(JSONShredder.Step.init)))
            case "from": sources.append(.field(try Mapping.choice(member.value, place)))
            case "type":
                guard let text = member.value.text else { throw wrong("type is no text") }
                type = text
            case "default": fallback = member.value.json()
            case "required": isRequired = try Self.truth(member.value, place)
            case "key": isKey = try Self.truth(member.value, place)
            case "unit": unit = try Mapping.choice(member.value, place)
            case "encoding": encoding = try Mapping.choice(member.value, place)
            default:
                throw wrong("unknown member '\(member.name)'; known: \(Self.known.joined(separator: ", "))")
            }
        }
        guard sources.count <= 1 else { throw wrong("path, dotted and from exclude each other") }
        // A name alone means the member of that name.
        source = sources.first ?? .path([JSONShredder.Step(name: Array(name.utf8), index: nil)])
    }

    fileprivate static func truth(_ value: ObjectValue, _ place: String) throws(ValueError) -> Bool {
        guard case .bool(let truth) = value else { throw ValueError("\(place) is neither true nor false") }
        return truth
    }
}

/// JSON pointers (RFC 6901).
enum JSONPointer {
    /// The steps of `/user/0`; none of the empty text; nil for what is no pointer.
    static func steps(_ text: String) -> [JSONShredder.Step]? {
        if text.isEmpty { return [] }
        guard text.hasPrefix("/") else { return nil }
        var steps: [JSONShredder.Step] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            // "~" stands alone in none.
            let bare = part.replacing("~1", with: "").replacing("~0", with: "")
            guard !bare.contains("~") else { return nil }
            let name = part.replacing("~1", with: "/").replacing("~0", with: "~")
            let isIndex =
                !part.isEmpty && part.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
                && (part == "0" || part.first != "0")
            steps.append(JSONShredder.Step(name: Array(name.utf8), index: isIndex ? Int(part) : nil))
        }
        return steps
    }

    /// Writes steps as a pointer.
    static func text(_ steps: [JSONShredder.Step]) -> String {
        steps.map { step in
            let name = step.name.map { String(decoding: $0, as: UTF8.self) } ?? step.index.map(String.init) ?? ""
            return "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
        }.joined()
    }
}

extension JSONShredder.Step {
    init(_ step: JSONPath.Step) {
        switch step {
        case .member(let name): self.init(name: name, index: nil)
        case .element(let index): self.init(name: nil, index: index)
        }
    }
}
