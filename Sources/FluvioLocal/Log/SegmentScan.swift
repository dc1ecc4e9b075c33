import FluvioProtocol
import Unix

/// Bytes of a segment that hold no usable batch, and the offsets that are lost with them.
struct Hole: Equatable, Sendable {
    /// Where they stand in the log file; empty if they are missing altogether.
    var positions: Range<Int>
    /// What cannot be read.
    var offsets: Range<Int64>
}

/// What a walk through a segment's batches found.
struct SegmentScan: Equatable, Sendable {
    /// Where the last whole batch ends.
    var size: Int
    /// The offset after it.
    var end: Int64
    /// The index of what was walked.
    var index = SparseIndex()
    /// Damaged parts with whole batches behind them.
    var holes: [Hole] = []
    /// Batches whose CRC is wrong while all that surrounds them is right, by base offset. They stay: their bytes are
    /// what was stored, and readers check for themselves.
    var wrongChecksums: [Int64] = []
}

extension SegmentScan {
    /// A batch as far as a walk looks at it.
    private enum Step {
        case good(size: Int, next: Int64)
        /// Everything but the CRC is right.
        case wrongChecksum(size: Int, next: Int64)
        /// No batch of this log begins here.
        case invalid
    }

    /// Walks a log file from the batch at `position`, which has the base offset `offset`.
    /// - Parameters:
    ///   - base: the segment's base offset.
    ///   - limit: where the next segment begins, so that no batch here may reach beyond it.
    ///   - checksums: whether all bytes are read, or the headers alone.
    init(
        file: CInt, size fileSize: Int, base: Int64, from position: Int = 0, offset: Int64, limit: Int64 = .max,
        checksums: Bool
    ) throws(SystemError) {
        self.init(size: position, end: offset)
        var window = FileWindow(file: file, chunk: checksums ? 1 << 20 : 4_096)
        // What has a wrong CRC counts only once a good batch follows: at the end it is what a crash left.
        var at = self
        while at.size < fileSize {
            let step = try Self.step(
                in: &window, at: at.size, offset: at.end, fileSize: fileSize, limit: limit, checksum: checksums)
            switch step {
            case .good(let size, let next):
                at.take(size: size, next: next, base: base)
                self = at
            case .wrongChecksum(let size, let next):
                at.wrongChecksums.append(at.end)
                at.take(size: size, next: next, base: base)
            case .invalid:
                guard
                    let found = try Self.search(
                        in: &window, from: size + 1, offset: end, fileSize: fileSize, limit: limit)
                else { return }
                holes.append(Hole(positions: size..<found.position, offsets: end..<found.offset))
                index.skip(size: found.position - size)
                size = found.position
                end = found.offset
                at = self
            }
        }
    }

    private mutating func take(size taken: Int, next: Int64, base: Int64) {
        // The writer rolls before either passes 32 bits; a file from elsewhere that does goes without an entry.
        if let offset = UInt32(exactly: end - base), let position = UInt32(exactly: size) {
            index.note(offset: offset, position: position, size: taken)
        }
        size += taken
        end = next
    }

    private static func step(
        in window: inout FileWindow, at position: Int, offset: Int64, fileSize: Int, limit: Int64, checksum: Bool
    ) throws(SystemError) -> Step {
        let left = fileSize - position
        let header = try unsafe window.bytes(at: position, count: min(left, longestHeader)) { bytes in
            unsafe BatchHeader(reading: bytes, at: 0)
        }
        guard let header, let header, header.isPossible, header.baseOffset == offset, header.wholeSize <= left,
            let next = header.nextOffset, next <= limit
        else { return .invalid }
        let size = header.wholeSize
        guard checksum else { return .good(size: size, next: next) }
        let computed = try unsafe window.bytes(at: position, count: size) { bytes in
            unsafe CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[BatchHeader.crcStart...]))
        }
        guard let computed else { return .invalid }
        return computed == header.crc ? .good(size: size, next: next) : .wrongChecksum(size: size, next: next)
    }

    private static let longestHeader = BatchHeader.size + BatchHeader.schemaIDSize

    /// The first place from `start` on where a whole batch with a right CRC stands whose offset is `offset` or later.
    private static func search(
        in window: inout FileWindow, from start: Int, offset: Int64, fileSize: Int, limit: Int64
    ) throws(SystemError) -> (position: Int, offset: Int64)? {
        // Far more offsets than a segment can hold; without a bound, noise would ask for many a long CRC.
        let limit = min(limit, offset.addingReportingOverflow(1 << 40).overflow ? .max : offset + 1 << 40)
        var position = start
        while position + BatchHeader.size <= fileSize {
            let count = min(1 << 16, fileSize - position)
            let looked = try unsafe window.bytes(at: position, count: count) { bytes in
                unsafe candidate(in: bytes, offset: offset, limit: limit)
            }
            guard let looked else { return nil }
            guard let (at, base) = looked else {
                // A header across the end of this chunk is met again at the start of the next.
                position += count - BatchHeader.size + 1
                continue
            }
            let found = position + at
            if case .good = try step(
                in: &window, at: found, offset: base, fileSize: fileSize, limit: limit, checksum: true)
            {
                return (found, base)
            }
            position = found + 1
        }
        return nil
    }

    private static func candidate(
        in bytes: UnsafeRawBufferPointer, offset: Int64, limit: Int64
    ) -> (position: Int, offset: Int64)? {
        guard bytes.count >= BatchHeader.size else { return nil }
        let magicPosition = 16
        for position in 0...bytes.count - BatchHeader.size where unsafe bytes[position + magicPosition] == 2 {
            guard let header = unsafe BatchHeader(reading: bytes, at: position), header.isPossible,
                header.baseOffset >= offset, header.baseOffset < limit
            else { continue }
            return (position, header.baseOffset)
        }
        return nil
    }
}

extension BatchHeader {
    /// Whether a log can hold a batch with such a header.
    var isPossible: Bool {
        magic == 2 && nextOffset != nil && Int(batchLength) >= headerSize - Self.preambleSize
            && wholeSize <= Self.maximumBatchSize
    }
}
