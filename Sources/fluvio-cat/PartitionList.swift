import ToolSupport

extension ValueKind where Value == [UInt32] {
    /// Numbers of partitions and ranges of them, as in `0,2-5`.
    static var partitions: ValueKind {
        ValueKind("LIST") { text throws(ValueError) in
            var partitions: [UInt32] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(number)
                guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last,
                    last - first < maximumRange
                else { throw ValueError("'\(text)' is no list of partitions such as 0,2-5") }
                partitions += first...last
            }
            return partitions
        }
    }

    /// A longer range is a slip: no topic has so many partitions.
    private static var maximumRange: UInt32 { 100_000 }

    private static func number(_ text: Substring) -> UInt32? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int32(text) else { return nil }
        return UInt32(number)
    }
}
