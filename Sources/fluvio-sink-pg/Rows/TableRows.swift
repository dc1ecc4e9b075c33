/// A record that is a row, or was to be one.
struct RowEntry: Sendable {
    var offset: Int64
    /// Behind the row among those of its table; it begins where the one before ends.
    var end: UInt32
    /// Which partition the record is of.
    var lane: Int32
    /// The row of the same key that takes its place if the server refuses it; -1: none.
    var alternative: Int32 = -1
    /// It is not written: another one of the same key is, or the server has refused it.
    var isLeftOut = false
}

/// The rows of one table.
struct TableRows: Sendable {
    /// The rows one after the other, without the head and the tail of a binary COPY.
    var bytes: [UInt8] = []
    var entries: [RowEntry] = []
    /// Finds rows of the same key.
    var index = KeyIndex()

    /// Where a row begins.
    func start(of entry: Int) -> Int { entry == 0 ? 0 : Int(entries[entry - 1].end) }

    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        index.clear()
    }
}
