extension CommandOptions {
    /// The operands among these arguments; up to a word that is wrong, of which the parser will tell.
    package static func operands(in arguments: [String]) -> [String] {
        var table = OptionTable(defaults: Self())
        declare(&table)
        table.include(\.common)
        var reader = ArgumentReader(arguments)
        var operands: [String] = []
        while let token = (try? reader.next(table.options)).flatMap({ $0 }) {
            if case .operand(let word, _) = token { operands.append(word) }
        }
        return operands
    }

    /// Whether an option is one of these, and its value one that it takes, whatever the others are: for options that do not
    /// stand on the command line, whose places an error is to name.
    ///
    /// - Parameter word: as on a command line: `--name`, or `--name=value`.
    package static func verify(_ word: String) throws(UsageError) {
        var table = OptionTable(defaults: Self())
        declare(&table)
        table.include(\.common)
        var reader = ArgumentReader([word])
        guard case .option(let index, let value, let spelling)? = try reader.next(table.options) else { return }
        guard case .sets = table.options[index].role else {
            throw UsageError("'\(spelling)' is for the command line alone")
        }
        var values = Self()
        do throws(ValueError) {
            try table.setters[index](&values, value)
        } catch {
            throw UsageError("\(spelling): \(error)")
        }
    }
}
