import FluvioProtocol
import Unix

/// Why a log does not take records.
package enum AppendError: Error, Equatable, Sendable {
    /// They are no batches that a reader could use; the text says why.
    case invalid(String)
    /// A batch carries another codec than the one the topic allows.
    case codec
    /// A batch is longer than what a segment, or any log, takes, in bytes.
    case tooLarge(Int, limit: Int)
    /// The disk is full, or the log at its quota. It works again when there is room.
    case full
    /// The disk failed; the text says how.
    case failed(String)
    /// It is another's turn to write: the leader has changed.
    case deposed
}

/// Checks a RecordSet before it is stored.
enum BatchCheck {
    /// What a RecordSet holds.
    struct Outcome: Equatable, Sendable {
        var batches = 0
        /// Offsets that they take up.
        var records: Int64 = 0
    }

    /// Checks every batch in all of `bytes`: whole, of the known format, with the right CRC and at least one record.
    /// - Parameters:
    ///   - codec: the only one allowed; nil allows all.
    ///   - limit: longest batch taken, in bytes.
    static func check(
        _ bytes: UnsafeRawBufferPointer, codec: Compression?, limit: Int
    ) throws(AppendError) -> Outcome {
        var outcome = Outcome()
        var position = 0
        while position < bytes.count {
            let left = bytes.count - position
            guard let header = unsafe BatchHeader(reading: bytes, at: position) else {
                throw .invalid("batch \(outcome.batches) is cut in its header")
            }
            guard Int(header.batchLength) >= header.headerSize - BatchHeader.preambleSize else {
                throw .invalid("batch \(outcome.batches) has the impossible length \(header.batchLength)")
            }
            let size = header.wholeSize
            guard header.magic == 2 else {
                throw .invalid("batch \(outcome.batches) has the unknown format \(header.magic)")
            }
            guard header.codec != nil else { throw .invalid("batch \(outcome.batches) has an unknown codec") }
            if let codec, header.codec != codec { throw .codec }
            guard size <= limit else { throw .tooLarge(size, limit: limit) }
            guard size <= left else {
                throw .invalid("batch \(outcome.batches) is cut: \(left) of \(counted(size, "byte"))")
            }
            guard header.lastOffsetDelta >= 0 else { throw .invalid("batch \(outcome.batches) has no records") }
            let end = position + size
            let computed = unsafe CRC32C.checksum(
                of: UnsafeRawBufferPointer(rebasing: bytes[position + BatchHeader.crcStart..<end]))
            guard computed == header.crc else { throw .invalid("batch \(outcome.batches) has a wrong CRC") }
            if header.codec == Compression.none {
                try unsafe checkCount(
                    UnsafeRawBufferPointer(rebasing: bytes[position + header.headerSize..<end]), header, outcome.batches
                )
            }
            outcome.batches += 1
            outcome.records += Int64(header.offsetCount)
            position = end
        }
        return outcome
    }

    /// Uncompressed records are counted in front of them. A batch that takes up fewer offsets than it has records would
    /// give the same offset to records of two batches. More are right where a SmartModule has left records out.
    private static func checkCount(
        _ payload: UnsafeRawBufferPointer, _ header: BatchHeader, _ batch: Int
    ) throws(AppendError) {
        let count =
            payload.count < 4 ? nil : Int32(bigEndian: unsafe payload.loadUnaligned(as: Int32.self))
        guard let count, 1...header.offsetCount ~= Int(count) else {
            throw .invalid("batch \(batch) does not hold the records that it takes up offsets for")
        }
    }
}
