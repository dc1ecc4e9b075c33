import FluvioClient
import Glibc
import Unix

/// Takes the records of the input to topics: keys, policies, counts, messages. Lives on the thread that reads.
@safe
package struct RecordFeed: ~Copyable {
    /// What has been seen of the input.
    package struct Counts: Equatable, Sendable {
        /// Records read, those among them that were not sent.
        package var read = 0
        /// Refused by a policy that makes the run a failure.
        package var refused = 0
        /// Left out as a policy asked.
        package var skipped = 0
        /// Bytes of keys and values handed on.
        package var bytes = 0

        /// Nothing yet.
        package init() {}
    }

    /// Why no more is read.
    package enum End: Sendable {
        /// The input is at its end.
        case input
        /// A signal, or a topic has failed.
        case woken
        /// A record was refused, and the policy is to stop.
        case refused
    }

    private let options: RecordOptions
    private let outlets: TopicOutlets
    private let diagnostics: Diagnostics
    private var partition: UInt32?
    /// What messages call a record: line, or record.
    private let unit: String
    private var parser: RecordParser
    private var pace: Pace?
    /// That the present record is cut was told already.
    private var isCut = false
    /// Milliseconds since 1970: the time of records that have none.
    private var now: Int64 = 0
    /// Where acknowledgements say that records come from.
    private var source = 0
    /// Where records go that need nothing but their bytes: asked for once a chunk, as a look through the outlets would
    /// cost every record a third of its time.
    ///
    /// Not counted as a reference, which would cost two atomic operations a record: the outlets hold it.
    private var direct: Unmanaged<Producer>?
    /// Whether a record is its value, and has neither key nor place.
    private var isPlain: Bool
    package private(set) var counts = Counts()

    /// - Parameters:
    ///   - partition: where all records go.
    ///   - unit: what messages call a record of the input.
    package init(
        _ options: RecordOptions, partition: UInt32? = nil, rate: Rate? = nil, unit: String = "line",
        outlets: TopicOutlets, diagnostics: Diagnostics
    ) {
        self.options = options
        self.partition = partition
        self.unit = unit
        self.outlets = outlets
        self.diagnostics = diagnostics
        parser = RecordParser(options)
        pace = rate.map { Pace($0) }
        isPlain = options.isPlain && rate == nil
    }

    /// Whether the reader must be told the limit from the start.
    package var restrictsAtOnce: Bool { parser.format == .lines }

    /// The longest line that an envelope may be. One around a record of the limit is longer than that: base64 takes 4/3,
    /// an escaped byte six.
    package static let longestLine = 64 << 20

    /// Lines need not be kept beyond the largest record.
    package func restrict(_ reader: inout RecordReader) {
        reader.restrict(
            limit: options.maximumRecord + (options.keySeparator?.count ?? 0),
            oversize: options.oversize == .split ? .split : .tell)
    }

    /// Reads the clock; what is taken from now on is of this time.
    package mutating func tick() {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        now = Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
        unsafe direct = outlets.direct.map { unsafe Unmanaged.passUnretained($0) }
        if let fixed = outlets.directPartition { partition = fixed }
    }

    /// The next records are of this source, from 0, and have this key.
    package mutating func begin(source: Int, key: [UInt8]?) {
        self.source = source
        parser.use(sourceKey: key)
        if key != nil { isPlain = false }
    }

    // MARK: Records

    /// Takes a record of the reader.
    ///
    /// - Parameter tag: comes back with its acknowledgement; nil: its source and line.
    @inline(__always)
    package mutating func take(_ record: InputRecord, of reader: inout RecordReader, tag: UInt64? = nil) -> End? {
        if parser.format == .auto { decide(record, of: &reader) }
        if isPlain, parser.format == .lines, record.length <= options.maximumRecord {
            let isTaken = unsafe appendDirectly(
                key: nil, value: record.bytes, now, partition, tag ?? InputTag.tag(source: source, line: record.line))
            if isTaken {
                counts.read += 1
                counts.bytes += record.length
                return nil
            }
        }
        return take(record, reader.source, tag ?? InputTag.tag(source: source, line: record.line))
    }

    /// Takes a record that is too large for the reader.
    package mutating func takeOversize(
        _ record: InputRecord, of reader: inout RecordReader, tag: UInt64? = nil
    ) -> End? {
        if parser.format == .auto { decide(record, of: &reader) }
        let source = reader.source
        switch options.oversize {
        case .truncate where parser.format.dialect == nil:
            diagnostics.error(cut(record.length, record, source))
            isCut = true
            defer { isCut = false }
            return take(record, source, tag ?? InputTag.tag(source: self.source, line: record.line))
        case .skip:
            counts.read += 1
            counts.skipped += 1
            diagnostics.error("\(place(record, source)): \(record.length) bytes; skipped")
            return nil
        default:
            counts.read += 1
            return refuse(parser.tooLarge(record.length), record, source)
        }
    }

    @inline(never)
    private mutating func decide(_ record: InputRecord, of reader: inout RecordReader) {
        if parser.decide(record) {
            diagnostics.note("the input is fluvio-cat records; --input lines would send them as text")
        } else if parser.format == .lines {
            restrict(&reader)
        }
    }

    @inline(__always)
    private mutating func take(_ record: InputRecord, _ source: String?, _ tag: UInt64) -> End? {
        counts.read += 1
        if options.skipsEmpty, unsafe record.bytes.isEmpty {
            counts.skipped += 1
            return nil
        }
        switch parser.parse(record, now: now, isCut: isCut) {
        case .record(let parsed): return send(parsed, record, source, tag)
        case .skipped(let note):
            counts.skipped += 1
            diagnostics.note("\(place(record, source)): \(note)")
            return nil
        case .passed:
            counts.read -= 1
            return nil
        case .refused(let reason): return refuse(reason, record, source)
        }
    }

    @inline(__always)
    private mutating func send(
        _ parsed: ParsedRecord, _ record: InputRecord, _ source: String?, _ tag: UInt64
    ) -> End? {
        guard parsed.size > options.maximumRecord else { return append(parsed, record, source, tag) }
        return sendOversize(parsed, record, source, tag)
    }

    /// A record above the limit, as the policy says. The key stays whole; where it leaves no room, nothing can be cut.
    @inline(never)
    private mutating func sendOversize(
        _ parsed: ParsedRecord, _ record: InputRecord, _ source: String?, _ tag: UInt64
    ) -> End? {
        let value = unsafe parsed.value
        let room = options.maximumRecord - (parsed.size - value.count)
        switch options.oversize {
        case .skip:
            counts.skipped += 1
            diagnostics.error("\(place(record, source)): \(parsed.size) bytes; skipped")
            return nil
        case .truncate where room > 0:
            if !isCut { diagnostics.error(cut(parsed.size, record, source)) }
            let part = unsafe UnsafeRawBufferPointer(rebasing: value[..<room])
            return append(unsafe parsed.with(value: part), record, source, tag)
        case .split where room > 0:
            for start in stride(from: 0, to: value.count, by: room) {
                if start > 0 { counts.read += 1 }
                let part = unsafe UnsafeRawBufferPointer(rebasing: value[start..<min(start + room, value.count)])
                if let end = append(unsafe parsed.with(value: part), record, source, tag) { return end }
            }
            return nil
        default: return refuse(parser.tooLarge(parsed.size), record, source)
        }
    }

    @inline(__always)
    private mutating func append(
        _ parsed: ParsedRecord, _ record: InputRecord, _ source: String?, _ tag: UInt64
    ) -> End? {
        var parsed = parsed
        if parsed.partition == nil { parsed.partition = partition }
        if pace != nil, !waitForTurn(parsed) {
            counts.read -= 1
            return .woken
        }
        if unsafe parsed.topic == nil,
            unsafe appendDirectly(key: parsed.key, value: parsed.value, parsed.timestamp, parsed.partition, tag)
        {
            counts.bytes += parsed.size
            return nil
        }
        switch outlets.append(parsed, tag: tag) {
        case .taken:
            counts.bytes += parsed.size
            return nil
        case .refused(let reason): return refuse(reason, record, source)
        case .stopped:
            // Not taken: it is neither acknowledged nor unknown.
            counts.read -= 1
            return .woken
        }
    }

    /// False: there is no producer that takes it at once.
    @inline(__always)
    private func appendDirectly(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer, _ timestamp: Int64, _ partition: UInt32?,
        _ tag: UInt64
    ) -> Bool {
        guard let direct = unsafe direct else { return false }
        return unsafe direct._withUnsafeGuaranteedRef { producer in
            unsafe producer.append(key: key, value: value, timestamp: timestamp, partition: partition, tag: tag)
                == .appended
        }
    }

    /// Waits until the record may leave; false: something else has woken.
    @inline(never)
    private mutating func waitForTurn(_ parsed: ParsedRecord) -> Bool {
        guard var pace else { return true }
        defer { self.pace = pace }
        if pace.isFree(size: parsed.size) { return true }
        let turn = pace.turn(of: parsed.size, timestamp: parsed.timestamp, now: .now)
        while true {
            let left = (turn - .now).wholeNanoseconds
            guard left > 0 else { return true }
            outlets.flush()
            let wait = CInt(clamping: left / 1_000_000 + 1)
            let events = try? Unix.poll(outlets.wake, CInt(POLLIN), timeoutMilliseconds: wait)
            if events != 0, !outlets.hearNews() { return false }
        }
    }

    // MARK: Messages

    @inline(never)
    private mutating func refuse(_ reason: String, _ record: InputRecord, _ source: String?) -> End? {
        diagnostics.error("\(place(record, source)): \(reason)")
        switch options.onError {
        case .ignore:
            counts.skipped += 1
            return nil
        case .skip:
            counts.refused += 1
            return nil
        case .stop:
            counts.refused += 1
            return .refused
        }
    }

    private func cut(_ length: Int, _ record: InputRecord, _ source: String?) -> String {
        "\(place(record, source)): \(length) bytes; cut to \(options.maximumRecord)"
    }

    /// `FILE:LINE`, or `line LINE` of standard input.
    private func place(_ record: InputRecord, _ source: String?) -> String {
        guard let source, source != "-" else { return "\(unit) \(record.line)" }
        return unit == "line" ? "\(source):\(record.line)" : source
    }
}
