import FluvioClient
import Glibc
import ToolSupport
import Unix

/// Takes the records of the input to a producer: keys, policies, counts. Lives on the thread that reads.
struct RecordFeed: ~Copyable {
    /// What has been seen of the input.
    struct Counts: Equatable, Sendable {
        /// Records read, those among them that were not sent.
        var read = 0
        /// Refused by a policy that makes the run a failure.
        var refused = 0
        /// Left out as a policy asked.
        var skipped = 0
    }

    /// Why no more is read.
    enum End {
        /// The input is at its end.
        case input
        /// A signal, or the producer has failed.
        case woken
        /// A record was refused, and the policy is to stop.
        case refused
    }

    /// What becomes of the further parts of a line that is split.
    private enum Rest {
        /// There are none.
        case none
        /// They get the key that the line began with.
        case key([UInt8]?)
        /// They are left out with the first.
        case dropped
    }

    private let options: ProduceOptions
    private let producer: Producer
    private let diagnostics: Diagnostics
    private let wake: CInt
    private var envelopes: EnvelopeReader?
    private var format: InputFormat
    private var now: Int64 = 0
    private var rest = Rest.none
    /// That the present record is cut was told already.
    private var isCut = false
    private(set) var counts = Counts()
    /// An input that could not be read makes the run a failure, and reading goes on with the next.
    private(set) var hasUnreadableInput = false

    /// - Parameter wake: readable when no more is to be read.
    init(options: ProduceOptions, producer: Producer, diagnostics: Diagnostics, wake: CInt) {
        self.options = options
        self.producer = producer
        self.diagnostics = diagnostics
        self.wake = wake
        format = options.input
        envelopes = format == .envelope ? EnvelopeReader() : nil
    }

    /// Reads until the end; blocks. What was read is with the producer then, and told to leave.
    mutating func run() throws -> End {
        var reader = RecordReader(
            sources: options.files, framing: options.isRaw ? .whole : .delimited(options.delimiter),
            limit: Self.longestLine, announcesChunks: true, wake: wake)
        if format == .lines { restrict(&reader) }
        defer { producer.flush() }
        while true {
            do throws(InputError) {
                switch try reader.next() {
                case .chunk: now = Self.milliseconds()
                case .record(let record):
                    decide(record, of: &reader)
                    if let end = try take(record, of: reader.source) { return end }
                case .oversize(let record):
                    decide(record, of: &reader)
                    if let end = try takeOversize(record, of: reader.source) { return end }
                case .idle:
                    if options.producer.linger == nil { producer.flush() }
                    _ = try reader.wait()
                case .woken: return .woken
                case .end: return .input
                }
            } catch {
                diagnostics.error(error.description)
                hasUnreadableInput = true
            }
        }
    }

    /// The longest line that an envelope may be. One around a record of the limit is longer than that: base64 takes 4/3,
    /// an escaped byte six.
    private static let longestLine = 64 << 20

    /// Lines need not be kept beyond the largest record.
    private func restrict(_ reader: inout RecordReader) {
        reader.restrict(
            limit: options.maximumRecord + (options.keySeparator?.count ?? 0),
            oversize: options.oversize == .split ? .split : .tell)
    }

    private static func milliseconds() -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    // MARK: Records

    private mutating func take(_ record: InputRecord, of source: String?) throws(InputError) -> End? {
        counts.read += 1
        if unsafe record.bytes.isEmpty, options.skipsEmpty {
            counts.skipped += 1
            return nil
        }
        if format == .envelope { return takeEnvelope(record, of: source) }
        guard let separator = options.keySeparator else {
            return unsafe send(key: nil, fixed: options.key, value: record.bytes, now, record, source)
        }
        return takeKeyed(record, separator, of: source)
    }

    private mutating func takeKeyed(_ record: InputRecord, _ separator: [UInt8], of source: String?) -> End? {
        switch rest {
        case .none: break
        case .key(let key):
            if !record.continues { rest = .none }
            return unsafe send(key: nil, fixed: key, value: record.bytes, now, record, source)
        case .dropped:
            if !record.continues { rest = .none }
            counts.read -= 1
            return nil
        }
        if let place = unsafe record.bytes.firstRange(of: separator) {
            let key = unsafe UnsafeRawBufferPointer(rebasing: record.bytes[..<place.lowerBound])
            if record.continues { rest = .key(unsafe [UInt8](key)) }
            return unsafe send(
                key: key, fixed: nil,
                value: UnsafeRawBufferPointer(rebasing: record.bytes[place.upperBound...]), now, record, source)
        }
        if record.continues { rest = options.missingKey == .null ? .key(nil) : .dropped }
        switch options.missingKey {
        case .null: return unsafe send(key: nil, fixed: nil, value: record.bytes, now, record, source)
        case .skip:
            counts.skipped += 1
            diagnostics.note("\(place(record, source)): no key separator; skipped")
            return nil
        // Of a line that was cut, nobody knows.
        case .error where isCut: return refuse(tooLarge(record.length), record, source)
        case .error: return refuse("no key separator in \(record.length) bytes", record, source)
        }
    }

    /// Decides once what the input is, by its first record.
    private mutating func decide(_ record: InputRecord, of reader: inout RecordReader) {
        guard format == .auto, unsafe !(record.bytes.isEmpty && options.skipsEmpty) else { return }
        format = unsafe EnvelopeReader.isEnvelope(record.bytes) ? .envelope : .lines
        guard format == .envelope else { return restrict(&reader) }
        envelopes = EnvelopeReader()
        diagnostics.note("the input is fluvio-cat records; --input lines would send them as text")
    }

