/// What stands where among arguments.
package struct GivenWords: Sendable {
    /// Places of operands.
    package var operands: [Int] = []
    /// The last value of each option that has one, by its long name.
    package var values: [String: String] = [:]
    /// Where `--` stands, behind which all are operands.
    package var end: Int?
}

extension CommandOptions {
    /// What stands where among these arguments; up to a word that is wrong, of which the parser will tell.
    package static func words(in arguments: [String]) -> GivenWords {
        var table = OptionTable(defaults: Self())
        declare(&table)
        table.include(\.common)
        var reader = ArgumentReader(arguments)
        var words = GivenWords()
        while let token = (try? reader.next(table.options)).flatMap({ $0 }) {
            switch token {
            case .operand(_, let isCertain):
                let place = reader.position - 1
                if isCertain, words.end == nil { words.end = place - 1 }
                words.operands.append(place)
            case .option(let index, .value(let value), _): words.values[table.options[index].title] = value
            case .option: break
            }
        }
        return words
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
