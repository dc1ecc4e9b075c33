import FluvioTransport
import Glibc
import Synchronization
import Unix

/// A segment that takes no more records.
struct ClosedSegment: Equatable, Sendable {
    /// Its first offset, after which its files are named.
    let base: Int64
    /// The offset after its last batch.
    var end: Int64
    /// Bytes of its log file up to there.
    var size: Int
    /// Bytes of its index file.
    var indexSize: Int
    /// Damaged parts, rising.
    var holes: [Hole] = []
}

/// A closed segment that is open for reading.
final class OpenSegment: Sendable {
    let base: Int64
    let file: SharedFile
    let index: SparseIndex
    private let checked: Mutex<Range<Int>>

    /// `checked`: bytes whose batches have been looked at.
    init(base: Int64, file: SharedFile, index: SparseIndex, checked: Range<Int> = 0..<0) {
        self.base = base
        self.file = file
        self.index = index
        self.checked = Mutex(checked)
    }

    /// Whether every batch in these bytes follows on the one before.
    func isChecked(_ bytes: Range<Int>) -> Bool {
        checked.withLock { $0.lowerBound <= bytes.lowerBound && bytes.upperBound <= $0.upperBound }
    }

    /// Every batch in these bytes follows on the one before. One stretch is remembered: that of a reader who goes on.
    func noteChecked(_ bytes: Range<Int>) {
        checked.withLock { checked in
            if checked.lowerBound <= bytes.lowerBound, bytes.lowerBound <= checked.upperBound {
                checked = checked.lowerBound..<max(checked.upperBound, bytes.upperBound)
            } else {
                checked = bytes
            }
        }
    }
}

/// The segment that is written to.
struct ActiveSegment: ~Copyable {
    let base: Int64
    /// Open for reading and writing.
    let file: SharedFile
    let indexFile: FileDescriptor
    /// Bytes of the log file.
    var size = 0
    var index = SparseIndex()
    /// Entries that the index file holds already: fewer than the index after a write to it failed.
    var indexWritten = 0
    var holes: [Hole] = []

    /// Makes the files of an empty segment.
    static func create(base: Int64, in directory: String) throws(SystemError) -> ActiveSegment {
        try open(base: base, in: directory, flags: O_CREAT | O_TRUNC)
    }

    /// Opens the files of a segment as they are; an index that is missing is made.
    static func open(base: Int64, in directory: String) throws(SystemError) -> ActiveSegment {
        try open(base: base, in: directory, flags: O_CREAT)
    }

    private static func open(base: Int64, in directory: String, flags: CInt) throws(SystemError) -> ActiveSegment {
        let log = try FileDescriptor.open("\(directory)/\(LogFile.log(base: base).name)", O_RDWR | flags)
        let index = try FileDescriptor.open("\(directory)/\(LogFile.index(base: base).name)", O_RDWR | flags)
        if try Unix.size(index.raw) < SparseIndex.preallocatedSize {
            try Unix.truncate(index.raw, to: SparseIndex.preallocatedSize)
        }
        return ActiveSegment(base: base, file: SharedFile(log), indexFile: index)
    }

    /// Writes the entries that the index file lacks.
    mutating func writeIndex() throws(SystemError) {
        guard indexWritten < index.entries.count else { return }
        try Unix.write(index.fileBytes(from: indexWritten), to: indexFile.raw, at: indexWritten * SparseIndex.entrySize)
        indexWritten = index.entries.count
    }

    /// Writes the index file anew, where the index has fewer or other entries than it.
    mutating func rewriteIndex() throws(SystemError) {
        try Unix.truncate(indexFile.raw, to: 0)
        try Unix.truncate(indexFile.raw, to: SparseIndex.preallocatedSize)
        try Unix.write(index.fileBytes(), to: indexFile.raw, at: 0)
        indexWritten = index.entries.count
    }

    /// Ends the index file after its entries, as those of closed segments.
    mutating func closeIndex() throws(SystemError) {
        try writeIndex()
        try Unix.truncate(indexFile.raw, to: SparseIndex.closedFileSize(entries: index.entries.count))
    }

    /// The segment without its files, to be kept once it takes no more records. `end`: the offset after its last batch.
    func closed(end: Int64) -> ClosedSegment {
        ClosedSegment(
            base: base, end: end, size: size, indexSize: SparseIndex.closedFileSize(entries: index.entries.count),
            holes: holes)
    }
}
