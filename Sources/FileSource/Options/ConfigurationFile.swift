package import ToolSupport
import Unix

/// Options from a file, with the names that they have on the command line.
package enum ConfigurationFile {
    /// Puts what the file of `--config` says before the arguments, which so go before it. Without one they stay.
    package static func expand(_ arguments: [String]) throws(UsageError) -> [String] {
        guard let path = path(in: arguments) else { return arguments }
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
        // The command, if there is one, comes before its options.
        var rest = arguments[...]
        var command: [String] = []
        if let first = rest.first, SourceOptions.commands.contains(first) {
            command = [first]
            rest = rest.dropFirst()
        }
        let operands = topic.map { [$0] + paths } ?? []
        return (command.isEmpty && topic != nil ? ["run"] : command) + options + rest + operands
    }

    private static func path(in arguments: [String]) -> String? {
        for (index, argument) in arguments.enumerated() {
            if argument == "--" { return nil }
            if argument == "--config", index + 1 < arguments.count { return arguments[index + 1] }
            if argument.hasPrefix("--config=") { return String(argument.dropFirst(9)) }
        }
        return nil
    }

    /// The options, and the operands.
    static func parse(
        _ text: String, _ path: String
    ) throws(UsageError) -> (options: [String], topic: String?, paths: [String]) {
        var options: [String] = []
        var topic: String?
        var paths: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = trim(line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = trim(parts[0])
            let value = parts.count > 1 ? unquoted(trim(parts[1])) : nil
            let place = "\(path), line \(index + 1)"
            guard !name.isEmpty, !name.hasPrefix("-") else { throw UsageError("\(place): NAME = VALUE is wanted") }
            switch (name, value) {
            case ("config", _): throw UsageError("\(place): a file cannot name another one")
            case ("topic", let value?): topic = value
            case ("path", let value?): paths.append(value)
            case ("topic", nil), ("path", nil): throw UsageError("\(place): \(name) needs a value")
            case (let name, let value?): options.append("--\(name)=\(value)")
            case (let name, nil): options.append("--\(name)")
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

    private static func unquoted(_ text: Substring) -> String {
        text.count >= 2 && text.first == "\"" && text.last == "\"" ? String(text.dropFirst().dropLast()) : String(text)
    }
}
