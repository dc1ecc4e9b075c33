import ToolSupport

/// The path of a file as `--out` gives it: text with `{topic}`, `{partition}` and `{offset}`.
struct PathPattern: Equatable, Sendable {
    enum Part: Equatable, Sendable {
        case text(String)
        case topic
        case partition
        /// Of the first record in the file.
        case offset
    }

    /// As it was given.
    let text: String
    private(set) var parts: [Part] = []

    init(parsing text: String) throws(ValueError) {
        self.text = text
        var literal = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "{" else {
                literal.append(character)
                continue
            }
            guard let end = rest.firstIndex(of: "}") else { throw ValueError("'\(text)' has { without }") }
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = ""
            switch rest[..<end] {
            case "topic": parts.append(.topic)
            case "partition": parts.append(.partition)
            case "offset": parts.append(.offset)
            default: throw ValueError("'\(text)': {\(rest[..<end])} is none of {topic}, {partition}, {offset}")
            }
            rest = rest[rest.index(after: end)...]
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        guard !text.isEmpty, !text.hasSuffix("/") else { throw ValueError("'\(text)' names no file") }
    }

    /// Whether files of different partitions have different paths.
    func tellsApart(topics: Bool, partitions: Bool) -> Bool {
        (!topics || parts.contains(.topic)) && (!partitions || parts.contains(.partition))
    }

    /// With `{offset}`, which a file that is followed by another needs: in front of what the file's name ends with.
    var withOffset: PathPattern {
        guard !parts.contains(.offset) else { return self }
        var pattern = self
        guard case .text(let last)? = parts.last, !last.contains("/") || parts.count == 1 else {
            pattern.parts += [.text("-"), .offset]
            return pattern
        }
        let name = last.lastIndex(of: "/").map { last.index(after: $0) } ?? last.startIndex
        // `.jsonl.gz` is one ending; a name that begins with a dot is all name.
        let dot =
            last[name...].dropFirst(parts.count == 1 ? 1 : 0).firstIndex(of: ".") ?? last.endIndex
        pattern.parts.removeLast()
        pattern.parts += [.text(last[..<dot] + "-"), .offset]
        if dot != last.endIndex { pattern.parts.append(.text(String(last[dot...]))) }
        return pattern
    }

    /// The path of the file that begins with that record. The offset has 20 digits, so that names sort as records do.
    func path(topic: String, partition: UInt32, offset: Int64) -> String {
        parts.reduce(into: "") { path, part in
            switch part {
            case .text(let text): path += text
            case .topic: path += topic
            case .partition: path += "\(partition)"
            case .offset:
                let digits = "\(offset)"
                path += String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
            }
        }
    }

    /// How its files are compressed, as their name ends.
    var compression: FileCompression {
        text.hasSuffix(".gz") ? .gzip : text.hasSuffix(".zst") ? .zstd : .none
    }
}

/// How files are compressed.
enum FileCompression: Sendable {
    case none, gzip, zstd
}

extension ValueKind where Value == PathPattern {
    static var path: ValueKind {
        ValueKind("PATTERN", completion: .file) { text throws(ValueError) in try PathPattern(parsing: text) }
    }
}
