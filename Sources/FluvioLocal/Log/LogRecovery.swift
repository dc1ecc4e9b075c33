import FluvioTransport
import Glibc
import Unix

/// Opens the directory of a log: finds out what a crash or a disk has done to it, and mends what can be mended.
struct LogRecovery {
    let directory: String
    /// Takes a line per finding.
    let say: (String) -> Void

    /// Everything that a log needs to go on.
    func open(_ configuration: LogConfiguration) throws(SystemError) -> LogState {
        try Unix.makeDirectories(directory)
        let (bases, hasCheckpoint) = try list()
        var closed: [ClosedSegment] = []
        for (base, next) in zip(bases, bases.dropFirst()) { closed.append(try check(base, next: next)) }
        var active = try bases.last.map { base throws(SystemError) in try ActiveSegment.open(base: base, in: directory)
        }
        // No log at all: a new partition.
        let checkpoint = hasCheckpoint ? try readCheckpoint() : nil
        guard var active = active.take() else {
            if let checkpoint, checkpoint > 0 { report(end: 0, before: checkpoint) }
            return LogState(
                configuration: configuration, closed: [], active: try .create(base: 0, in: directory), end: 0,
                highWatermark: 0, checkpoint: checkpoint, synchronized: 0)
        }
        let end = try recover(&active)
        if let checkpoint, checkpoint > end { report(end: end, before: checkpoint) }
        let start = closed.first?.base ?? active.base
        return LogState(
            configuration: configuration, closed: closed, active: active, end: end,
            highWatermark: min(max(checkpoint ?? 0, start), end), checkpoint: checkpoint, synchronized: start)
    }

    /// The base offsets of the segments, rising, and whether there is a checkpoint.
    private func list() throws(SystemError) -> (bases: [Int64], hasCheckpoint: Bool) {
        let names = try Unix.names(in: directory)
        let files = names.map { (name: $0, file: LogFile(name: $0)) }
        let bases = files.compactMap { if case .log(let base) = $0.file { base } else { nil } }
        for (name, file) in files {
            switch file {
            case .index(let base) where !bases.contains(base): say("\(name) has no log file; left alone")
            case nil: say("\(name) is not a file of a partition; left alone")
            default: break
            }
        }
        return (bases.sorted(), files.contains { $0.file == .checkpoint })
    }

    private func report(end: Int64, before checkpoint: Int64) {
        say("offsets \(end) to \(checkpoint - 1) are lost: \(LogFile.checkpoint.name) says that they were stored")
    }

    private func readCheckpoint() throws(SystemError) -> Int64 {
        let name = LogFile.checkpoint.name
        let bytes = try Unix.contents(of: "\(directory)/\(name)")
        guard bytes.count == 8 else {
            say("\(name) has \(counted(bytes.count, "byte")) instead of 8; taken as 0")
            return 0
        }
        return max(0, bytes.reduce(0) { $0 << 8 | Int64($1) })
    }
}

// Older segments: their bytes were written long ago, so only the end is looked at, and nothing is cut.
extension LogRecovery {
    private func check(_ base: Int64, next: Int64) throws(SystemError) -> ClosedSegment {
        let file = try FileDescriptor.open("\(directory)/\(LogFile.log(base: base).name)", O_RDONLY)
        return try check(base, file.raw, next: next, trustsIndex: true)
    }

    private func check(
        _ base: Int64, _ file: CInt, next: Int64, trustsIndex: Bool
    ) throws(SystemError) -> ClosedSegment {
        let name = LogFile.log(base: base).name
        let size = try Unix.size(file)
        let (scan, index) = try walk(file, size: size, base: base, limit: next, trustsIndex: trustsIndex)
        var segment = ClosedSegment(
            base: base, end: next, size: scan.size,
            indexSize: SparseIndex.closedFileSize(entries: index.entries.count), holes: scan.holes)
        if scan.end < next {
            segment.holes.append(Hole(positions: scan.size..<max(scan.size, size), offsets: scan.end..<next))
        }
        report(segment.holes, in: name)
        return segment
    }

    /// Walks a closed segment whose damage shows only now.
    func lookThrough(_ known: ClosedSegment) throws(SystemError) -> ClosedSegment {
        let file = try FileDescriptor.open("\(directory)/\(LogFile.log(base: known.base).name)", O_RDONLY)
        return try check(known.base, file.raw, next: known.end, trustsIndex: false)
    }

