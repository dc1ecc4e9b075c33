/// Which records of a partition are settled, and where they stand: pure. Records are counted from 0 in the order in
/// which they were appended, which is the order in which they are settled.
struct SettledRecords: Sendable {
    /// Stretches of following offsets that are remembered; of records before them the place is forgotten.
    static let maximumStretches = 1024

    private struct Stretch {
        var first: Int
        var count: Int
        var offset: Int64
    }

    /// Records that are settled.
    private(set) var count = 0
    private var stretches: [Stretch] = []

    /// The next `added` records are stored from `offset` on; nil: somewhere.
    mutating func settle(_ added: Int, at offset: Int64?) {
        defer { count += added }
        guard let offset else { return }
        if let last = stretches.last, last.first + last.count == count, last.offset + Int64(last.count) == offset {
            stretches[stretches.count - 1].count += added
            return
        }
        if stretches.count == Self.maximumStretches { stretches.removeFirst(Self.maximumStretches / 2) }
        stretches.append(Stretch(first: count, count: added, offset: offset))
    }

    /// Where a settled record stands; nil if that is not known (any more).
    func offset(of record: Int) -> Int64? {
        var low = 0
        var high = stretches.count
        while low < high {
            let middle = (low + high) / 2
            if stretches[middle].first <= record { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let stretch = stretches[low - 1]
        return record < stretch.first + stretch.count ? stretch.offset + Int64(record - stretch.first) : nil
    }
}
