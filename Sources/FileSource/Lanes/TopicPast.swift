import FluvioClient
import Unix

/// What shows that a topic is not the one that was sent to before, though it has the same name.
enum TopicChange: Equatable, Sendable {
    /// A topic does not lose partitions.
    case fewerPartitions(had: UInt32, has: UInt32)
    /// A partition ends before a record that it held.
    case shorter(partition: UInt32, end: Int64, held: Int64)
    /// Where a record of this source stood, there is one of somebody else.
    case replaced(partition: UInt32, offset: Int64)
    /// A record was stored before one that the partition held.
    case countsAnew(partition: UInt32, offset: Int64, held: Int64)

    /// One line about it.
    ///
    /// - Parameter isDead: the topic is that for what is refused.
    func text(_ topic: String, isDead: Bool = false) -> String {
        let what =
            switch self {
            case .fewerPartitions(let had, let has): ", as it had at least \(counted(had, "partition")) and has \(has)"
            case .shorter(let partition, let end, let held):
                ", or has lost records, as partition \(partition) ends at offset \(end) and held offset \(held)"
            case .replaced(let partition, let offset):
                ", as a record of another producer stands at offset \(offset) of partition \(partition)"
            case .countsAnew(let partition, let offset, let held):
                ", or has lost records, as partition \(partition) held offset \(held) and stores at offset \(offset)"
            }
        return "topic \(topic) was made anew\(what): what was sent before is not in it"
            + (isDead ? "" : ", and --from beginning sends all of it again")
    }
}

/// What a checkpoint knows of a topic, by which it is told from another one of the same name. No request names a topic
/// but by that (protocol: metadata), so what it holds must show it.
struct TopicPast: Equatable, Sendable {
    /// A record of ours.
    struct Known: Equatable, Sendable {
        var offset: Int64
        var producerID: Int64
    }

    /// The newest of each partition.
    private(set) var newest: [UInt32: Known] = [:]
    /// So many partitions it had, at least.
    private(set) var partitions: UInt32 = 0

    /// - Parameter isDead: the topic is that for what is refused.
    init(_ records: [FileRecord], isDead: Bool) {
        for lane in records.lazy.compactMap(\.lane) {
            if isDead {
                if let position = lane.dead, let offset = lane.newestDead { add(0, offset, position) }
                continue
            }
            partitions = max(partitions, lane.partitions)
            for (partition, offset) in lane.newest {
                if let position = lane.positions[partition] { add(partition, offset, position) }
            }
        }
    }

    private mutating func add(_ partition: UInt32, _ offset: Int64, _ position: ProducerPosition) {
        if let other = newest[partition], other.offset >= offset { return }
        newest[partition] = Known(offset: offset, producerID: position.producerID)
    }

    /// What the ends of partitions show.
    func change(_ ends: [PartitionOffsets]) -> TopicChange? {
        for offsets in ends {
            if let known = newest[offsets.partition], offsets.end <= known.offset {
                return .shorter(partition: offsets.partition, end: offsets.end, held: known.offset)
            }
        }
        return nil
    }

    /// A record that is kept still, and would not be there if the topic were another.
    func witness(_ ends: [PartitionOffsets]) -> (partition: UInt32, known: Known)? {
        for offsets in ends {
            if let known = newest[offsets.partition], known.offset >= offsets.start {
                return (offsets.partition, known)
            }
        }
        return nil
    }
}

extension TopicPast {
    /// Asks the cluster whether the topic is another one; nil: it is not, as far as can be told. A leader that is away is not
    /// waited for long: files are to be held open before they lose their names.
    func change(of topic: String, _ client: Fluvio) async throws(FluvioError) -> TopicChange? {
        guard !newest.isEmpty else { return nil }
        let ends = try await client.admin.offsets(of: topic, retry: .duration(.zero))
        if let change = change(ends) { return change }
        guard let (partition, known) = witness(ends) else { return nil }
        do throws(FluvioError) {
            let producer = try await client.producerID(
                of: topic, partition: partition, at: known.offset, retry: .duration(.zero))
            return producer == known.producerID ? nil : .replaced(partition: partition, offset: known.offset)
        } catch {
            // Since it was seen to be kept.
            if error.code == .offsetEvicted { return nil }
            throw error
        }
    }
}

extension Checkpoint {
    /// None of what was sent is in the topic, nor in that for what is refused: nothing is known of these any more. What was
    /// under way when a process was killed stays in doubt, unless it `forgetsDoubts`.
    mutating func forgetTopic(isDead: Bool, forgetsDoubts: Bool) {
        for index in files.indices where forgetsDoubts || (isClean && !files[index].isDoubtful) {
            files[index].forgetTopic(isDead: isDead)
        }
    }
}

extension FileRecord {
    /// Nothing that was sent is in the topic, or in that for what is refused, and nothing is under way.
    mutating func forgetTopic(isDead: Bool) {
        guard isDead else { return lane = nil }
        lane?.dead = nil
        lane?.newestDead = nil
    }
}
