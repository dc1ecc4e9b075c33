/// How far one partition has been read through its stream, and what to tell the server: pure.
///
/// The server answers a stream with whole responses and sends the next when the last is acknowledged (a real SPU: one
/// at a time; protocol: StreamFetch). So the end of the last whole batch is acknowledged on arrival, which brings the
/// next response while this one is worked on, but only while few responses wait: memory stays bounded.
struct StreamProgress: Sendable {
    /// Responses that may wait to be taken while a further one is asked for.
    static let maximumWaiting = 2
    /// The largest batch that a server stores, its header included, with room to spare for a second header.
    static let largestBatch: Int32 = 33_554_432 + 1024

    /// What a response held.
    struct Arrival: Equatable, Sendable {
        /// Offset behind the last whole batch; nil if there is none.
        var end: Int64?
        /// Bytes that the batch needs which the end of the response cut; nil if none was cut.
        var cutBatchSize: Int?
    }

    /// What to do next.
    enum Action: Equatable, Sendable {
        case nothing
        /// Tell the server that everything below the offset has arrived.
        case acknowledge(Int64)
        /// Open the stream anew from ``next``, asking for ``maximumBytes``: the first batch did not fit.
        case reopen
        /// Everything up to ``stop`` has arrived: the stream is not needed any more.
        case finished
    }

    /// Offset behind the last record that has arrived.
    private(set) var next: Int64
    /// Offset before which reading ends; nil: follow for ever.
    let stop: Int64?
    /// Bytes asked for in one response.
    private(set) var maximumBytes: Int32

    private var waiting = 0
    private var held: Int64?

    init(from next: Int64, stop: Int64?, maximumBytes: Int32) {
        self.next = next
        self.stop = stop
        self.maximumBytes = maximumBytes
    }

    /// Responses wait for the reader, so that the server has to.
    var isHeld: Bool { waiting > 0 || held != nil }

    /// Nothing is left to be read.
    var isFinished: Bool { stop.map { next >= $0 } ?? false }

    /// A response arrived. It is handed on to the reader if it holds a whole batch.
    mutating func arrived(_ arrival: Arrival) -> Action {
        guard let end = arrival.end else {
            guard let needed = arrival.cutBatchSize, maximumBytes < Self.largestBatch else { return .nothing }
            let doubled = Int(maximumBytes) * 2
            maximumBytes = Int32(clamping: min(max(doubled, needed + 1024), Int(Self.largestBatch)))
            return .reopen
        }
        next = max(next, end)
        waiting += 1
        if isFinished { return .finished }
        if waiting < Self.maximumWaiting { return .acknowledge(end) }
        held = end
        return .nothing
    }

    /// The reader took a response that arrived before.
    mutating func taken() -> Action {
        waiting -= 1
        // A server may send several responses for one acknowledgement: only few may wait when the next is given.
        guard let offset = held, waiting < Self.maximumWaiting, !isFinished else { return .nothing }
        held = nil
        return .acknowledge(offset)
    }

    /// What lies before `offset` cannot be read any more.
    mutating func skip(to offset: Int64) { next = max(next, offset) }

    /// The stream was opened anew (on the same or another server): nothing of the old one is acknowledged any more.
    mutating func reopened() { held = nil }
}
