import ToolSupport

/// Where a record's key comes from.
enum KeySource: Equatable, Sendable {
    /// There are none.
    case none
    /// The path of the file.
    case path
    /// Its name without the directories.
    case name
    /// The first group of a pattern, or all that it finds.
    case regex(String)
    /// The value at a path in the JSON text that the line is.
    case json(String, JSONPath)
    /// The id of the file, which stays when its name changes.
    case file
    /// The id of the file and the offset of the record in it.
    case fileOffset

    /// As it is given.
    var text: String {
        switch self {
        case .none: "none"
        case .path: "path"
        case .name: "name"
        case .regex(let pattern): "regex:\(pattern)"
        case .json(let path, _): "json:\(path)"
        case .file: "fid"
        case .fileOffset: "fid:offset"
        }
    }

    /// Whether all records of a file have the same one, so that they go to one partition whatever it is.
    var isOfFile: Bool {
        switch self {
        case .none, .path, .name, .file: true
        case .regex, .json, .fileOffset: false
        }
    }
}

extension ValueKind where Value == KeySource {
    static var keySource: ValueKind {
        ValueKind(
            "KEY", completion: .choices(["path", "name", "regex:", "json:", "fid", "fid:offset", "none"]),
            format: { $0 == .none ? nil : $0.text }
        ) { text throws(ValueError) in
            switch text {
            case "none": return .none
            case "path": return .path
            case "name": return .name
            case "fid": return .file
            case "fid:offset": return .fileOffset
            case _ where text.hasPrefix("regex:"):
                let pattern = String(text.dropFirst(6))
                _ = try Pattern(pattern)
                return .regex(pattern)
            case _ where text.hasPrefix("json:"):
                let name = String(text.dropFirst(5))
                guard let path = JSONPath(name) else {
                    throw ValueError("'\(name)' is no path into JSON, such as .a.b")
                }
                return .json(name, path)
            default:
                throw ValueError("'\(text)' is none of path, name, regex:PATTERN, json:PATH, fid, fid:offset, none")
            }
        }
    }
}
