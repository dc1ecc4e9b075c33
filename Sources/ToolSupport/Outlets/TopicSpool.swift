import Glibc
import Unix

/// What a topic is still owed, in files: every record is written there before it is sent, and goes when it is
/// acknowledged. A process that is killed leaves its records to the next one, in their order and with their times; only
/// a crash of the system can lose what is not on the disk (``synchronize()``).
///
/// Positions count bytes of records, so that they only ever rise. For one thread.
@safe
final class TopicSpool {
    let topic: String
    let directory: String
    /// Bytes that may be owed.
    private let limit: UInt64
    private let syncs: Bool
    private var segments: [SpoolSegment] = []
    private var file: FileDescriptor?
    private var mark: SpoolMark

    /// Records that are not written to the file yet, or were just written. `buffer[0]` is at position `bufferStart`.
    private var buffer: UnsafeMutableRawPointer
    private var capacity = TopicSpool.bufferSize
    private var bufferStart: UInt64
    /// Behind the last record.
    private(set) var end: UInt64
    /// All before this is in the files.
    private var written: UInt64
    /// All before this is on the disk.
    private var isSynchronized = true
    /// A file was made, and its directory not synced since.
    private var hasNewFile = false
    /// All before this was handed out to be sent.
    private(set) var sent: UInt64
    /// All before this is acknowledged.
    private(set) var done: UInt64
    private(set) var leftover = SpoolLeftover()
    /// Records of before that are not acknowledged lie below this.
    let leftoverEnd: UInt64

    /// A piece of the files that is being sent. Its first byte is at `pieceStart`.
    private var piece: UnsafeMutableRawPointer
    private var pieceCapacity = TopicSpool.bufferSize
    private var pieceStart: UInt64 = 0
    private var pieceCount = 0

    private static let bufferSize = 1 << 20
    private static let segmentSize: UInt64 = 64 << 20
    /// A file whose records are all acknowledged is not worth making anew for less.
    private static let worthRemoving: UInt64 = 4 << 20

    /// Opens what there is of a topic, and looks through it.
    ///
    /// - Parameter syncs: ``synchronize()`` will be called.
    init(_ topic: String, in directory: String, limit: Int, syncs: Bool) throws(SystemError) {
        self.syncs = syncs
        self.topic = topic
        self.directory = directory
        self.limit = UInt64(limit)
        unsafe buffer = .allocate(byteCount: capacity, alignment: 16)
        unsafe piece = .allocate(byteCount: pieceCapacity, alignment: 16)
        bufferStart = 0
        end = 0
        written = 0
        sent = 0
        done = 0
        var starts: [UInt64] = []
        for name in try Unix.names(in: directory) {
            if let found = SpoolSegment.parse(name), found.topic == topic { starts.append(found.start) }
        }
        let mark = SpoolMark(topic, in: directory)
        let acknowledged = try mark.read()
        var found = SpoolLeftover()
        var segments: [SpoolSegment] = []
        for (index, start) in starts.sorted().enumerated() {
            let path = "\(directory)/\(SpoolSegment.name(topic, start))"
            segments.append(
                try SpoolSegment.scan(path, start, from: acknowledged, isLast: index == starts.count - 1, &found))
        }
        // Positions never come again: a mark of before must not pass for one of records that are still to come.
        let last = max(segments.last?.end ?? 0, acknowledged)
        self.mark = mark
        leftover = found
        leftoverEnd = last
        self.segments = segments
        end = last
        written = last
        bufferStart = last
        done = min(max(acknowledged, segments.first?.start ?? last), last)
        sent = done
    }

    deinit {
        unsafe buffer.deallocate()
        unsafe piece.deallocate()
    }

    /// Bytes that are owed.
    var owed: Int { Int(end - done) }

    // MARK: Writing

    /// Takes a record; false: there is no room, as so much is owed already.
    func append(_ record: ParsedRecord) -> Bool {
        let size = SpoolRecord.size(of: record)
        guard end + UInt64(size) - done <= limit || owed == 0 else { return false }
        let used = Int(end - bufferStart)
        if capacity - used < size {
            guard written == end else { return false }
            makeRoom(size)
        }
        unsafe SpoolRecord.write(record, to: buffer + Int(end - bufferStart))
        end += UInt64(size)
        return true
    }

    /// Whether ``write()`` should be called before more is appended.
    var isFull: Bool { Int(end - bufferStart) >= capacity - 65_536 }

    private func makeRoom(_ size: Int) {
        bufferStart = end
        guard size > capacity else { return }
        unsafe buffer.deallocate()
        capacity = size + 65_536
        unsafe buffer = .allocate(byteCount: capacity, alignment: 16)
    }

    /// Brings what was appended into the file. After an error nothing is lost: the next call tries again.
    func write() throws(SystemError) {
        guard written < end else { return }
        if file == nil || (segments.last.map { written - $0.start >= Self.segmentSize } ?? false) { try beginSegment() }
        guard let raw = file?.raw, let start = segments.last?.start else { return }
        let bytes = unsafe UnsafeRawBufferPointer(
            start: buffer + Int(written - bufferStart), count: Int(end - written))
        try unsafe Unix.writeAll(raw, bytes, at: SpoolSegment.headerSize + Int(written - start))
        written = end
        segments[segments.count - 1].end = end
        isSynchronized = false
    }

