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
    private(set) var delimiter: [UInt8]
    private var last: CInt
    /// Delimiters begin at multiples of so many bytes from the beginning of the source.
    let unit: Int
    var limit: Int
    var oversize: OversizeHandling
    let announcesChunks: Bool
    let wake: CInt
    let standardInput: CInt
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
    /// Where in a JSON text it is.
    var text = JSONTextScan()

    /// The source being read, as it was named (`-` = standard input), or nil before the first.
    package var source: String? { nextSource == 0 ? nil : sources[nextSource - 1] }

    /// Which source that is, from 0; -1 before the first.
    @inline(__always)
    package var sourceIndex: Int { nextSource - 1 }

    /// A reader of `sources` one after the other, `-` or none at all being standard input.
    ///
    /// - `limit`: longest record in bytes that is handed out whole.
    /// - `unit`: bytes of the shortest character; a delimiter that begins within one is none.
    /// - `announcesChunks`: gives ``InputStep/chunk(_:)`` after each read(2), for who passes the stream on.
    /// - `wake`: a descriptor whose readability ends waits and is looked at before each read(2); -1 = none.
    /// - `standardInput`: what `-` stands for. It stays open.
    package init(
        sources: [String] = [], framing: RecordFraming = .lines, limit: Int = .max, unit: Int = 1,
        oversize: OversizeHandling = .tell, announcesChunks: Bool = false, wake: CInt = -1,
        standardInput: CInt = 0, bufferSize: Int = RecordReader.defaultBufferSize
    ) {
        self.sources = sources.isEmpty ? ["-"] : sources
        self.oversize = oversize
        self.unit = unit
        self.announcesChunks = announcesChunks
        self.wake = wake
        self.standardInput = standardInput
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
            if case .delimited = framing { self.framing = .whole } else { self.framing = framing }
        }
        capacity = self.bufferSize
        unsafe buffer = .allocate(capacity: capacity)
    }

    deinit {
        unsafe buffer.deallocate()
        if ownsDescriptor { _ = close(descriptor) }
    }

    /// Changes what is done from the next record on. `limit` must not be above the present one.
    package mutating func restrict(limit: Int, oversize: OversizeHandling) {
        self.limit = min(max(limit, 1), self.limit)
        self.oversize = oversize
    }

    /// The first bytes of the first source, which are read later all the same; fewer where it ends. Blocks until they
    /// have come; nil: the wake descriptor is readable.
    package mutating func peek(_ count: Int) throws(InputError) -> [UInt8]? {
        while end - start < count {
            if sourceHasEnded {
                guard nextSource == 0, try openNext() else { break }
            }
            switch try fill() {
            case .woken?: return nil
            case .idle?: if try wait() == .woken { return nil }
            default: break
            }
        }
        return unsafe Array(UnsafeRawBufferPointer(start: buffer + start, count: min(count, end - start)))
    }

    /// Ends records with these bytes, not none, from here on. Only for who reads delimited records, and before the first.
    package mutating func delimit(by bytes: [UInt8]) {
        guard let last = bytes.last else { return }
        (delimiter, self.last) = (bytes, CInt(last))
    }

    /// The next step. Never blocks, but where others read the same standard input and were faster.
    ///
    /// After an error the next call goes on with the next source.
    package mutating func next() throws(InputError) -> InputStep {
        while true {
            if let step = takeRecord() { return step }
            if sourceHasEnded {
                if let step = takeRest() { return step }
                guard try openNext() else { return .end }
            }
            if let step = try fill() { return step }
        }
    }

    /// Blocks until the source is readable, the wake descriptor is, or the time is over (-1 = never).
    package mutating func wait(timeoutMilliseconds: CInt = -1) throws(InputError) -> InputReadiness {
        guard descriptor >= 0 else { return .readable }
        do throws(SystemError) {
            let events = try Unix.poll(
                descriptor, CInt(POLLIN), wake, CInt(POLLIN), timeoutMilliseconds: timeoutMilliseconds)
            if events.second != 0 { return .woken }
            return events.first == 0 ? .timedOut : .readable
        } catch {
            throw InputError(source: source ?? "-", cause: error)
        }
    }

    /// Bytes that were read and not handed out.
    package var pending: Int { end - start + skipped }

    /// Hands out what there is of a record whose end has not come, as a record that is not terminated; nil if nothing.
    ///
    /// What follows is a record of its own (and of the next number). For streams that pause in the middle of a line.
    package mutating func takePartial() -> InputRecord? {
        guard start < end || skipped > 0 else { return nil }
        line += 1
        let record = unsafe InputRecord(
            bytes: UnsafeRawBufferPointer(start: buffer + start, count: min(end - start, limit)), line: line,
            position: base + start, length: end - start + skipped, isTerminated: false)
        base += skipped
        skipped = 0
        start = end
        scanned = end
        return record
    }

    // MARK: - Records in the buffer

    /// Takes the record at `start` if its end is in the buffer, or a part of one that is too long.
    @inline(__always)
    private mutating func takeRecord() -> InputStep? {
        if delimiter.count == 1 {
            if scanned < end, let hit = unsafe memchr(buffer + scanned, last, end - scanned) {
                let length = unsafe hit - UnsafeMutableRawPointer(buffer + start)
                if length <= limit, skipped == 0 {
                    line += 1
                    let record = unsafe InputRecord(
                        bytes: UnsafeRawBufferPointer(start: buffer + start, count: length), line: line,
                        position: base + start, length: length, isTerminated: true)
                    start += length + 1
                    scanned = start
                    return .record(record)
                }
                return takeOversize(length)
            }
            scanned = end
        } else if delimiter.count > 1 {
            if let length = findLongDelimiter() {
                if length <= limit, skipped == 0 { return .record(takeWhole(length)) }
                return takeOversize(length)
            }
        } else {
            switch framing {
            case .lengthPrefixed, .varintPrefixed: return takePrefixed()
            case .jsonTexts:
                if let length = findTextEnd() {
                    if length <= limit, skipped == 0 { return .record(takeWhole(length)) }
                    return takeOversize(length)
                }
            case .whole, .delimited: break
            }
        }
        // The last bytes may be the beginning of a delimiter.
        let open = max(delimiter.count - 1, 0)
        if end - start > limit + open { return dropExcess(keeping: open) }
        return nil
    }

    /// Length of the record at `start` if a delimiter of several bytes ends it. They are looked for by their last byte,
    /// which in `\r\n` and the like is the rarer one, and never before `start`.
    private mutating func findLongDelimiter() -> Int? {
        while scanned < end, let hit = unsafe memchr(buffer + scanned, last, end - scanned) {
            let at = unsafe hit - UnsafeMutableRawPointer(buffer)
            scanned = at + 1
            let length = scanned - delimiter.count - start
            guard length >= 0, unit == 1 || (base + skipped + start + length) % unit == 0 else { continue }
            let size = delimiter.count
            let candidate = unsafe UnsafeRawPointer(buffer + start + length)
            let isEqual = unsafe delimiter.withUnsafeBytes { bytes in
                unsafe bytes.baseAddress.map { unsafe memcmp($0, candidate, size) == 0 } ?? false
            }
            if isEqual { return length }
        }
        scanned = end
        return nil
    }

    mutating func takeWhole(_ length: Int) -> InputRecord {
        line += 1
        let record = unsafe InputRecord(
            bytes: UnsafeRawBufferPointer(start: buffer + start, count: length), line: line, position: base + start,
            length: length, isTerminated: true)
        start += length + delimiter.count
        scanned = start
        return record
    }

    /// The record at `start` ends after `length` bytes of the buffer and is longer than the limit.
    mutating func takeOversize(_ length: Int) -> InputStep {
        if oversize == .split {
            // The scan begins again behind this part, and finds the same end.
            guard length <= limit else { return .record(takePart()) }
            return .record(takeWhole(length))
        }
        line += 1
        let record = unsafe InputRecord(
            bytes: UnsafeRawBufferPointer(start: buffer + start, count: min(length, limit)), line: line,
            position: base + start, length: length + skipped, isTerminated: true)
        base += skipped
        skipped = 0
        start += length + delimiter.count
        scanned = start
        return .oversize(record)
    }

    /// The end of a record that is too long has not come yet.
    private mutating func dropExcess(keeping open: Int) -> InputStep? {
        if oversize == .split { return .record(takePart()) }
        let excess = end - start - limit - open
        if open > 0 { unsafe memmove(buffer + start + limit, buffer + end - open, open) }
        skipped += excess
        end -= excess
        scanned = end
        return nil
    }

    private mutating func takePart() -> InputRecord {
        let record = unsafe InputRecord(
            bytes: UnsafeRawBufferPointer(start: buffer + start, count: limit), line: line + 1, position: base + start,
            length: limit, isTerminated: false, continues: true)
        start += limit
        scanned = start
        return record
    }

    /// What stands at the end of a source without a delimiter.
    private mutating func takeRest() -> InputStep? {
        if framing == .lengthPrefixed || framing == .varintPrefixed { return takeCut() }
        let isEmptyWhole = framing == .whole && descriptor >= 0 && line == 0
        guard start < end || skipped > 0 || isEmptyWhole else { return nil }
        if oversize == .split, end - start > limit { return .record(takePart()) }
        let isOversize = end - start > limit || skipped > 0
        if isEmptyWhole, start == end {
            line = 1
            return .record(
                unsafe InputRecord(
                    bytes: UnsafeRawBufferPointer(start: buffer, count: 0), line: 1, position: 0, length: 0,
                    isTerminated: false))
        }
        guard let record = takePartial() else { return nil }
        return isOversize ? .oversize(record) : .record(record)
    }
}
