import FluvioProtocol
import FluvioTransport
import Unix

/// An error, or a reason to look closer before there is one.
enum DamageFound: Error {
    case read(ReadError)
    /// No batch where one should be, in the segment of that base.
    case damage(Int64)
}

/// Where to look for batches.
struct ReadPlan {
    let file: SharedFile
    /// Base of the segment.
    let segment: Int64
    let offset: Int64
    let maximumBytes: Int
    /// A batch at or before the one wanted, or just that if `isExact`.
    let from: Int
    let isExact: Bool
    /// A batch not far before the end of the slice.
    let near: Int
    /// Where readable bytes end, and the offset there.
    let end: Int
    let endOffset: Int64
    /// The slice ends at or before this offset.
    let bound: Int64
    let logStart: Int64
    let highWatermark: Int64
    /// An older segment, of whose batches not all have been looked at; nil: all have.
    let unchecked: OpenSegment?

    /// Looks at the batches' headers: all that have not been looked at before, else as few as possible. Nil if not even
    /// the first batch ends before the bound.
    func slice() throws(DamageFound) -> LogSlice? {
        var walk = BatchWalk(file: file.raw, segment: segment, position: from, end: end)
        if !isExact {
            // To the batch that holds the offset.
            while true {
                let batch = try walk.peek()
                if batch.next > offset {
                    guard batch.base <= offset else { throw .damage(segment) }
                    break
                }
                walk.step(batch)
            }
        }
        let start = walk.position
        let (reach, overflow) = start.addingReportingOverflow(maximumBytes)
        if unchecked?.isChecked(start..<min(end, overflow ? .max : max(reach, start))) ?? true {
            if end - start <= maximumBytes, endOffset <= bound { return made(start, end, endOffset) }
            if near > start { walk.position = near }
        }
        var next: Int64?
        while walk.position < end {
            let batch = try walk.peek()
            guard batch.next <= bound, walk.position + batch.size - start <= maximumBytes else {
                // The first batch goes out whatever its length.
                if walk.position == start, batch.next <= bound {
                    walk.step(batch)
                    next = batch.next
                } else if next == nil {
                    next = batch.base
                }
                break
            }
            walk.step(batch)
            next = batch.next
        }
        guard walk.position > start else { return nil }
        if walk.position == end, next != endOffset { throw .damage(segment) }
        unchecked?.noteChecked(start..<walk.position)
        return made(start, walk.position, next ?? endOffset)
    }

    private func made(_ start: Int, _ end: Int, _ next: Int64) -> LogSlice {
        LogSlice(
            file: file, position: start, count: end - start, next: next, start: logStart,
            highWatermark: highWatermark, mark: LogMark(segment: segment, offset: next, position: end))
    }
}

/// Goes through headers in a file.
struct BatchWalk {
    struct Batch {
        let base: Int64
        let next: Int64
        let size: Int
    }

    let segment: Int64
    var position: Int
    private let end: Int
    private var window: FileWindow

    /// From the batch at `position` of an open file of that segment to `end`.
    init(file: CInt, segment: Int64, position: Int, end: Int) {
        self.segment = segment
        self.position = position
        self.end = end
        window = FileWindow(file: file, chunk: 4_096)
    }

    mutating func peek() throws(DamageFound) -> Batch {
        let at = position
        let header: BatchHeader??
        do throws(SystemError) {
            header = try unsafe window.bytes(at: at, count: min(end - at, BatchHeader.size + BatchHeader.schemaIDSize))
            {
                bytes in
                unsafe BatchHeader(reading: bytes, at: 0)
            }
        } catch {
            throw .read(.failed(error.description))
        }
        guard let header, let header, header.isPossible, at + header.wholeSize <= end, let next = header.nextOffset
        else { throw .damage(segment) }
        return Batch(base: header.baseOffset, next: next, size: header.wholeSize)
    }

    mutating func step(_ batch: Batch) { position += batch.size }
}
