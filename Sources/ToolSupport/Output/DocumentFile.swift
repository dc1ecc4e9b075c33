package import Documents
package import FluvioClient
import Unix

/// A file of settings, in YAML or JSON, which is YAML too.
package enum DocumentFile {
    /// Reads it; `-` is standard input. Blocks.
    package static func read(_ file: String) throws -> ObjectValue { ObjectValue(try node(file)) }

    /// Reads it with the places that errors name.
    package static func node(_ file: String) throws -> YAMLNode {
        let bytes: [UInt8]
        do {
            bytes = try Unix.contents(of: file == "-" ? "/dev/stdin" : file)
        } catch {
            throw ToolError("cannot read \(file): \(error.reason)")
        }
        do {
            return try YAMLParser.parse(bytes)
        } catch {
            throw ToolError("\(file): \(error)")
        }
    }
}

extension ObjectValue {
    /// A document as it is read; what stands without quotes is a number or a word where it looks like one.
    package init(_ node: YAMLNode) {
        switch node.content {
        case .sequence(let items): self = .array(items.map { ObjectValue($0) })
        case .mapping(let entries): self = .object(entries.map { Member($0.key, ObjectValue($0.value)) })
        case .scalar(let text, let isQuoted):
            if isQuoted {
                self = .string(text)
            } else if node.isNull {
                self = .null
            } else if let number = Int64(text) {
                self = .int(number)
            } else {
                switch text {
                case "true": self = .bool(true)
                case "false": self = .bool(false)
                default: self = .string(text)
                }
            }
        }
    }
}
