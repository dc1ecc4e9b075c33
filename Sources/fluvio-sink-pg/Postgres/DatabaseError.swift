import CPostgres

/// What PostgreSQL, or the way to it, had to say against something.
struct DatabaseError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Five characters; empty where the connection itself failed and the server said nothing.
    var state: SQLState
    /// The message, one line.
    var message: String
    var detail: String?
    var hint: String?
    /// Where the server was, as "COPY t, line 3, column a: …".
    var context: String?
    var column: String?
    var constraint: String?
    /// The connection is of no use any more.
    var isConnectionLost = false

    var description: String {
        let code = state.code.isEmpty ? "" : " (SQLSTATE \(state.code))"
        return "PostgreSQL: \(message)\(code)" + (detail.map { ": \($0)" } ?? "")
    }

    /// The line of the COPY that failed, from 1.
    var copyLine: Int? { context.flatMap(CopyContext.line) }
}

/// Reads where in a COPY an error was.
enum CopyContext {
    /// The number after `, line ` in the line that begins with `COPY `; nil if there is none.
    ///
    /// The words are translated on servers that speak another language, and what follows the number may be the value,
    /// with line feeds in it: only the first line that begins so counts, and in it the first number behind the table.
    static func line(_ context: String) -> Int? {
        for line in context.split(separator: "\n") where line.hasPrefix("COPY ") {
            // The table's name may hold anything but is followed by a comma.
            guard let comma = line.range(of: ", ") else { return nil }
            let digits = line[comma.upperBound...].drop { !$0.isASCII || !$0.isNumber }.prefix {
                $0.isASCII && $0.isNumber
            }
            return Int(digits)
        }
        return nil
    }
}

extension StringProtocol {
    /// Where a text is found first.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
