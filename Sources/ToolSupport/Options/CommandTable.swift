/// The table of one command without its type: what the parser reads, and how the values become something to run.
package struct CommandTable: Sendable {
    /// An option given, by its index in ``options``.
    struct Setting: Equatable, Sendable {
        let option: Int
        let value: GivenValue
        /// How messages name it: as typed, or the environment variable.
        let spelling: String
    }

    /// A command line understood.
    struct Ready: Sendable {
        let common: CommonOptions
        let body: Command.Body
    }

    /// The command's options, then the common ones.
    package private(set) var options: [OptionInfo]
    /// The command's operands.
    package let operands: [OperandInfo]
    /// What is wrong with the declarations.
    package let problems: [String]
    /// Sets the variables in the order of the settings, then those of the operands.
    let prepare: @Sendable ([Setting], [String]) throws(UsageError) -> Ready

    init<Options: CommandOptions>(
        _ type: Options.Type, check: @escaping @Sendable (Options) -> Void = { _ in },
        _ run: @escaping @Sendable (Options, ToolContext) async throws -> Outcome
    ) {
        var table = OptionTable(defaults: Options())
        Options.declare(&table)
        table.include(\.common)
        options = table.options
        operands = table.operands
        problems = table.problems
        let setters = table.setters
        let resets = table.resets
        let operandSetters = table.operandSetters
        let operands = table.operands
        let names = options.map { $0.names.last ?? "" }
        prepare = { (settings, words) throws(UsageError) in
            var values = Options()
            for option in Set(settings.map(\.option)) { resets[option](&values) }
            for setting in settings {
                do throws(ValueError) {
                    try setters[setting.option](&values, setting.value)
                } catch {
                    throw UsageError("\(setting.spelling): \(error)")
                }
                values.common.origins[names[setting.option]] = setting.spelling
            }
            for (word, index) in zip(words, try OperandInfo.assign(words, to: operands)) {
                do throws(ValueError) {
                    try operandSetters[index](&values, word)
                } catch {
                    throw UsageError("\(operands[index].name): \(error)")
                }
            }
            try values.validate()
            let ready = values
            check(ready)
            return Ready(common: ready.common) { context in try await run(ready, context) }
        }
    }

    /// The same, with the options of these commands that mean the same in all of them that have them.
    func widened(with commands: [Command]) -> CommandTable {
        var wider = self
        func leaves(_ commands: [Command]) -> [Command] {
            commands.flatMap { $0.commands.isEmpty ? [$0] : leaves($0.commands) }
        }
        for option in leaves(commands).flatMap(\.table.options) {
            if !wider.options.contains(where: { option.means($0) }) { wider.options.append(option) }
        }
        // Two that share a name and mean different things: nobody can tell which is meant.
        let shared = wider.options.dropFirst(options.count).filter { option in
            !wider.options.contains { !$0.means(option) && !Set($0.allNames).isDisjoint(with: option.allNames) }
        }
        wider.options = options + shared
        return wider
    }

    /// The options that every tool has, for a group of commands.
    static var common: CommandTable {
        struct Nothing: CommandOptions {
            var common = CommonOptions()
            static func declare(_ table: inout OptionTable<Self>) {}
        }
        return CommandTable(Nothing.self) { _, _ in .exit(.success) }
    }
}

extension OperandInfo {
    /// How many words it must have.
    private var least: Int {
        switch count {
        case .one: 1
        case .optional: 0
        case .many(let least): least
        }
    }

    /// How many words these operands must have.
    static func least(_ operands: [OperandInfo]) -> Int { operands.reduce(0) { $0 + $1.least } }

    /// Which of the operands each word is for, by index: those that must be there first, then optional ones from the
    /// left, and the rest for those that take many.
    static func assign(_ words: [String], to operands: [OperandInfo]) throws(UsageError) -> [Int] {
        var counts = operands.map(\.least)
        var spare = words.count - counts.reduce(0, +)
        if spare < 0 {
            var left = words.count
            let missing = zip(operands, counts).first {
                left -= $0.1; return left < 0
            }
            throw UsageError("\(missing?.0.name ?? "an operand") is missing")
        }
        for (index, operand) in operands.enumerated() where operand.count == .optional && spare > 0 {
            counts[index] = 1
            spare -= 1
        }
        for (index, operand) in operands.enumerated() {
            guard case .many = operand.count else { continue }
            counts[index] += spare
            spare = 0
        }
        if spare > 0 { throw UsageError("one operand too many: '\(words[words.count - spare])'") }
        return counts.enumerated().flatMap { index, count in repeatElement(index, count: count) }
    }
}
