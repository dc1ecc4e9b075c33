import FluvioProtocol
package import FluvioTransport
import Glibc
import Synchronization
import Unix

/// Whole batches in a file, to be sent from there.
package struct LogSlice: Sendable {
    /// Stays readable when its segment is deleted.
    package let file: SharedFile
    /// Where the first batch begins.
    package let position: Int
    /// Bytes.
    package let count: Int
    /// The offset after the last batch.
    package let next: Int64
    /// First offset of the log and its high watermark, as of the read.
    package let start: Int64
    package let highWatermark: Int64
    /// Where ``next`` is, for ``Log/read(from:maximumBytes:committed:after:)`` of what follows.
    package let mark: LogMark
}

/// A place in a log that a reader came to.
package struct LogMark: Equatable, Sendable {
    let segment: Int64
    let offset: Int64
    let position: Int
}

/// Why a log gives no records.
package enum ReadError: Error, Equatable, Sendable {
    /// The offset is no longer there (deleted, or damaged); the next that is.
    case evicted(Int64, next: Int64)
    /// The offset is beyond the end.
    case beyond(Int64, end: Int64)
    /// The disk failed; the text says how.
    case failed(String)
}

extension Log {
    /// As many whole batches as fit `maximumBytes`, of one segment, from the one that holds `offset` on: at least one,
    /// even if it is longer. Nil if there is nothing to read yet.
    /// - Parameters:
    ///   - committed: ends at the high watermark.
    ///   - mark: where the slice before ended; saves looking it up.
    package func read(
        from offset: Int64, maximumBytes: Int, committed: Bool, after mark: LogMark? = nil
    ) throws(ReadError) -> LogSlice? {
        do throws(DamageFound) {
            return try readOnce(from: offset, maximumBytes, committed, mark)
        } catch {
            switch error {
            case .read(let error): throw error
            case .damage(let base): try lookThrough(segment: base)
            }
        }
        // The second time, the damage is known.
        do throws(DamageFound) {
            return try readOnce(from: offset, maximumBytes, committed, nil)
        } catch {
            switch error {
            case .read(let error): throw error
            case .damage(let base): throw .failed("segment \(base) cannot be read")
            }
        }
    }

    private func readOnce(
        from offset: Int64, _ maximumBytes: Int, _ committed: Bool, _ mark: LogMark?
    ) throws(DamageFound) -> LogSlice? {
        let plan = try state.withLock { state throws(DamageFound) in
            try state.plan(from: offset, maximumBytes, committed, mark, in: directory)
        }
        return try plan?.slice()
    }

    /// Walks a closed segment whose batches are not where its index says, and takes its holes into account. Its
    /// index is made again.
    private func lookThrough(segment base: Int64) throws(ReadError) {
        say("\(LogFile.log(base: base).name) is damaged or does not fit its index; looking through it")
        do throws(SystemError) {
            guard let known = state.withLock({ state in state.closed.first { $0.base == base } }) else { return }
            let segment = try LogRecovery(directory: directory, say: { self.say("\(self.name): \($0)") })
                .lookThrough(known)
            state.withLock { state in
                state.open.removeAll { $0.base == base }
                if let at = state.closed.firstIndex(where: { $0.base == base }) { state.closed[at] = segment }
            }
        } catch {
            throw .failed(error.description)
        }
    }
}

/// An error, or a reason to look closer before there is one.
enum DamageFound: Error {
    case read(ReadError)
    /// No batch where one should be, in the segment of that base.
    case damage(Int64)
}

/// Where to look for batches.
private struct ReadPlan {
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

    /// Looks at the batches' headers, as few as possible. Nil if not even the first batch ends before the bound.
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
        if end - start <= maximumBytes, endOffset <= bound { return made(start, end, endOffset) }
        if near > start { walk.position = near }
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
        return walk.position > start ? made(start, walk.position, next ?? endOffset) : nil
    }

    private func made(_ start: Int, _ end: Int, _ next: Int64) -> LogSlice {
        LogSlice(
            file: file, position: start, count: end - start, next: next, start: logStart,
            highWatermark: highWatermark, mark: LogMark(segment: segment, offset: next, position: end))
    }
}

