import FluvioClient
import Synchronization
import Unix

/// What the client's threads, tasks and signals have to say to the thread that reads.
final class Mailbox: Sendable {
    enum Letter: Sendable {
        /// Records of a lane are stored; `isDead`: in the topic for what is refused.
        case stored(lane: Int, isDead: Bool, [Acknowledgement])
        /// A lane has been opened, or cannot be.
        case opened(FileID, Result<OpenedLane, FluvioError>)
        /// SIGHUP.
        case rescan
    }

    private let letters = Mutex<[Letter]>([])
    private let bell: FileDescriptor
    private let hasSaid = Atomic<Bool>(false)
    private let hasDoubted = Atomic<Bool>(false)

    /// True once: for what all lanes have to say, and is to be said once.
    var isFirstWord: Bool { !hasSaid.exchange(true, ordering: .relaxed) }

    /// The same for what is said where records are sent again.
    var isFirstDoubt: Bool { !hasDoubted.exchange(true, ordering: .relaxed) }

    init() throws(SystemError) { bell = try Unix.eventDescriptor() }

    /// Readable while there are letters: for poll(2).
    var descriptor: CInt { bell.raw }

    func post(_ letter: Letter) {
        letters.withLock { $0.append(letter) }
        Unix.ring(bell.raw)
    }

    func take() -> [Letter] {
        Unix.quiet(bell.raw)
        return letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
    }
}

/// The producers of a lane, and where they begin.
struct OpenedLane: Sendable {
    /// Names it in letters.
    let number: Int
    let producer: Producer
    let dead: Producer?
    /// As it stands in the checkpoint.
    let lane: FileRecord.Lane
    /// Records of each partition, of those behind the position, that the log has already.
    let stored: [UInt32: Int]
    let deadStored: Int
    /// Whether ids are new, or begin a new epoch: the checkpoint must say so before anything is sent.
    let isNew: Bool
    /// Whether what is acknowledged stays in the log, where it was said to be.
    let isKept: Bool
}

/// The way of one file's records to the topic: a producer of its own, so that after a crash the log says which of them
/// have arrived.
final class Lane {
    let number: Int
    let producer: Producer
    let dead: Producer?
    /// As it began.
    let began: FileRecord.Lane
    var progress: LaneProgress
    private var known: KnownRecords
    /// The last record did not fit.
    var isBlocked = false
    /// When something was sent last.
    var used = MonotonicTime.now
    /// The partition of each slot of ``progress``; the last slot is that of the dead letters, if there are any.
    private let partitions: [UInt32]

    init(_ opened: OpenedLane, offset: Int, line: Int) {
        (number, producer, dead, began) = (opened.number, opened.producer, opened.dead, opened.lane)
        let lane = opened.lane
        let partitions = lane.positions.keys.sorted()
        var base = partitions.compactMap { lane.positions[$0] }
        var stored = partitions.map { opened.stored[$0] ?? 0 }
        if let position = lane.dead, dead != nil {
            base.append(position)
            stored.append(opened.deadStored)
        }
        self.partitions = partitions
        var newest = partitions.map { lane.newest[$0] }
        if base.count > partitions.count { newest.append(lane.newestDead) }
        known = KnownRecords(newest, isKept: opened.isKept)
        progress = LaneProgress(base, stored: stored, offset: offset, line: line)
    }

    /// The slot of a partition. Keyed lanes have all of them, in their order.
    @inline(__always)
    func slot(of partition: UInt32) -> Int { partitions.count == 1 ? 0 : Int(partition) }

    /// The slot of the dead letters.
    var deadSlot: Int { partitions.count }

    /// Takes what was acknowledged; says by what the topic is seen to be another one.
    func take(_ acknowledgements: [Acknowledgement], isDead: Bool) -> TopicChange? {
        var change: TopicChange?
        for entry in acknowledgements {
            let slot = isDead ? deadSlot : slot(of: entry.partition)
            let offset = entry.firstOffset >= 0 ? entry.firstOffset : nil
            progress.acknowledged(slot, count: entry.count, at: offset)
            guard let offset, let held = known.stored(slot, count: entry.count, at: offset) else { continue }
            change = .countsAnew(partition: entry.partition, offset: offset, held: held)
        }
        isBlocked = false
        return change
    }

    /// The topic is another one: what it held says nothing.
    func forgetKnown() { known.forget() }

    /// As it stands at the last mark that counts.
    var settled: FileRecord.Lane {
        var lane = began
        let positions = progress.positions
        for (partition, position) in zip(partitions, positions) { lane.positions[partition] = position }
        lane.newest = [:]
        for (partition, offset) in zip(partitions, known.offsets) { lane.newest[partition] = offset }
        if dead != nil {
            lane.dead = positions.last
            lane.newestDead = known.offsets.last ?? nil
        }
        return lane
    }

    func flush() {
        producer.flush()
        dead?.flush()
    }

    func close() {
        producer.close()
        dead?.close()
    }

    var failure: FluvioError? { producer.failure ?? dead?.failure }
}
