import FluvioProtocol

/// The answers that a connection still owes its producer. They leave in the order of the requests, each when nothing in
/// it is waited for any more.
struct ProduceQueue: Sendable {
    /// An answer that can be sent.
    struct Ready: Equatable, Sendable {
        let id: UInt64
        let header: RequestHeader
        let response: ProduceResponse
    }

    /// Where an entry stands in a response.
    struct Place: Equatable, Sendable {
        let topic: Int
        let partition: Int
    }

    private struct Pending {
        let id: UInt64
        let header: RequestHeader
        var response: ProduceResponse
        var open: [Place]

        mutating func fail(_ place: Place, _ error: ErrorCode) {
            response.topics[place.topic].partitions[place.partition].error = error
            response.topics[place.topic].partitions[place.partition].baseOffset = 0
        }
    }

    private var pending: [Pending] = []
    private var lastID: UInt64 = 0

    /// Nothing is owed.
    init() {}

    var isEmpty: Bool { pending.isEmpty }

    /// Takes an answer in which some entries are not decided yet; its number.
    mutating func add(_ response: ProduceResponse, to header: RequestHeader, open: [Place]) -> UInt64 {
        lastID += 1
        pending.append(Pending(id: lastID, header: header, response: response, open: open))
        return lastID
    }

    /// An entry is decided. Nothing happens if it was before, or the answer is gone.
    mutating func settle(_ id: UInt64, _ place: Place, error: ErrorCode? = nil) {
        guard let at = pending.firstIndex(where: { $0.id == id }),
            let open = pending[at].open.firstIndex(of: place)
        else { return }
        pending[at].open.remove(at: open)
        if let error { pending[at].fail(place, error) }
    }

    /// The time of an answer is over: all that is not decided is an error.
    mutating func expire(_ id: UInt64, error: ErrorCode) {
        guard let at = pending.firstIndex(where: { $0.id == id }) else { return }
        for place in pending[at].open { pending[at].fail(place, error) }
        pending[at].open = []
    }

    /// Takes out what can be sent now, in order.
    mutating func takeReady() -> [Ready] {
        let count = pending.prefix { $0.open.isEmpty }.count
        guard count > 0 else { return [] }
        defer { pending.removeFirst(count) }
        return pending[..<count].map { Ready(id: $0.id, header: $0.header, response: $0.response) }
    }
}
