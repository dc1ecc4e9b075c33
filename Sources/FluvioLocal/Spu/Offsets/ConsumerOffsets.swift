package import FluvioProtocol
import Synchronization

/// The positions that consumers have stored, kept in the system topic `consumer-offset` by whichever server leads it.
///
/// All of them are in memory; the topic is read when its leader opens it, and written at every change.
package final class ConsumerOffsets: Sendable {
    private struct State {
        /// The leader's; nil while there is none.
        var partition: Partition?
        var stored: [OffsetKey: StoredOffset] = [:]
        /// Partitions that there are.
        var known: Set<ReplicaKey> = []
        /// Segment of the topic, and changes, since everything was said last.
        var segment: Int64 = 0
        var changes = 0
    }

    /// Everything is said again after so many changes at least: reading the topic takes no longer for being old.
    private static let checkpointInterval = 1_000

    private let state = Mutex(State())

    /// Knows nothing until a server adds ``ReplicaKey/consumerOffsets``.
    package init() {}

    /// What a consumer has stored.
    func offset(of consumerID: String, in replica: ReplicaKey) -> Int64? {
        state.withLock { $0.stored[OffsetKey(consumerID, in: replica)]?.offset }
    }

    /// What consumers have stored in partitions that there are, by consumer, topic and partition.
    func list(_ filter: ConsumerOffsetFilter?) -> [ConsumerOffset] {
        let found = state.withLock { state in
            state.stored.filter { key, _ in
                state.known.contains(key.replica)
                    && (filter?.replica.map { $0 == key.replica } ?? true)
                    && (filter?.consumerID.map { $0 == key.consumerID } ?? true)
            }
        }
        return found.map { key, value in
            ConsumerOffset(
                consumerID: key.consumerID, replica: key.replica, offset: value.offset, modifiedTime: value.time)
        }.sorted {
            ($0.consumerID, $0.replica.topic, $0.replica.partition)
                < ($1.consumerID, $1.replica.topic, $1.replica.partition)
        }
    }
}

// Which partitions there are, and which of them is the topic itself.
extension ConsumerOffsets {
    /// Reads the topic, and writes to it from now on. The number of records that made no sense.
    func lead(_ partition: Partition) throws(ReadError) -> Int {
        try state.withLock { state throws(ReadError) in
            var stored: [OffsetKey: StoredOffset] = [:]
            var changes = 0
            let unreadable = try OffsetTopic.read(partition.log) { change in
                changes += 1
                switch change {
                case .updated(let key, let offset): stored[key] = offset
                case .deleted(let key): stored[key] = nil
                case .checkpoint: (stored, changes) = ([:], 0)
                }
            }
            state.partition = partition
            state.stored = stored
            state.changes = changes
            // Where there are several segments, it is not known which of them the last checkpoint is in.
            let active = partition.log.activeBase
            state.segment = partition.log.status.start == active ? active : -1
            return unreadable
        }
    }

    /// The server no longer leads the topic.
    func leave(_ partition: Partition) {
        state.withLock { if $0.partition === partition { $0.partition = nil } }
    }

    /// There is such a partition.
    func add(_ replica: ReplicaKey) { state.withLock { _ = $0.known.insert(replica) } }

    /// There is no such partition any more: what is stored for it goes.
    func remove(_ replica: ReplicaKey) {
        let touched = state.withLock { state in
            state.known.remove(replica)
            let keys = state.stored.keys.filter { $0.replica == replica }
            for key in keys { state.stored[key] = nil }
            _ = try? Self.write(keys.map { .deleted($0) }, &state)
            return state.partition
        }
        touched?.announce()
    }
}

// Changes. They hold when they are in the topic's log.
extension ConsumerOffsets {
    /// What was written, for who waits until it lasts.
    struct Written {
        let partition: Partition
        let appended: Appended
    }

    /// Stores a position. The time is in seconds since 1970.
    func store(
        _ offset: Int64, of consumerID: String, in replica: ReplicaKey, time: UInt64
    ) throws(ErrorCode) -> Written {
        let key = OffsetKey(consumerID, in: replica)
        let value = StoredOffset(offset: offset, time: time)
        let written = try state.withLock { state throws(ErrorCode) in
            let written = try Self.write([.updated(key, value)], &state)
            state.stored[key] = value
            Self.checkpointIfDue(&state)
            return written
        }
        written.partition.announce()
        return written
    }

    /// Forgets a position; nil if none was stored.
    func delete(_ consumerID: String, in replica: ReplicaKey) throws(ErrorCode) -> Written? {
        let key = OffsetKey(consumerID, in: replica)
        let written = try state.withLock { state throws(ErrorCode) -> Written? in
            guard state.stored[key] != nil else { return nil }
            let written = try Self.write([.deleted(key)], &state)
            state.stored[key] = nil
            return written
        }
        written?.partition.announce()
        return written
    }

    /// Every change in a batch of its own, as a real server does.
    private static func write(_ changes: [OffsetChange], _ state: inout State) throws(ErrorCode) -> Written {
        guard let partition = state.partition else { throw .other("no server leads \(ReplicaKey.consumerOffsets)") }
        var bytes: [UInt8] = []
        do throws(OffsetTopicError) {
            for change in changes { bytes += try OffsetTopic.batch(of: [change]) }
        } catch {
            throw .other("\(error)")
        }
        state.changes += changes.count
        return try append(bytes, to: partition)
    }

    /// Says everything again: now and then, and whenever a segment is full, so that old segments may go.
    private static func checkpointIfDue(_ state: inout State) {
        guard let partition = state.partition else { return }
        let isDue = state.changes > max(checkpointInterval, state.stored.count)
        guard isDue || partition.log.activeBase != state.segment else { return }
        let changes = [.checkpoint] + state.stored.map { OffsetChange.updated($0, $1) }
        guard let bytes = try? OffsetTopic.batch(of: changes) else { return }
        // If the disk is full, the next change tries again.
        guard (try? append(bytes, to: partition)) != nil else { return }
        state.changes = 0
        state.segment = partition.log.activeBase
    }

    private static func append(_ bytes: [UInt8], to partition: Partition) throws(ErrorCode) -> Written {
        var bytes = bytes
        do throws(AppendError) {
            guard let appended = try partition.append(&bytes, 0..<bytes.count) else {
                throw AppendError.invalid("nothing to write")
            }
            return Written(partition: partition, appended: appended)
        } catch {
            throw ErrorCode(error, partition.key)
        }
    }
}

extension ReplicaKey {
    /// The partition of the system topic that keeps the positions of consumers.
    package static let consumerOffsets = ReplicaKey(topic: "consumer-offset", partition: 0)
}
