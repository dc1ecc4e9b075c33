/// The last record of a producer that a reader has seen in a partition.
public struct SeenProducer: Equatable, Sendable {
    /// Names it.
    public var producerID: Int64
    /// The epoch of ``sequence``.
    public var epoch: Int16
    /// The number of the record.
    public var sequence: Int32

    /// The last record of a producer.
    public init(producerID: Int64, epoch: Int16, sequence: Int32) {
        self.producerID = producerID
        self.epoch = epoch
        self.sequence = sequence
    }
}

/// Finds records that stand twice in a partition: a server that was cut off may append a batch after its producer has
/// proved it missing and sent it again. Producers that number their batches (ours) can be told apart by it; batches of
/// others carry -1 and are left alone.
struct RepeatFilter: Sendable {
    /// Producers remembered in a partition; beyond it those heard of longest ago are forgotten.
    static let maximumProducers = 10_000

    private struct Entry {
        var last: RecordSequence
        var heard: UInt64
    }

    private var producers: [Int64: Entry] = [:]
    private var clock: UInt64 = 0

    init() {}

    /// Records at the start of a batch that have been seen before: 0 for a new batch, `count` for a twin.
    mutating func repeated(producerID: Int64, first: RecordSequence, count: Int32) -> Int32 {
        guard producerID >= 0, first.sequence >= 0, count > 0 else { return 0 }
        clock += 1
        guard let entry = producers[producerID] else {
            forgetIfFull()
            producers[producerID] = Entry(last: first.advanced(by: count - 1), heard: clock)
            return 0
        }
        let last = first.advanced(by: count - 1)
        let seen: Int32 =
            if first > entry.last {
                0
            } else if last <= entry.last {
                count
            } else {
                // Same epoch: first <= entry.last < last.
                entry.last.sequence - first.sequence + 1
            }
        producers[producerID] = Entry(last: max(entry.last, last), heard: clock)
        return seen
    }

    /// Of the producers heard last, so many.
    func newest(_ count: Int) -> [SeenProducer] {
        producers.sorted { $0.value.heard > $1.value.heard }.prefix(count).map { id, entry in
            SeenProducer(producerID: id, epoch: entry.last.epoch, sequence: entry.last.sequence)
        }
    }

    /// Takes over what another has seen.
    mutating func learn(_ seen: [SeenProducer]) {
        for producer in seen {
            clock += 1
            let last = RecordSequence(epoch: producer.epoch, sequence: producer.sequence)
            producers[producer.producerID] = Entry(last: last, heard: clock)
        }
    }

    private mutating func forgetIfFull() {
        guard producers.count >= Self.maximumProducers else { return }
        // Half at once, so that the sort is paid once per many batches.
        let old = producers.sorted { $0.value.heard < $1.value.heard }.prefix(Self.maximumProducers / 2)
        for (id, _) in old { producers[id] = nil }
    }
}
