import FluvioTransport
import Glibc
import Unix

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
    mutating func plan(
        from offset: Int64, _ maximumBytes: Int, _ committed: Bool, _ mark: LogMark?, in directory: String
    ) throws(DamageFound) -> ReadPlan? {
        guard offset >= start else { throw .read(.evicted(offset, next: start)) }
        guard offset <= end else { throw .read(.beyond(offset, end: end)) }
        let bound = committed ? highWatermark : end
        guard offset < bound else { return nil }
        if offset >= active.base {
            return try plan(
                active.file, active.index, nil, base: active.base, size: active.size, end: end, active.holes, offset,
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
            opened.file, opened.index, opened, base: segment.base, size: segment.size, end: segment.end, segment.holes,
            offset,
            maximumBytes, bound, mark)
    }

    private func plan(
        _ file: SharedFile, _ index: SparseIndex, _ opened: OpenSegment?, base: Int64, size: Int, end: Int64,
        _ holes: [Hole], _ offset: Int64,
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
            highWatermark: highWatermark, unchecked: opened)
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
