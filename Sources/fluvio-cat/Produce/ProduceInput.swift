import ToolSupport
import Unix

/// Reads the input of `produce` and feeds it to the topics. Lives on the thread that reads.
struct ProduceInput: ~Copyable {
    private let options: ProduceOptions
    private let outlets: TopicOutlets
    private let diagnostics: Diagnostics
    private var feed: RecordFeed
    private var source = -1
    /// An input that could not be read makes the run a failure, and reading goes on with the next.
    private(set) var hasUnreadableInput = false
    /// Bytes that were read when no more was to be sent.
    private(set) var unsentBytes = 0

    init(_ options: ProduceOptions, _ outlets: TopicOutlets, _ diagnostics: Diagnostics) {
        self.options = options
        self.outlets = outlets
        self.diagnostics = diagnostics
        let unit =
            switch options.records.input {
            case .lengthPrefixed, .varintPrefixed: "record"
            default: options.isRaw ? "record" : "line"
            }
        feed = RecordFeed(
            options.records, partition: options.partition, rate: options.rate, unit: unit, outlets: outlets,
            diagnostics: diagnostics)
    }

    var counts: RecordFeed.Counts { feed.counts }

    /// Reads until the end; blocks. What was read is with the producers then, and told to leave.
    mutating func run(counting: (RecordFeed.Counts) -> Void) throws -> RecordFeed.End {
        let records = options.records
        var reader = RecordReader(
            sources: options.files,
            framing: options.isRaw ? .whole : records.input.framing(delimiter: records.delimiter),
            limit: RecordFeed.longestLine, announcesChunks: true, wake: outlets.wake)
        if feed.restrictsAtOnce { feed.restrict(&reader) }
        defer {
            outlets.flush()
            unsentBytes = reader.pending
        }
        while true {
            do throws(InputError) {
                switch try reader.next() {
                case .chunk:
                    feed.tick()
                    counting(feed.counts)
                case .record(let record):
                    if reader.sourceIndex != source { begin(reader) }
                    if let end = feed.take(record, of: &reader) { return end }
                case .oversize(let record):
                    if reader.sourceIndex != source { begin(reader) }
                    if let end = feed.takeOversize(record, of: &reader) { return end }
                case .idle:
                    counting(feed.counts)
                    if options.producer.linger == nil { outlets.flush() }
                    _ = try reader.wait()
                case .woken: if !outlets.hearNews() { return .woken }
                case .end: return .input
                }
            } catch {
                diagnostics.error(error.description)
                hasUnreadableInput = true
            }
        }
    }

    /// A record of the next source has come.
    private mutating func begin(_ reader: borrowing RecordReader) {
        source = reader.sourceIndex
        // An empty file comes without a chunk.
        feed.tick()
        var key: [UInt8]?
        if let from = options.keyFrom, let name = reader.source {
            let path = Unix.bytes(of: name)
            key = from == .path ? path : Array(path.split(separator: UInt8(ascii: "/")).last ?? path[...])
        }
        feed.begin(source: source, key: key)
    }
}
