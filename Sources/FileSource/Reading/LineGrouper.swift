import ToolSupport

/// Which lines are one record.
final class LineGrouper {
    /// What says so.
    private enum Rule {
        case begins, continues, rows
    }

    private let rule: Rule
    private var pattern: Pattern?
    private var quotes = CSVQuotes()

    /// Lines between which a quoted field of CSV is open.
    init() { rule = .rows }

    /// - Parameter isOfFirst: the first of the lines of a record matches the pattern, and else all others do.
    init(_ pattern: consuming Pattern, isOfFirst: Bool) {
        rule = isOfFirst ? .begins : .continues
        self.pattern = .some(pattern)
    }

    /// A line begins a record: whether it may have more.
    func begin(_ line: UnsafeRawBufferPointer) -> Bool {
        guard rule == .rows else { return true }
        quotes.reset()
        unsafe quotes.take(line)
        return quotes.isOpen
    }

    /// Whether a line goes on with the record before it.
    func continues(_ line: UnsafeRawBufferPointer) -> Bool {
        guard rule == .rows else {
            let isFound = unsafe pattern?.isFound(in: line) ?? false
            return isFound == (rule == .continues)
        }
        guard quotes.isOpen else { return false }
        unsafe quotes.take(line)
        return true
    }

    /// Reading begins again behind a part of a record that is too long: whether lines may come that are of it.
    ///
    /// - Parameter isWhole: as of ``mayGoOn(isWhole:)``.
    func resume(isWhole: Bool) -> Bool {
        quotes = CSVQuotes(isOpen: isWhole)
        return mayGoOn(isWhole: isWhole)
    }

    /// Whether lines may come that are of a record which is too long. Of a row whose last line was not seen to its end it is
    /// not known whether a field is open.
    func mayGoOn(isWhole: Bool) -> Bool { rule == .rows ? isWhole && quotes.isOpen : true }

    /// Whether the record may have more lines still.
    var isOpen: Bool { rule == .rows ? quotes.isOpen : true }
}
