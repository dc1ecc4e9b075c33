import FluvioProtocol
import FluvioTransport
import Unix

/// A write that failed, and whether its traces could be removed.
struct AppendFailure: Error {
    let cause: SystemError
    var undo: SystemError?
}

/// Where a new segment begins inside the bytes of one append.
private struct Cut {
    let position: Int
    let base: Int64
}

extension LogState {
    /// Writes checked batches at the end, into new segments where the old one is full. Nothing of the state changes
    /// before all is written.
    mutating func write(
        _ bytes: UnsafeMutableRawBufferPointer, in directory: String
    ) throws(AppendFailure) {
        let (cuts, newEnd) = unsafe place(bytes)
        let first = cuts.first?.position ?? bytes.count
        var new = NewSegments()
        do throws(SystemError) {
            try unsafe Unix.writeAll(
                active.file.raw, UnsafeRawBufferPointer(rebasing: bytes[..<first]), at: active.size)
            try unsafe writeSegments(bytes, cuts, in: directory, &new)
        } catch {
            throw AppendFailure(cause: error, undo: undo(cuts, in: directory))
        }
        unsafe active.note(UnsafeRawBufferPointer(rebasing: bytes[..<first]))
        if let next = cuts.first?.base { roll(at: next, to: new) }
        end = newEnd
    }

    /// Sets the base offset of each batch, and says where segments end.
    private func place(_ bytes: UnsafeMutableRawBufferPointer) -> (cuts: [Cut], end: Int64) {
        var cuts: [Cut] = []
        var next = end
        var base = active.base
        var size = active.size
        var position = 0
        while let header = unsafe BatchHeader(reading: UnsafeRawBufferPointer(bytes), at: position) {
            let batch = header.wholeSize
            // Offsets in an index are 32 bits wide.
            if size > 0, size + batch > configuration.segmentBytes || next - base > Int64(UInt32.max) {
                cuts.append(Cut(position: position, base: next))
                base = next
                size = 0
            }
            unsafe BatchHeader.setBaseOffset(next, in: bytes, at: position)
            size += batch
            next += Int64(header.offsetCount)
            position += batch
        }
        return (cuts, next)
    }

    /// Makes and fills the segments that begin at `cuts`.
    private func writeSegments(
        _ bytes: UnsafeMutableRawBufferPointer, _ cuts: [Cut], in directory: String, _ new: inout NewSegments
    ) throws(SystemError) {
        for (number, cut) in cuts.enumerated() {
            let isLast = number == cuts.count - 1
            let piece = cut.position..<(isLast ? bytes.count : cuts[number + 1].position)
            var segment = try ActiveSegment.create(base: cut.base, in: directory)
            let batches = unsafe UnsafeRawBufferPointer(rebasing: bytes[piece])
            try unsafe Unix.writeAll(segment.file.raw, batches, at: 0)
            unsafe segment.note(batches)
            if isLast {
                new.last = consume segment
            } else {
                try segment.closeIndex()
                new.full.append(segment.closed(end: cuts[number + 1].base))
                new.files.append(segment.file)
            }
        }
    }

    /// Removes what a failed append has left, so that only whole batches stand in the files.
    private func undo(_ cuts: [Cut], in directory: String) -> SystemError? {
        do throws(SystemError) {
            for cut in cuts {
                try Unix.removeFile("\(directory)/\(LogFile.index(base: cut.base).name)")
                try Unix.removeFile("\(directory)/\(LogFile.log(base: cut.base).name)")
            }
            try Unix.truncate(active.file.raw, to: active.size)
            return nil
        } catch {
            return error
        }
    }

    private mutating func roll(at next: Int64, to new: consuming NewSegments) {
        guard let fresh = new.last.take() else { return }
        closeActive(end: next)
        closed.append(contentsOf: new.full)
        unsynchronized.append(contentsOf: new.files)
        active = fresh
    }

    private mutating func closeActive(end: Int64) {
        do throws(SystemError) {
            try active.closeIndex()
        } catch {
            // It is made again when the log is opened next.
        }
        closed.append(active.closed(end: end))
        unsynchronized.append(active.file)
        hasNewNames = true
        keepOpen(
            OpenSegment(base: active.base, file: active.file, index: active.index, checked: 0..<active.size))
    }

    /// Goes on with a segment that begins beyond the end.
    mutating func skip(to fresh: consuming ActiveSegment) {
        let next = fresh.base
        let hole = Hole(positions: active.size..<active.size, offsets: end..<next)
        closeActive(end: next)
        closed[closed.count - 1].holes.append(hole)
        active = fresh
        end = next
        highWatermark = next
        synchronized = next
    }
}

/// Segments that an append makes.
private struct NewSegments: ~Copyable {
    /// The one to go on with.
    var last: ActiveSegment?
    /// Those before it, and their files.
    var full: [ClosedSegment] = []
    var files: [SharedFile] = []
}

extension ActiveSegment {
    /// Takes batches that were written at the end into the index.
    fileprivate mutating func note(_ batches: UnsafeRawBufferPointer) {
        var position = 0
        while let header = unsafe BatchHeader(reading: batches, at: position) {
            index.note(
                offset: UInt32(truncatingIfNeeded: header.baseOffset - base),
                position: UInt32(truncatingIfNeeded: size), size: header.wholeSize)
            size += header.wholeSize
            position += header.wholeSize
        }
    }
}