    private func walk(
        _ file: CInt, size: Int, base: Int64, limit: Int64, trustsIndex: Bool
    ) throws(SystemError) -> (SegmentScan, SparseIndex) {
        let stored = try storedIndex(base: base, logSize: size)
        if trustsIndex, let index = stored, let last = index.entries.last {
            // The entry's own batch gets no second entry, and does not count towards the next.
            let scan = try SegmentScan(
                file: file, size: size, base: base, from: Int(last.position), offset: base + Int64(last.offset),
                limit: limit, checksums: false)
            if scan.end == limit, scan.size == size, scan.holes.isEmpty { return (scan, index) }
        }
        var scan = try SegmentScan(file: file, size: size, base: base, offset: base, limit: limit, checksums: false)
        if scan.end != limit || scan.size != size || !scan.holes.isEmpty {
            // With damage about, a header that looks right is not enough.
            scan = try SegmentScan(file: file, size: size, base: base, offset: base, limit: limit, checksums: true)
            report(scan.wrongChecksums, in: LogFile.log(base: base).name)
        }
        if scan.index.entries != stored?.entries {
            try rewriteIndex(base: base, scan.index, why: stored == nil ? "missing or damaged" : "wrong")
        }
        return (scan, scan.index)
    }

    /// What the index file of a closed segment holds; nil if it is missing or cannot be right.
    private func storedIndex(base: Int64, logSize: Int) throws(SystemError) -> SparseIndex? {
        let path = "\(directory)/\(LogFile.index(base: base).name)"
        guard let status = try Unix.status(of: path) else { return nil }
        // Longer than it can be once closed: a crash came before it was cut.
        guard status.size <= SparseIndex.closedFileSize(entries: logSize / SparseIndex.interval + 1) else { return nil }
        return SparseIndex(file: try Unix.contents(of: path), logSize: logSize)
    }

    private func rewriteIndex(base: Int64, _ index: SparseIndex, why: String) throws(SystemError) {
        let name = LogFile.index(base: base).name
        say("\(name) was \(why); made again")
        try SparseIndex.writeClosed(index, to: "\(directory)/\(name)")
    }

    private func report(_ holes: [Hole], in name: String) {
        for hole in holes {
            let place = "\(counted(hole.positions.count, "byte")) at byte \(hole.positions.lowerBound)"
            guard !hole.offsets.isEmpty else {
                say("\(name): \(place) \(hole.positions.count == 1 ? "is" : "are") no batch; skipped")
                continue
            }
            let offsets = "offsets \(hole.offsets.lowerBound) to \(hole.offsets.upperBound - 1)"
            let what = hole.positions.isEmpty ? "missing" : "damaged (\(place))"
            say("\(name): \(offsets) are \(what) and cannot be read; the rest is kept")
        }
    }

    private func report(_ wrongChecksums: [Int64], in name: String) {
        for offset in wrongChecksums { say("\(name): batch at offset \(offset) has a wrong CRC; kept as it is") }
    }
}

// The last segment: what a crash may have hit.
extension LogRecovery {
    /// Reads all of it, cuts its torn end, mends its index; the offset after it.
    private func recover(_ active: inout ActiveSegment) throws(SystemError) -> Int64 {
        let name = LogFile.log(base: active.base).name
        let fileSize = try Unix.size(active.file.raw)
        let scan = try SegmentScan(
            file: active.file.raw, size: fileSize, base: active.base, offset: active.base, checksums: true)
        report(scan.wrongChecksums, in: name)
        report(scan.holes, in: name)
        if scan.size < fileSize {
            say(
                "\(name): cut \(counted(fileSize - scan.size, "byte")) after offset \(scan.end - 1): no whole batch, left by a crash"
            )
            try Unix.truncate(active.file.raw, to: scan.size)
        }
        active.size = scan.size
        active.holes = scan.holes
        active.index = scan.index
        try mendIndex(&active)
        return scan.end
    }

    /// Only the part that could be in use is compared: the rest of the file is a hole of 10 MiB.
    private func mendIndex(_ active: inout ActiveSegment) throws(SystemError) {
        let wanted = active.index.fileBytes() + [UInt8](repeating: 0, count: SparseIndex.entrySize)
        var stored = [UInt8](repeating: 0, count: wanted.count)
        let raw = active.indexFile.raw
        let count = try unsafe stored.withUnsafeMutableBytes { bytes in
            Result { () throws(SystemError) in try unsafe Unix.read(raw, into: bytes, at: 0) }
        }.get()
        active.indexWritten = active.index.entries.count
        guard stored != wanted || count != wanted.count else { return }
        if !active.index.entries.isEmpty || stored.contains(where: { $0 != 0 }) {
            say("\(LogFile.index(base: active.base).name) did not fit its log; made again")
        }
        try active.rewriteIndex()
    }
}
