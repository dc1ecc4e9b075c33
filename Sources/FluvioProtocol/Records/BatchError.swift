// Public only because `RecordCursor` throws it from inlinable code.

/// Why a batch is not usable.
public struct BatchError: Error, Equatable, Sendable {
    /// What was wrong.
    package enum Reason: Equatable, Sendable {
        /// The batch's length is below that of its header, or above the limit.
        case length(Int)
        /// The format number is not 2.
        case magic(Int8)
        /// The CRC-32C that the batch carries and the one of its bytes differ.
        case checksum(stored: UInt32, computed: UInt32)
        /// The offsets are negative or pass 2^63 - 1.
        case offsets
        /// The codec bits are 5, 6 or 7.
        case codec(UInt8)
        /// The payload could not be decompressed.
        case compression(CompressionError)
        /// The count in front of the records is below 1, or more than the payload can hold.
        case recordCount(Int)
        /// There are more records than offsets that the batch takes up.
        case countMismatch(records: Int, offsets: Int)
        /// A record's fields run past its end or past the end of the payload, or leave bytes over; counted from 0.
        case record(index: Int)
        /// Bytes are left after the last record.
        case trailingBytes(Int)
    }

    /// What was wrong.
    package let reason: Reason
    /// The offset that the batch gives to its first record. It may be damaged too: the CRC does not cover it.
    package let baseOffset: Int64
    /// Where the batch begins in the bytes that were read.
    package let position: Int
    /// The first offset after this batch, for who skips it; nil if the header makes no sense.
    package let nextOffset: Int64?

    package init(_ reason: Reason, baseOffset: Int64, position: Int, nextOffset: Int64?) {
        self.reason = reason
        self.baseOffset = baseOffset
        self.position = position
        self.nextOffset = nextOffset
    }
}

extension BatchError: CustomStringConvertible {
    /// One sentence for people, without a full stop; topic and partition are the caller's to add.
    public var description: String {
        let what =
            switch reason {
            case .length(let length): "impossible length \(length)"
            case .magic(let magic): "unknown batch format \(magic)"
            case .checksum(let stored, let computed):
                "CRC \(String(stored, radix: 16)) does not match the contents (\(String(computed, radix: 16)))"
            case .offsets: "offsets out of range"
            case .codec(let codec): "unknown codec \(codec)"
            case .compression(let error): error.description
            case .recordCount(let count): "impossible record count \(count)"
            case .countMismatch(let records, let offsets): "\(records) records for \(offsets) offsets"
            case .record(let index): "record \(index) is torn"
            case .trailingBytes(let count): "\(count) bytes after the last record"
            }
        return "batch at offset \(baseOffset): \(what)"
    }
}
