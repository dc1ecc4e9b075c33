/// Lines that may be one record with those to come: pure. The limit holds for the record, whatever its lines are.
struct PendingRecord {
    /// What a line is to the lines before it.
    enum Place: Equatable {
        /// It begins a record.
        case begins
        /// It goes on with the record that is pending.
        case continues
        /// It does, and makes it too long; the record begins here.
        case exceeds(Int)
        /// It is of a record that was cut or left out.
        case passes
    }

    /// Its bytes in the window, and where what follows begins there; nil: nothing is pending.
    private(set) var lines: (range: Range<Int>, next: Int)?
    /// Whether what goes on is of a record that was cut or left out.
    private(set) var isPassing: Bool

    init(isPassing: Bool) { self.isPassing = isPassing }

    /// A line comes, that ends there in the window.
    mutating func place(
        _ text: UnsafeRawBufferPointer, end: Int, limit: Int, _ grouper: LineGrouper?
    ) -> Place {
        guard let grouper, lines != nil || isPassing, unsafe grouper.continues(text) else {
            isPassing = false
            return .begins
        }
        guard let lines else {
            isPassing = grouper.isOpen
            return .passes
        }
        return end - lines.range.lowerBound <= limit ? .continues : .exceeds(lines.range.lowerBound)
    }

    /// The line begins a record.
    mutating func begin(_ range: Range<Int>, next: Int) { lines = (range, next) }

    /// The line is of the record.
    mutating func extend(to end: Int, next: Int) {
        guard let lines else { return }
        self.lines = (lines.range.lowerBound..<end, next)
    }

    /// It was handed on.
    mutating func end() { lines = nil }

    /// It was cut, or left out.
    ///
    /// - Parameter isWhole: its last line so far was seen to its end.
    mutating func pass(_ grouper: LineGrouper?, isWhole: Bool) {
        lines = nil
        isPassing = grouper?.mayGoOn(isWhole: isWhole) ?? false
    }
}
