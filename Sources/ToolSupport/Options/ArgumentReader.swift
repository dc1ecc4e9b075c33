/// Takes a list of arguments apart, one option or operand at a time, as getopt_long(3) does: bundled short options,
/// attached and separate values, unambiguous prefixes of long names, options after operands, `--`.
///
/// The table may change between two calls: that is how the options of a command come into force after its name.
package struct ArgumentReader: Sendable {
    /// One step through the arguments.
    package enum Token: Equatable, Sendable {
        /// An option of the table, by index; `spelling` is how it was typed, for messages.
        case option(Int, GivenValue, spelling: String)
        /// An operand; `isCertain` after `--`, where nothing is taken for a command.
        case operand(String, isCertain: Bool)
    }

    private let arguments: [String]
    private var next = 0
    /// How many arguments have been read.
    package var position: Int { next }
    /// The rest of a bundle of short options.
    private var bundle = Substring().unicodeScalars
    private var onlyOperands = false

    /// Starts at the first argument; the program's name is not among them.
    package init(_ arguments: [String]) { self.arguments = arguments }

    /// The next option or operand; nil at the end.
    package mutating func next(_ options: [OptionInfo]) throws(UsageError) -> Token? {
        if let letter = bundle.popFirst() { return try short(letter, options) }
        guard next < arguments.count else { return nil }
        let argument = arguments[next]
        next += 1
        if onlyOperands { return .operand(argument, isCertain: true) }
        if argument == "--" {
            onlyOperands = true
            return try self.next(options)
        }
        // By scalars: an accent that follows a dash or an equals sign would be one Character with it.
        let scalars = argument.unicodeScalars
        if scalars.starts(with: "--".unicodeScalars) { return try long(argument, options) }
        if scalars.first == "-", scalars.count > 1 {
            bundle = scalars.dropFirst()
            if let guess = LongName.behindOneDash(argument, options) {
                throw UsageError("unknown option '\(argument)'; did you mean '\(guess)'?")
            }
            return try self.next(options)
        }
        return .operand(argument, isCertain: false)
    }

    private mutating func short(_ letter: Unicode.Scalar, _ options: [OptionInfo]) throws(UsageError) -> Token {
        let name = "-\(letter)"
        guard let index = options.firstIndex(where: { $0.allNames.contains(name) }) else {
            throw UsageError("unknown option '\(name)'")
        }
        switch options[index].argument {
        case .none:
            return .option(index, .bare, spelling: name)
        case .optional:
            let value = takeBundle()
            return .option(index, value.isEmpty ? .bare : .value(value), spelling: name)
        case .required(let argument):
            if !bundle.isEmpty { return .option(index, .value(takeBundle()), spelling: name) }
            return .option(index, .value(try separateValue(of: name, argument)), spelling: name)
        }
    }

    private mutating func long(_ argument: String, _ options: [OptionInfo]) throws(UsageError) -> Token {
        let parts = argument.unicodeScalars.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let typed = String(parts[0])
        let value = parts.count > 1 ? String(parts[1]) : nil
        let match = try LongName.match(typed, options)
        let option = options[match.index]
        switch option.argument {
        case .none:
            guard value == nil else { throw UsageError("option '\(match.name)' takes no value") }
            return .option(match.index, match.isNegation ? .negated : .bare, spelling: match.name)
        case .optional:
            return .option(match.index, value.map { .value($0) } ?? .bare, spelling: match.name)
        case .required(let name):
            if let value { return .option(match.index, .value(value), spelling: match.name) }
            return .option(match.index, .value(try separateValue(of: match.name, name)), spelling: match.name)
        }
    }

    private mutating func takeBundle() -> String {
        defer { bundle = Substring().unicodeScalars }
        return String(bundle)
    }

    private mutating func separateValue(of name: String, _ argument: String) throws(UsageError) -> String {
        guard next < arguments.count else { throw UsageError("option '\(name)' wants a value: \(name) \(argument)") }
        defer { next += 1 }
        return arguments[next]
    }
}
