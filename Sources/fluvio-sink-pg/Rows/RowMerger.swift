import Glibc

/// Makes one row of two partial ones of the same key. Rows are as they are sent: their columns, which of those are set,
/// and what is to be done.
struct RowMerger: Sendable {
    /// The table's columns.
    let columns: Int
    let isBinary: Bool
    private var earlierParts: [Range<Int>] = []
    private var laterParts: [Range<Int>] = []

    init(columns: Int, isBinary: Bool) { (self.columns, self.isBinary) = (columns, isBinary) }

    /// The row of both; what the later one sets goes before.
    mutating func merge(_ earlier: ArraySlice<UInt8>, _ later: UnsafeRawBufferPointer) -> [UInt8] {
        let second = unsafe Array(later)
        let (first, wasDeleted) = (Array(earlier), operation(earlier.last { $0 != 0x0a }) == .delete)
        guard operation(second.last { $0 != 0x0a }) == .put else { return second }
        var result = second
        if wasDeleted {
            // What was there before is not to shine through.
            let place = isBinary ? second.count - 1 : second.count - 2
            result[place] = RowKind.replace.rawValue
            return result
        }
        split(first, into: &earlierParts)
        split(second, into: &laterParts)
        result = isBinary ? Array(second[..<2]) : []
        let (old, new) = (earlierParts[columns], laterParts[columns])
        for column in 0..<columns {
            let isLater = isSet(column, second, new) || !isSet(column, first, old)
            result += isLater ? second[laterParts[column]] : first[earlierParts[column]]
            if !isBinary { result.append(0x09) }
        }
        let mask = result.count
        result += second[new]
        for column in 0..<columns where isSet(column, first, old) { result[mask + place(of: column)] |= 1 }
        if !isBinary { result.append(0x09) }
        // A row that replaces what is there still does.
        result += first[earlierParts[columns + 1].lowerBound...]
        return result
    }

    private func operation(_ letter: UInt8?) -> RowKind? { letter.flatMap { RowKind(rawValue: $0) } }

    /// Where the last digit or byte of a column stands in the value that says which are set.
    private func place(of column: Int) -> Int { isBinary ? 4 + column : 3 + 2 * column + 1 }

    private func isSet(_ column: Int, _ row: [UInt8], _ mask: Range<Int>) -> Bool {
        row[mask.lowerBound + place(of: column)] & 1 == 1
    }

    /// Where the columns of a row stand, each with its length in binary.
    private func split(_ row: [UInt8], into parts: inout [Range<Int>]) {
        parts.removeAll(keepingCapacity: true)
        var start = isBinary ? 2 : 0
        while start < row.count {
            var end = start
            if isBinary {
                let length = unsafe row.withUnsafeBytes { bytes in
                    unsafe Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: Int32.self))
                }
                end = start + 4 + max(0, Int(length))
                parts.append(start..<end)
                start = end
            } else {
                while row[end] != 0x09, row[end] != 0x0a { end += 1 }
                parts.append(start..<end)
                start = end + 1
            }
        }
    }
}
