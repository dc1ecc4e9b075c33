/// Versions as clients and packages state them.
enum SemanticVersion {
    /// `MAJOR.MINOR.PATCH`, and what may follow behind `-` and `+`.
    static func isOne(_ text: some StringProtocol) -> Bool {
        let core = text.prefix { $0 != "-" && $0 != "+" }
        let rest = text[core.endIndex...]
        let numbers = core.split(separator: ".", omittingEmptySubsequences: false)
        let allowed: (Character) -> Bool = { character in
            character.isASCII && (character.isLetter || character.isNumber || "-+.".contains(character))
        }
        return numbers.count == 3
            && numbers.allSatisfy { number in
                !number.isEmpty && number.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && (number.count == 1 || number.first != "0")
            }
            && rest.count != 1 && rest.allSatisfy(allowed)
    }
}
