extension OptionTable {
    /// An option that sets no variable: help, version.
    mutating func special(
        _ names: String..., aliases: [String] = [], role: OptionInfo.Role,
        argument: OptionInfo.Argument = .none(negatable: false),
        completion: Completion = .none, help: String, isHidden: Bool = false
    ) {
        add(names, aliases, argument, completion: completion, help: help, isHidden: isHidden, role: role) {
            (_, _) throws(ValueError) in
        }
    }

    /// An option that people know from other tools and that is none here; it is refused, and `hint` is said of it. Nothing
    /// shows it.
    package mutating func foreign(_ names: String..., hint: String) {
        add(names, [], .none(negatable: false), help: hint, isHidden: true, role: .foreign(hint)) {
            (_, _) throws(ValueError) in
        }
    }

    /// Reads the value of an environment variable that stands for a flag.
    static func truth(_ text: String) throws(ValueError) -> Bool {
        switch text.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off": return false
        default: throw ValueError("'\(text)' is neither 1 nor 0")
        }
    }

    /// What is wrong with the declarations, one line each; a test wants none.
    package var problems: [String] {
        var problems: [String] = []
        var seen: Set<String> = []
        for option in options {
            if option.names.isEmpty { problems.append("an option has no name: \(option.help)") }
            for name in option.allNames {
                if !seen.insert(name).inserted { problems.append("\(name) is declared twice") }
                if !Self.isName(name) { problems.append("\(name) is neither -x nor --word") }
                if option.isNegatable, name.hasPrefix("--"), !seen.insert("--no-" + name.dropFirst(2)).inserted {
                    problems.append("\(name): its negation is declared as well")
                }
            }
            if option.help.isEmpty || option.help.hasSuffix(".") || option.help.contains("\n") {
                problems.append("\(option.title): help is one line without a full stop")
            }
            if option.isNegatable, !option.names.contains(where: { $0.hasPrefix("--") }) {
                problems.append("\(option.title) has no long name to negate")
            }
        }
        let many = operands.filter { if case .many = $0.count { true } else { false } }
        if many.count > 1 { problems.append("two operands take as many as there are") }
        return problems
    }

    private static func isName(_ name: String) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: false
            }
        }
        let bytes = Array(name.utf8)
        guard bytes.first == UInt8(ascii: "-"), bytes.count >= 2 else { return false }
        if bytes.count == 2 { return isLetter(bytes[1]) }
        return bytes[1] == UInt8(ascii: "-") && bytes.count > 3
            && bytes.dropFirst(2).allSatisfy { isLetter($0) || $0 == UInt8(ascii: "-") }
    }
}
