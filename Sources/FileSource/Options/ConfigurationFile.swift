package import ToolSupport
import Unix

/// Options from a file, with the names that they have on the command line.
package enum ConfigurationFile {
    /// Puts what the file of `--config` says before the arguments, which so go before it. Without one they stay.
    package static func expand(_ arguments: [String]) throws(UsageError) -> [String] {
        var words = SourceOptions.words(in: arguments)
        guard let path = words.values["--config"] else { return arguments }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Unix.contents(of: path)
        } catch {
            throw UsageError("--config: \(path): \(error.reason)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw UsageError("--config: \(path): no UTF-8")
        }
        let (options, topic, paths) = try parse(text, path)
        // The command, if there is one, comes before its options. The value of one may be the same word.
        var rest = arguments
        var command = "run"
        if let first = words.operands.first, SourceOptions.commands.contains(arguments[first]), words.end != first - 1 {
            command = rest.remove(at: first)
            words.operands.removeFirst()
        }
        // Those of the command line stand in their place: a topic in that of the file's, and paths in that of its paths.
        var operands: [String] = []
        switch words.operands.count {
        case 0: if let topic { operands = [topic] + paths }
        case 1: operands = paths
        default: break
        }
        return [command] + options + rest + operands
    }

    /// The options, and the operands.
    static func parse(
        _ text: String, _ path: String
    ) throws(UsageError) -> (options: [String], topic: String?, paths: [String]) {
        var options: [String] = []
        var topic: String?
        var paths: [String] = []
        // Some editors begin a text with a mark of its encoding, and end lines with two characters.
        let lines = text.drop { $0 == "\u{feff}" }
            .split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in lines.enumerated() {
            let line = trim(line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = trim(parts.count > 1 ? parts[0] : withoutComment(line))
            let value = parts.count > 1 ? value(trim(parts[1])) : nil
            let place = "\(path), line \(index + 1)"
            guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "-_".contains($0) }),
                !name.hasPrefix("-")
            else { throw UsageError("\(place): NAME = VALUE is wanted") }
            switch (name, value) {
            case ("config", _): throw UsageError("\(place): a file cannot name another one")
            case ("topic", let value?): topic = value
            case ("path", let value?): paths.append(value)
            case ("topic", nil), ("path", nil): throw UsageError("\(place): \(name) needs a value")
            case (let name, let value):
                let option = value.map { "--\(name)=\($0)" } ?? "--\(name)"
                do throws(UsageError) {
                    try SourceOptions.verify(option)
                } catch {
                    throw UsageError("\(place): \(error)")
                }
                options.append(option)
            }
        }
        return (options, topic, paths)
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }

    /// What stands before a `#` that has a space before it.
    private static func withoutComment(_ text: Substring) -> Substring {
        var isBehindSpace = false
        for index in text.indices {
            if text[index] == "#", isBehindSpace { return trim(text[..<index]) }
            isBehindSpace = text[index].isWhitespace
        }
        return text
    }

    /// A value as it is meant: what stands between quotes, or what stands there but for a comment.
    private static func value(_ text: Substring) -> String {
        guard let quote = text.first, quote == "\"" || quote == "'" else { return String(withoutComment(text)) }
        let inner = text.dropFirst()
        // The last quote that ends it: behind it there is nothing, or a comment.
        for index in inner.indices.reversed() where inner[index] == quote {
            let rest = trim(inner[inner.index(after: index)...])
            if rest.isEmpty || rest.hasPrefix("#") { return String(inner[..<index]) }
        }
        return String(text)
    }
}