    /// Brings what was appended onto the disk.
    func synchronize() throws(SystemError) {
        try write()
        guard !isSynchronized, let raw = file?.raw else { return }
        try Unix.synchronize(raw)
        if hasNewFile { try Unix.synchronize(directory: directory) }
        hasNewFile = false
        isSynchronized = true
    }

    /// What is in the buffer can make room once it is in the file; what of it is not sent will be read from there.
    func forgetBuffer() {
        if written == end { bufferStart = end }
    }

    private func beginSegment() throws(SystemError) {
        if file == nil, let last = segments.last, !last.isDamaged, last.end == written,
            written - last.start < Self.segmentSize
        {
            file = try FileDescriptor.open(last.path, O_RDWR)
            return
        }
        // Nobody syncs it any more once it is closed.
        if syncs, !isSynchronized, let raw = file?.raw { try Unix.synchronize(raw) }
        let path = "\(directory)/\(SpoolSegment.name(topic, written))"
        let new = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_TRUNC, mode: 0o600)
        try Unix.write(SpoolSegment.header, to: new.raw, at: 0)
        file = consume new
        segments.append(SpoolSegment(path: path, start: written, end: written))
        hasNewFile = true
    }

    // MARK: Sending

    /// The next record to send, and the position behind it; nil: all were handed out. Good until the next call.
    func next() throws(SystemError) -> (record: SpoolRecord, end: UInt64)? {
        while sent < end {
            if sent >= bufferStart {
                let bytes = unsafe UnsafeRawBufferPointer(
                    start: buffer + Int(sent - bufferStart), count: Int(end - sent))
                guard case .record(let record) = unsafe SpoolRecord.look(at: bytes, checks: false) else { return nil }
                return (record, sent + UInt64(record.size))
            }
            if let record = pieceRecord() { return (record, sent + UInt64(record.size)) }
            try readPiece()
        }
        return nil
    }

    /// The record that ``next()`` gave was taken.
    func advance(to position: UInt64) { sent = position }

    private var wantedOfPiece = 0

    private func pieceRecord() -> SpoolRecord? {
        guard sent >= pieceStart, sent < pieceStart + UInt64(pieceCount) else { return nil }
        let at = Int(sent - pieceStart)
        let bytes = unsafe UnsafeRawBufferPointer(start: piece + at, count: pieceCount - at)
        switch unsafe SpoolRecord.look(at: bytes, checks: true) {
        case .record(let record): return record
        case .incomplete(let wanted):
            wantedOfPiece = wanted
            return nil
        case .damaged:
            wantedOfPiece = -1
            return nil
        }
    }

    /// Reads the files from `sent` on.
    private func readPiece() throws(SystemError) {
        guard let index = segments.lastIndex(where: { $0.start <= sent }) else {
            sent = segments.first?.start ?? end
            return
        }
        let segment = segments[index]
        // Behind the last whole record of a damaged file the next one goes on.
        if sent >= segment.end || wantedOfPiece < 0 {
            if wantedOfPiece < 0 { damage(index) }
            wantedOfPiece = 0
            sent = index + 1 < segments.count ? segments[index + 1].start : max(sent, written)
            return
        }
        if wantedOfPiece > pieceCapacity {
            unsafe piece.deallocate()
            pieceCapacity = wantedOfPiece
            unsafe piece = .allocate(byteCount: pieceCapacity, alignment: 16)
        }
        wantedOfPiece = 0
        let room = unsafe UnsafeMutableRawBufferPointer(
            start: piece, count: min(pieceCapacity, Int(segment.end - sent)))
        let offset = SpoolSegment.headerSize + Int(sent - segment.start)
        let reading = try FileDescriptor.open(segment.path, O_RDONLY)
        pieceCount = try unsafe Unix.read(reading.raw, into: room, at: offset)
        pieceStart = sent
        if pieceCount < room.count {
            // Somebody else has cut the file.
            damage(index)
            sent = index + 1 < segments.count ? segments[index + 1].start : max(sent, written)
        }
    }

    private func damage(_ index: Int) {
        segments[index].isDamaged = true
        if !leftover.damaged.contains(segments[index].path) { leftover.damaged.append(segments[index].path) }
    }

    /// Records that are owed. Goes through all of them, so that nothing can be sent afterwards.
    func countOwed() throws(SystemError) -> Int {
        sent = done
        var count = 0
        while let (_, end) = try next() {
            count += 1
            advance(to: end)
        }
        return count
    }

    // MARK: Done

    /// All before this position is acknowledged: files that nothing is owed of go.
    func settle(_ position: UInt64) throws(SystemError) {
        guard position > done else { return }
        done = min(position, end)
        while let first = segments.first, segments.count > 1, first.end <= done { try remove(first) }
        if let only = segments.first, segments.count == 1, done == end, written == end,
            end - only.start >= Self.worthRemoving
        {
            file = nil
            try remove(only)
        }
        try mark.write(done)
    }

    /// Nothing more is to come. Removes the files if nothing is owed.
    func close() throws(SystemError) {
        file = nil
        guard done == end else { return }
        for segment in segments { try remove(segment) }
        try mark.remove()
    }

    private func remove(_ segment: SpoolSegment) throws(SystemError) {
        segments.removeFirst()
        if segment.isDamaged {
            try Unix.rename(segment.path, to: segment.path + ".damaged")
        } else {
            try Unix.removeFile(segment.path)
        }
    }
}
