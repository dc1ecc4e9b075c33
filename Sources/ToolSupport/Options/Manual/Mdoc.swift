/// Text as mdoc(7), the language of manual pages.
struct Mdoc {
    /// What is written so far.
    private(set) var text = ""

    /// A macro with arguments that are written as they are.
    mutating func macro(_ name: String, _ arguments: String...) {
        text += "." + ([name] + arguments).joined(separator: " ") + "\n"
    }

    /// Prose, in the markup of ``Prose``. The first paragraph follows what stands before without a gap.
    mutating func prose(_ source: String) {
        for (index, block) in Prose.blocks(source).enumerated() {
            switch block {
            case .paragraph(let text):
                if index > 0 { macro("Pp") }
                sentences(text)
            case .list(let items):
                macro("Bl", "-bullet")
                for item in items {
                    macro("It")
                    sentences(item)
                }
                macro("El")
            case .literal(let lines): literal(lines)
            }
        }
    }

    /// Lines shown as they are.
    mutating func literal(_ lines: [String]) {
        macro("Bd", "-literal", "-offset", "indent")
        for line in lines { text += Self.line(Self.escape(line, isLiteral: true)) + "\n" }
        macro("Ed")
    }

    /// A paragraph, each sentence on a line of its own, as mdoc wants it.
    private mutating func sentences(_ paragraph: String) {
        var isLiteral = false
        var line = ""
        func flush(_ text: inout String) {
            if !line.isEmpty { text += Self.line(line) + "\n" }
            line = ""
        }
        let scalars = Array(paragraph.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "`" {
                line += isLiteral ? "\\fP" : "\\fB"
                isLiteral.toggle()
            } else if scalar == " ", !isLiteral, index > 0, ".?!".unicodeScalars.contains(scalars[index - 1]),
                index + 1 < scalars.count, scalars[index + 1] == "`" || scalars[index + 1].properties.isUppercase
            {
                flush(&text)
            } else {
                line += Self.escape(String(scalar), isLiteral: isLiteral)
            }
            index += 1
        }
        flush(&text)
    }

    /// Text for the inside of a line. Literal text keeps its dashes, quotes and tildes as ASCII, so that it can be copied
    /// from the page to a shell.
    static func escape(_ text: String, isLiteral: Bool) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += "\\e"
            case "-" where isLiteral: escaped += "\\-"
            case "'" where isLiteral: escaped += "\\(aq"
            case "`" where isLiteral: escaped += "\\(ga"
            case "^" where isLiteral: escaped += "\\(ha"
            case "~" where isLiteral: escaped += "\\(ti"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }

    /// One argument of a macro: quoted, and kept from being taken for a macro or for punctuation.
    static func argument(_ text: String, isLiteral: Bool = true) -> String {
        let escaped = escape(text, isLiteral: isLiteral).split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\\(dq")
        let isShort = text.unicodeScalars.count <= 3
        let guarded = isShort ? "\\&" + escaped : escaped
        return guarded.contains(" ") || guarded.isEmpty ? "\"\(guarded)\"" : guarded
    }

    /// A line that is no request, whatever it starts with.
    private static func line(_ text: String) -> String {
        text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }
}
