/// The newest records of a lane that its logs are known to hold, by slot: pure. A log that holds less than them, or others
/// in their place, is another one of the same name.
struct KnownRecords: Equatable, Sendable {
    /// Their offsets; nil: none is known.
    private(set) var offsets: [Int64?]
    /// Nothing is known where what is stored may be taken back, or has not the offsets that are told of it.
    private let isKept: Bool

    init(_ offsets: [Int64?], isKept: Bool) {
        self.offsets = isKept ? offsets : offsets.map { _ in nil }
        self.isKept = isKept
    }

    /// The next records of a slot are stored, from `offset` on.
    ///
    /// - Returns: the offset that the log held before, if it cannot be the same: it counts anew.
    mutating func stored(_ slot: Int, count: Int, at offset: Int64) -> Int64? {
        guard isKept, count > 0 else { return nil }
        let before = offsets[slot]
        offsets[slot] = offset + Int64(count) - 1
        return before.flatMap { offset <= $0 ? $0 : nil }
    }

    /// The logs are others.
    mutating func forget() { offsets = offsets.map { _ in nil } }
}
