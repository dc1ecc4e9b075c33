import Unix

/// Where some batches of a segment stand: what its `.index` file holds (protocol: on-disk format).
struct SparseIndex: Equatable, Sendable {
    /// One batch and its place.
    struct Entry: Equatable, Sendable {
        /// Its base offset, less that of the segment.
        var offset: UInt32
        /// Where it begins in the log file.
        var position: UInt32
    }

    /// Bytes of an entry in the file.
    static let entrySize = 8
    /// What the file of the active segment is made long in advance, as a hole. Fluvio maps it into memory.
    static let preallocatedSize = 10_485_760
    /// A batch gets an entry when so many bytes of batches stand between it and the one that got the last (at first:
    /// and the start of the segment), neither of the two counted.
    static let interval = 4_096

    /// Rising in both fields.
    private(set) var entries: [Entry] = []
    private var gap = 0

    /// Of an empty segment.
    init() {}

    /// Takes note of the next batch of the segment.
    mutating func note(offset: UInt32, position: UInt32, size: Int) {
        if gap >= Self.interval {
            entries.append(Entry(offset: offset, position: position))
            gap = 0
        } else {
            gap += size
        }
    }

    /// Steps over bytes that hold no batch: where they were damaged, they count as the batches that they were.
    mutating func skip(size: Int) { gap += size }

    /// The last entry at or before an offset, given less the segment's base.
    func entry(atOrBeforeOffset offset: Int64) -> Entry? { last { Int64($0.offset) <= offset } }

    /// The last entry at or before a position in the log file.
    func entry(atOrBeforePosition position: Int) -> Entry? { last { Int($0.position) <= position } }

    private func last(where holds: (Entry) -> Bool) -> Entry? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if holds(entries[middle]) { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? entries[low - 1] : nil
    }
}

extension SparseIndex {
    /// Reads the file of a segment whose log has `logSize` bytes. Nil if it cannot be right: entries that do not rise
    /// or lie outside the log, a torn entry, anything behind the end mark (an entry at position 0, which the file of
    /// a segment without entries begins with).
    init?(file bytes: [UInt8], logSize: Int) {
        guard bytes.count.isMultiple(of: Self.entrySize) else { return nil }
        var ended = false
        for start in stride(from: 0, to: bytes.count, by: Self.entrySize) {
            let entry = Entry(
                offset: Self.number(bytes, at: start), position: Self.number(bytes, at: start + 4))
            if entry.position == 0 {
                guard entry.offset == 0 else { return nil }
                ended = true
                continue
            }
            guard !ended, Int(entry.position) < logSize else { return nil }
            if let last = entries.last {
                guard last.offset < entry.offset, last.position < entry.position else { return nil }
            }
            entries.append(entry)
        }
    }

    /// The bytes in the file of the entries from `first` on.
    func fileBytes(from first: Int = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        guard first < entries.count else { return bytes }
        bytes.reserveCapacity((entries.count - first) * Self.entrySize)
        for entry in entries[first...] {
            for number in [entry.offset, entry.position] {
                for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
            }
        }
        return bytes
    }

    /// Writes the file of a closed segment.
    static func writeClosed(_ index: SparseIndex, to path: String) throws(SystemError) {
        let endMark = [UInt8](repeating: 0, count: entrySize)
        try Unix.replaceContents(of: path, with: index.entries.isEmpty ? endMark : index.fileBytes())
    }

    /// Bytes of the file of a closed segment with so many entries: there is always room for one, the end mark.
    static func closedFileSize(entries: Int) -> Int { max(1, entries) * entrySize }

    private static func number(_ bytes: [UInt8], at start: Int) -> UInt32 {
        bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
