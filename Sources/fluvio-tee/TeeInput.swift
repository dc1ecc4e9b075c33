import Glibc
import ToolSupport
import Unix

/// Reads standard input and hands it on: bytes to the outputs at once, records to the topics. Lives on the thread that
/// reads.
struct TeeInput: ~Copyable {
    /// Why no more is read.
    enum End: Sendable {
        case input
        /// A signal, or a topic that ends the run.
        case woken
        case refused
        /// No output is left.
        case nobody
        /// An output ends the run.
        case output(Outcome)
    }

    private let options: TeeOptions
    private let outlets: TopicOutlets
    private let outputs: ByteOutputs
    private let diagnostics: Diagnostics
    private var feed: RecordFeed
    /// Bytes that wait for acknowledgements, or for the spool; `held[0]` is at position `heldStart` of the input.
    private var held: [UInt8] = []
    private var heldStart = 0
    /// Where in the input the last record ends that was taken, and the last that went to the topics.
    private var taken = 0
    private var lastTag: UInt64 = 0
    private(set) var isUnreadable = false
    /// Bytes that were read when no more was to be sent.
    private(set) var unsentBytes = 0

    init(
        _ options: TeeOptions, _ outlets: TopicOutlets, _ outputs: ByteOutputs, _ diagnostics: Diagnostics
    ) {
        self.options = options
        self.outlets = outlets
        self.outputs = outputs
        self.diagnostics = diagnostics
        let unit =
            switch options.records.input {
            case .lengthPrefixed, .varintPrefixed: "record"
            default: options.isRawChunks ? "record" : "line"
            }
        feed = RecordFeed(options.records, unit: unit, outlets: outlets, diagnostics: diagnostics)
    }

    var counts: RecordFeed.Counts { feed.counts }
    /// Bytes that were not passed on, as they are not safe.
    var heldBytes: Int { held.count }

    /// Reads until the end; blocks.
    mutating func run() throws -> End {
        let records = options.records
        var reader = RecordReader(
            framing: records.input.framing(delimiter: records.delimiter), limit: RecordFeed.longestLine,
            announcesChunks: true, wake: outlets.wake)
        if feed.restrictsAtOnce, !options.isRawChunks { feed.restrict(&reader) }
        let reads = !outlets.isEmpty
        defer {
            outlets.flush()
            if reads { unsentBytes = reader.pending }
        }
        while true {
            if let end = outputs.end { return .output(end) }
            if outputs.isEmpty, outlets.isEmpty || outlets.haveAllFailed { return .nobody }
            do throws(InputError) {
                switch try reader.next() {
                case .chunk(let bytes):
                    unsafe pass(bytes)
                    feed.tick()
                    guard !reads || options.isRawChunks else { continue }
                    if let record = reader.takePartial(), reads, let end = take(record, of: &reader) { return end }
                case .record(let record):
                    if !record.isTerminated, !record.continues, !record.isCut, options.dropsPartial {
                        diagnostics.note(
                            "\(counted(record.length, "byte at the end is", "bytes at the end are")) no whole record; left out"
                        )
                        continue
                    }
                    if let end = take(record, of: &reader) { return end }
                case .oversize(let record):
                    if let end = takeOversize(record, of: &reader) { return end }
                case .idle:
                    outlets.flush()
                    release()
                    if let end = try wait(&reader) { return end }
                case .woken: if let end = wake() { return end }
                case .end:
                    release()
                    return .input
                }
            } catch {
                diagnostics.error("read error: \(error.cause.reason)")
                isUnreadable = true
            }
        }
    }

    /// Waits for input; what there is of a line leaves if it does not go on.
    private mutating func wait(_ reader: inout RecordReader) throws(InputError) -> End? {
        guard let pause = options.flushPartial, reader.pending > 0 else {
            _ = try reader.wait()
            return nil
        }
        let milliseconds = CInt(clamping: max(1, pause.wholeNanoseconds / 1_000_000))
        guard try reader.wait(timeoutMilliseconds: milliseconds) == .timedOut, let record = reader.takePartial() else {
            return nil
        }
        defer { outlets.flush() }
        return take(record, of: &reader)
    }

    private mutating func wake() -> End? {
        outputs.look()
        release()
        return outlets.hearNews() ? nil : .woken
    }

    // MARK: Records

    private mutating func take(_ record: InputRecord, of reader: inout RecordReader) -> End? {
        end(feed.take(record, of: &reader, tag: tag(of: record)))
    }

    private mutating func takeOversize(_ record: InputRecord, of reader: inout RecordReader) -> End? {
        end(feed.takeOversize(record, of: &reader, tag: tag(of: record)))
    }

    private func end(_ end: RecordFeed.End?) -> End? {
        switch end {
        case nil: nil
        case .input: .input
        case .woken: .woken
        case .refused: .refused
        }
    }

    /// Where bytes are held back, the place in the input where the record ends, delimiter and all.
    private mutating func tag(of record: InputRecord) -> UInt64? {
        guard options.holdsBytes else { return nil }
        let header =
            switch options.records.input {
            case .lengthPrefixed: 4
            case .varintPrefixed: max(1, (Int.bitWidth - record.length.leadingZeroBitCount + 6) / 7)
            default: 0
            }
        let delimiter = record.isTerminated && options.records.input.hasDelimiter ? options.records.delimiter.count : 0
        taken = record.position + header + record.length + delimiter
        lastTag = UInt64(taken)
        return lastTag
    }

    // MARK: Bytes

    private mutating func pass(_ bytes: UnsafeRawBufferPointer) {
        if options.holdsBytes {
            release()
            unsafe held.append(contentsOf: bytes)
        } else {
            unsafe outputs.write(bytes)
        }
    }

    /// Writes out what is safe.
    mutating func release() {
        guard options.holdsBytes, !held.isEmpty else { return }
        let count = min(safeEnd - heldStart, held.count)
        guard count > 0 else { return }
        unsafe held.withUnsafeBytes { bytes in unsafe outputs.write(UnsafeRawBufferPointer(rebasing: bytes[..<count])) }
        held.removeFirst(count)
        heldStart += count
    }

    /// Where in the input the last record ends that the topics or their spools are sure to have, with all before it.
    private var safeEnd: Int {
        if options.syncsSpool { return taken > heldStart && outlets.synchronizeSpools() ? taken : heldStart }
        let prefix = outlets.acknowledgedPrefix
        // Once all that was sent is acknowledged, so is what was left out on the way.
        return prefix >= lastTag ? taken : Int(clamping: prefix)
    }

    /// The end: everything that can be is acknowledged.
    mutating func releaseRest(isComplete: Bool) {
        release()
        guard isComplete, options.holdsBytes, !held.isEmpty else { return }
        unsafe held.withUnsafeBytes { bytes in unsafe outputs.write(bytes) }
        held = []
    }
}

extension InputFormat {
    /// Whether delimiters end its records.
    var hasDelimiter: Bool {
        switch self {
        case .lines, .envelope, .kcat, .auto: true
        case .rpk, .kaf, .lengthPrefixed, .varintPrefixed: false
        }
    }
}