    private mutating func takeEnvelope(_ record: InputRecord, of source: String?) -> End? {
        let envelope: Envelope
        do throws(EnvelopeError) {
            guard let read = try unsafe envelopes?.read(record.bytes) else { return nil }
            envelope = read
        } catch {
            return refuse("not a record: \(error)", record, source)
        }
        let timestamp: Int64
        switch envelope.timestamp {
        case .at(let time) where options.keepsTimestamps: timestamp = time
        case .none where options.keepsTimestamps: timestamp = RecordLine.noTimestamp
        default: timestamp = now
        }
        if let value = unsafe envelope.value {
            return unsafe send(key: envelope.key, fixed: nil, value: value, timestamp, record, source)
        }
        switch options.nullValue {
        case .empty:
            return unsafe send(
                key: envelope.key, fixed: nil, value: UnsafeRawBufferPointer(start: nil, count: 0), timestamp, record,
                source)
        case .skip:
            counts.skipped += 1
            diagnostics.note("\(place(record, source)): no value; skipped")
            return nil
        case .error: return refuse("no value, and Fluvio has no null values", record, source)
        }
    }

    private mutating func takeOversize(_ record: InputRecord, of source: String?) throws(InputError) -> End? {
        switch options.oversize {
        case .truncate where format != .envelope:
            diagnostics.note(cut(record.length, record, source))
            isCut = true
            defer { isCut = false }
            return try take(record, of: source)
        case .skip:
            counts.read += 1
            counts.skipped += 1
            diagnostics.note("\(place(record, source)): \(record.length) bytes; skipped")
            return nil
        default:
            counts.read += 1
            return refuse(tooLarge(record.length), record, source)
        }
    }

    private func tooLarge(_ length: Int) -> String {
        "\(length) bytes, and --max-record is \(Sizes.text(options.maximumRecord))"
    }

    private func cut(_ length: Int, _ record: InputRecord, _ source: String?) -> String {
        "\(place(record, source)): \(length) bytes; cut to \(options.maximumRecord)"
    }

    @inline(__always)
    private mutating func send(
        key: UnsafeRawBufferPointer?, fixed: [UInt8]?, value: UnsafeRawBufferPointer, _ timestamp: Int64,
        _ record: InputRecord, _ source: String?
    ) -> End? {
        if let fixed {
            return unsafe fixed.withUnsafeBytes { key in unsafe send(key: key, value: value, timestamp, record, source)
            }
        }
        return unsafe send(key: key, value: value, timestamp, record, source)
    }

    private mutating func send(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer, _ timestamp: Int64, _ record: InputRecord,
        _ source: String?
    ) -> End? {
        guard unsafe (key?.count ?? 0) + value.count > options.maximumRecord else {
            return unsafe append(key: key, value: value, timestamp, record, source)
        }
        return unsafe sendOversize(key: key, value: value, timestamp, record, source)
    }

    /// A record above the limit, as the policy says. The key stays whole; where it leaves no room, nothing can be cut.
    private mutating func sendOversize(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer, _ timestamp: Int64, _ record: InputRecord,
        _ source: String?
    ) -> End? {
        let size = unsafe (key?.count ?? 0) + value.count
        let room = unsafe options.maximumRecord - (key?.count ?? 0)
        switch options.oversize {
        case .skip:
            counts.skipped += 1
            diagnostics.note("\(place(record, source)): \(size) bytes; skipped")
            return nil
        case .truncate where room > 0:
            if !isCut { diagnostics.note(cut(size, record, source)) }
            return unsafe append(
                key: key, value: UnsafeRawBufferPointer(rebasing: value[..<room]), timestamp, record, source)
        case .split where room > 0:
            for start in stride(from: 0, to: value.count, by: room) {
                if start > 0 { counts.read += 1 }
                let part = unsafe UnsafeRawBufferPointer(rebasing: value[start..<min(start + room, value.count)])
                if let end = unsafe append(key: key, value: part, timestamp, record, source) { return end }
            }
            return nil
        default: return refuse(tooLarge(size), record, source)
        }
    }

    private mutating func append(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer, _ timestamp: Int64, _ record: InputRecord,
        _ source: String?
    ) -> End? {
        while true {
            let outcome = unsafe producer.append(
                key: key, value: value, timestamp: timestamp, partition: options.partition, tag: UInt64(record.line))
            switch outcome {
            case .appended: return nil
            case .tooLarge:
                let size = unsafe (key?.count ?? 0) + value.count
                return refuse("\(size) bytes, which is more than a server stores", record, source)
            case .failed:
                // Not taken: it is neither acknowledged nor unknown.
                counts.read -= 1
                return .woken
            case .full:
                if !producer.waitForProgress(or: wake) {
                    counts.read -= 1
                    return .woken
                }
            }
        }
    }

    // MARK: Messages

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

    /// `FILE:LINE`, or `line LINE` of standard input.
    private func place(_ record: InputRecord, _ source: String?) -> String {
        let what = options.isRaw ? "record" : "line"
        guard let source, source != "-" else { return "\(what) \(record.line)" }
        return options.isRaw ? source : "\(source):\(record.line)"
    }
}
