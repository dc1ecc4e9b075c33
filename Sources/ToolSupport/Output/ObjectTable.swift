/// Rows under headers. The rows have exactly as many cells as there are columns: short ones are filled, long ones cut.
package struct ObjectTable: Equatable, Sendable {
    /// The headers, as in `REPLICAS`.
    package let columns: [String]
    /// The rows.
    package private(set) var rows: [[String]] = []

    /// An empty table.
    package init(_ columns: [String]) { self.columns = columns }

    /// Adds a row.
    package mutating func append(_ row: [String]) {
        rows.append(Array((row + Array(repeating: "", count: max(0, columns.count - row.count))).prefix(columns.count)))
    }

    /// The table as lines, or nothing where it has no rows: two spaces before each column, none at the end of a line.
    ///
    /// Columns are as wide as their widest cell. Where `width` is given, the widest columns are cut (`…`) until the lines
    /// fit, but none below its header.
    package func text(width: Int? = nil) -> String {
        guard !rows.isEmpty else { return "" }
        let cells = ([columns] + rows).map { $0.map(TerminalText.visible) }
        var widths = columns.indices.map { column in
            cells.reduce(0) { max($0, TerminalText.width($1[column])) }
        }
        if let width { shrink(&widths, to: width) }
        return cells.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                let cell = TerminalText.cut(cell, to: width)
                line += "  " + cell + String(repeating: " ", count: width - TerminalText.width(cell))
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    private func shrink(_ widths: inout [Int], to width: Int) {
        let headers = columns.map { TerminalText.width(TerminalText.visible($0)) }
        while widths.reduce(0, { $0 + 2 + $1 }) > width {
            let candidates = widths.indices.filter { widths[$0] > headers[$0] }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
        }
    }
}
