import Documents
import FluvioClient

/// The lookup of a long option by its name or an unambiguous prefix of it.
enum LongName {
    /// An option found.
    struct Match: Equatable {
        /// Its index in the table.
        let index: Int
        /// Its full name.
        let name: String
        /// Whether the name was `--no-NAME`.
        let isNegation: Bool
    }

    /// Finds the option that `typed` (with its dashes) names. An exact name wins over longer ones; several names of one
    /// option are no ambiguity.
    static func match(_ typed: String, _ options: [OptionInfo]) throws(UsageError) -> Match {
        var matches: [Match] = []
        var known: [String] = []
        for (index, option) in options.enumerated() {
            for name in option.allNames where name.hasPrefix("--") {
                for isNegation in option.isNegatable ? [false, true] : [false] {
                    let name = isNegation ? "--no-" + name.dropFirst(2) : name
                    let match = Match(index: index, name: name, isNegation: isNegation)
                    if name == typed { return match }
                    if option.isHidden { continue }
                    known.append(name)
                    if name.hasPrefix(typed) { matches.append(match) }
                }
            }
        }
        guard let first = matches.first else {
            let guess = Suggestion.nearest(to: typed, among: known).map { "; did you mean '\($0)'?" } ?? ""
            throw UsageError("unknown option '\(typed)'\(guess)")
        }
        if matches.contains(where: { $0.index != first.index || $0.isNegation != first.isNegation }) {
            let names = matches.map { "'\($0.name)'" }.joined(separator: ", ")
            throw UsageError("option '\(typed)' is ambiguous: \(names)")
        }
        return first
    }

    /// The option meant by a long name with one dash, `-from`, where no bundle of short options can be meant, as its
    /// first letter is none.
    static func behindOneDash(_ argument: String, _ options: [OptionInfo]) -> String? {
        let letter = String(argument.unicodeScalars.prefix(2))
        let name = "-" + String(argument.unicodeScalars.prefix { $0 != "=" })
        for option in options where !option.isHidden {
            if option.allNames.contains(letter) { return nil }
        }
        return options.first { $0.allNames.contains(name) && !$0.isHidden }.map { _ in name }
    }
}
