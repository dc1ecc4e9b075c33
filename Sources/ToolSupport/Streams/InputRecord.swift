package import Unix

/// One record of the input, as a slice of the reader's buffer: good until the reader is used again.
///
/// The bytes are no text: they may hold NUL, CR, and what is not UTF-8.
@safe
package struct InputRecord {
    /// The record without its delimiter; of an oversize record, as many bytes of its beginning as the limit allows.
    package let bytes: UnsafeRawBufferPointer
    /// Number of the record in its source, from 1: the line number where the delimiter is a line feed.
    package let line: Int
    /// Where the record begins in its source, in bytes from the first byte read.
    package let position: Int
    /// Length of the whole record in bytes. Larger than `bytes.count` where the record is oversize.
    package let length: Int
    /// False for the last record of a source that does not end in a delimiter, and for a part of a record.
    package let isTerminated: Bool
    /// More of the same record follows: this is a part of it, and not the last.
    package let continues: Bool
    /// The source ended, or its framing went wrong, within this record: it must not be taken for a whole one.
    package let isCut: Bool

    @inline(__always)
    init(
        bytes: UnsafeRawBufferPointer, line: Int, position: Int, length: Int, isTerminated: Bool,
        continues: Bool = false, isCut: Bool = false
    ) {
        unsafe self.bytes = bytes
        self.line = line
        self.position = position
        self.length = length
        self.isTerminated = isTerminated
        self.continues = continues
        self.isCut = isCut
    }
}

/// What one step of reading gave.
@safe
package enum InputStep {
    /// A record within the limit (or, where the reader splits, a part of one: then it is not terminated).
    case record(InputRecord)
    /// A record longer than the limit, of which only the beginning was kept. The caller's policy decides.
    case oversize(InputRecord)
    /// What read(2) has just given, before the records in it. Only from a reader that was asked for it.
    case chunk(UnsafeRawBufferPointer)
    /// All that is here has been handed out, and read(2) would block: flush now, then ``RecordReader/wait``.
    case idle
    /// The wake descriptor is readable. It comes again until that descriptor is drained.
    case woken
    /// All sources are at their end.
    case end
}

/// What ended a wait for input.
package enum InputReadiness: Sendable {
    /// read(2) will not block.
    case readable
    /// The wake descriptor is readable (looked at first).
    case woken
    /// The time is over.
    case timedOut
}

/// A source that could not be opened or read. Reading may go on: the next step begins with the next source.
package struct InputError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file as it was named, `-` for standard input.
    package let source: String
    /// The call that failed.
    package let cause: SystemError

    /// `FILE: reason`, with `standard input` for `-`.
    package var description: String { "\(source == "-" ? "standard input" : source): \(cause.reason)" }
}

/// How the input falls into records.
package enum RecordFraming: Equatable, Sendable {
    /// Records end with these bytes, which are not part of them. Never empty (an empty text counts as `whole`).
    case delimited([UInt8])
    /// Each source is one record, an empty one too.
    case whole
    /// Each record follows its length: 32 bits, big-endian.
    case lengthPrefixed
    /// Each record follows its length: 7 bits a byte, the lowest first, all but the last with the high bit set.
    case varintPrefixed
    /// JSON texts one after the other, over as many lines as they like. A record's number is that of the line that it
    /// begins in.
    case jsonTexts

    /// Lines that end with a line feed. A carriage return before it belongs to the record.
    package static let lines = RecordFraming.delimited([0x0a])
    /// Records that end with a NUL, as from `find -print0`.
    package static let nulTerminated = RecordFraming.delimited([0])
}

/// What a reader does with a record that is longer than its limit.
package enum OversizeHandling: Sendable {
    /// ``InputStep/oversize(_:)`` with the beginning and the whole length, when its end was seen; the rest is skipped.
    case tell
    /// Parts of the limit's length, one record each; all but the last are not terminated, all have the same number.
    case split
}
