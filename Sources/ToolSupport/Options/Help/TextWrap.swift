/// Breaking lines of text.
enum TextWrap {
    /// The lines of a text broken at spaces, none longer than `width` except for a longer word. Widths count scalars.
    static func lines(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, length(line) + 1 + length(word) > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// Two columns: the left texts indented by two, the right ones wrapped beside them. A left text that is too long for
    /// its column stands on a line of its own.
    static func columns(_ rows: [(left: String, right: String)], column: Int, width: Int) -> String {
        var text = ""
        for row in rows {
            let indent = String(repeating: " ", count: column)
            var lines = lines(row.right, width: max(width - column, 20))
            let left = "  " + row.left
            if length(left) + 2 <= column, !lines.isEmpty {
                text += left + String(repeating: " ", count: column - length(left)) + lines.removeFirst() + "\n"
            } else {
                text += left + "\n"
            }
            for line in lines { text += indent + line + "\n" }
        }
        return text
    }

    /// Where the right column starts: after the longest left text, but those longer than 28 do not count.
    static func column(_ left: [String]) -> Int { (left.map { length($0) }.filter { $0 <= 28 }.max() ?? 0) + 4 }

    private static func length(_ text: some StringProtocol) -> Int { text.unicodeScalars.count }
}