/// Goes through headers in a file.
private struct BatchWalk {
    struct Batch {
        let base: Int64
        let next: Int64
        let size: Int
    }

    let segment: Int64
    var position: Int
    private let end: Int
    private var window: FileWindow

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

extension LogState {
    /// How many closed segments of a log stay open for reading.
    private static let openSegments = 4

    /// Remembers an open segment, and forgets the one used least lately.
    mutating func keepOpen(_ segment: OpenSegment) {
        open.removeAll { $0.base == segment.base }
        open.append(segment)
        if open.count > Self.openSegments { open.removeFirst() }
    }

    /// Finds the segment and the entries of its index that are near the slice.
    fileprivate mutating func plan(
        from offset: Int64, _ maximumBytes: Int, _ committed: Bool, _ mark: LogMark?, in directory: String
    ) throws(DamageFound) -> ReadPlan? {
        guard offset >= start else { throw .read(.evicted(offset, next: start)) }
        guard offset <= end else { throw .read(.beyond(offset, end: end)) }
        let bound = committed ? highWatermark : end
        guard offset < bound else { return nil }
        if offset >= active.base {
            return try plan(
                active.file, active.index, base: active.base, size: active.size, end: end, active.holes, offset,
                maximumBytes, bound, mark)
        }
        let at = closed.lastIndex { $0.base <= offset } ?? 0
        let segment = closed[at]
        let opened: OpenSegment
        do throws(SystemError) {
            opened = try openSegment(segment.base, size: segment.size, in: directory)
        } catch {
            throw .read(.failed(error.description))
        }
        return try plan(
            opened.file, opened.index, base: segment.base, size: segment.size, end: segment.end, segment.holes, offset,
            maximumBytes, bound, mark)
    }

    private func plan(
        _ file: SharedFile, _ index: SparseIndex, base: Int64, size: Int, end: Int64, _ holes: [Hole], _ offset: Int64,
        _ maximumBytes: Int, _ bound: Int64, _ mark: LogMark?
    ) throws(DamageFound) -> ReadPlan {
        var from = 0
        var end = (position: size, offset: end)
        for hole in holes {
            if hole.offsets.contains(offset) { throw .read(.evicted(offset, next: hole.offsets.upperBound)) }
            if hole.offsets.upperBound <= offset {
                from = hole.positions.upperBound
            } else {
                end = (hole.positions.lowerBound, hole.offsets.lowerBound)
                break
            }
        }
        if let entry = index.entry(atOrBeforeOffset: offset - base) { from = max(from, Int(entry.position)) }
        let isExact = mark.map { $0.segment == base && $0.offset == offset } ?? false
        if isExact, let mark { from = mark.position }
        var near = from
        let (reach, overflow) = from.addingReportingOverflow(maximumBytes)
        if let entry = index.entry(atOrBeforePosition: overflow ? .max : reach), entry.position < end.position {
            near = max(near, Int(entry.position))
        }
        if bound < end.offset {
            let entry = index.entry(atOrBeforeOffset: bound - base)
            near = min(near, max(from, entry.map { Int($0.position) } ?? 0))
        }
        return ReadPlan(
            file: file, segment: base, offset: offset, maximumBytes: maximumBytes, from: from, isExact: isExact,
            near: near, end: end.position, endOffset: end.offset, bound: bound, logStart: start,
            highWatermark: highWatermark)
    }

    private mutating func openSegment(
        _ base: Int64, size: Int, in directory: String
    ) throws(SystemError) -> OpenSegment {
        if let opened = open.first(where: { $0.base == base }) {
            keepOpen(opened)
            return opened
        }
        let file = try FileDescriptor.open("\(directory)/\(LogFile.log(base: base).name)", O_RDONLY)
        let stored = try? Unix.contents(of: "\(directory)/\(LogFile.index(base: base).name)")
        // Without an index, the walk is longer and no less right.
        let index = stored.flatMap { SparseIndex(file: $0, logSize: size) } ?? SparseIndex()
        let opened = OpenSegment(base: base, file: SharedFile(file), index: index)
        keepOpen(opened)
        return opened
    }
}
