import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

/// Keeps a server's copy of a partition in step with the one of the server that leads it.
///
/// It takes whole batches from the leader's log and writes them into its own, byte for byte, on the thread of its loop,
/// and tells the leader how far it is. Before that, and whenever the leader is another one or has come back, it cuts off
/// what the leader's log does not hold.
final class Follower: Sendable {
    /// The log that is followed, as it was when the two had been compared.
    private struct Link {
        let source: Partition
        let sourceTurn: UInt64
        let ownTurn: UInt64
        var mark: LogMark?
        var watch: UInt64?
    }

    /// Bytes that are copied at once, and before other partitions have their turn.
    private static let chunk = 1 << 20
    private static let turnBytes = 8 << 20
    /// Before something that failed is tried again.
    private static let pause: Duration = .milliseconds(250)

    private let partition: Partition
    private let server: Int32
    private let loop: EventLoop
    private let leader: @Sendable (Int32, ReplicaKey) -> Partition?
    private let say: @Sendable (String) -> Void
    private let link = Mutex<Link?>(nil)
    private let isQueued = Atomic(false)
    private let hasSaid = Atomic(false)

    /// - Parameters:
    ///   - server: the id of the server whose copy it is.
    ///   - loop: where it works.
    ///   - leader: gives the partition as the server of that id has it; nil: it cannot be reached.
    init(
        _ partition: Partition, on server: Int32, loop: EventLoop,
        leader: @escaping @Sendable (Int32, ReplicaKey) -> Partition?, say: @escaping @Sendable (String) -> Void
    ) {
        self.partition = partition
        self.server = server
        self.loop = loop
        self.leader = leader
        self.say = say
    }

    /// Something may be different: records, the leader, who can be reached. From any thread.
    func poke() {
        guard !isQueued.exchange(true, ordering: .acquiringAndReleasing) else { return }
        loop.run { [weak self] in
            guard let self else { return }
            isQueued.store(false, ordering: .releasing)
            follow()
        }
    }

    /// Lets go of the leader. On the loop's thread, or when that has ended.
    func stop() {
        let old = link.withLock { $0.take() }
        if let old, let watch = old.watch { old.source.forget(watch) }
    }

    private func follow() {
        guard let role = partition.following, let source = leader(role.leader, partition.key),
            let sourceTurn = source.leadingTurn
        else { return stop() }
        let isLinked = link.withLock { link in
            link.map { $0.source === source && $0.sourceTurn == sourceTurn && $0.ownTurn == role.turn } ?? false
        }
        do throws(FollowFailure) {
            if !isLinked {
                stop()
                guard try settle(with: source, turn: role.turn) else { return }
                link.withLock { $0 = Link(source: source, sourceTurn: sourceTurn, ownTurn: role.turn) }
            }
            try copy(from: source, sourceTurn: sourceTurn, turn: role.turn)
            hasSaid.store(false, ordering: .relaxed)
        } catch {
            if !hasSaid.exchange(true, ordering: .relaxed) {
                say("\(partition.key): cannot follow server \(role.leader): \(error.reason)")
            }
            stop()
            _ = loop.schedule(after: Self.pause) { [weak self] in self?.poke() }
        }
    }
}

/// Why a follower cannot go on for now; the text is for people.
private struct FollowFailure: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
    init(_ error: ReadError) { reason = "\(error)" }
}

// The common part.
extension Follower {
    /// Cuts off what the leader's log does not hold. False: this server follows no more.
    private func settle(with source: Partition, turn: UInt64) throws(FollowFailure) -> Bool {
        let own = partition.log
        let (mine, its) = (own.status, source.log.status)
        do throws(ReadError) {
            guard mine.end >= its.start else {
                // Nothing of it is left on the leader.
                return try own.startOver(at: its.start, turn: turn)
            }
            // What is below the high watermark is on all replicas.
            var comparison = TailComparison(from: min(max(mine.highWatermark, mine.start, its.start), its.end))
            while !comparison.isOver {
                let from = comparison.common
                guard let (left, right) = try headers(own, source.log, from: from) else { break }
                comparison.take(left, right)
            }
            guard mine.end > comparison.common else { return true }
            say("\(partition.key): cut after offset \(comparison.common - 1): the leader has other records there")
            return try own.cut(to: comparison.common, turn: turn)
        } catch {
            throw FollowFailure(error)
        }
    }

    /// The next batches of both logs; nil if one has no more.
    private func headers(
        _ own: Log, _ other: Log, from offset: Int64
    ) throws(ReadError) -> (own: [BatchHeader], other: [BatchHeader])? {
        do throws(ReadError) {
            guard let mine = try own.read(from: offset, maximumBytes: Self.chunk, committed: false),
                let its = try other.read(from: offset, maximumBytes: Self.chunk, committed: false)
            else { return nil }
            return (try mine.headers(), try its.headers())
        } catch {
            // A hole in one of them, or an end: they part here.
            if case .failed = error { throw error }
            return nil
        }
    }
}

// Copying.
extension Follower {
    private func copy(from source: Partition, sourceTurn: UInt64, turn: UInt64) throws(FollowFailure) {
        let own = partition.log
        var left = Self.turnBytes
        var isWaiting = false
        forgetWatch(source)
        while left > 0 {
            let slice: LogSlice?
            do throws(ReadError) {
                let mark = link.withLock { $0?.mark }
                slice = try source.log.read(from: own.end, maximumBytes: Self.chunk, committed: false, after: mark)
            } catch {
                // What the leader does not have, nobody gets.
                guard case .evicted(_, let next) = error, next > own.end else { throw FollowFailure(error) }
                guard try skip(to: next, turn: turn) else { return stop() }
                continue
            }
            guard let slice else {
                report(to: source, sourceTurn)
                guard !isWaiting else { return }
                watch(source)
                // Something may have come before.
                isWaiting = true
                continue
            }
            guard try store(slice, turn: turn) else { return stop() }
            link.withLock { $0?.mark = slice.mark }
            left -= slice.count
            report(to: source, sourceTurn)
        }
        // The others first.
        poke()
    }

    /// False: this server follows no more.
    private func store(_ slice: LogSlice, turn: UInt64) throws(FollowFailure) -> Bool {
        do throws(ReadError) {
            var bytes = try slice.contents()
            do throws(AppendError) {
                _ = try partition.append(copies: &bytes, turn: turn)
                return true
            } catch {
                if error == .deposed { return false }
                throw ReadError.failed("\(error)")
            }
        } catch {
            throw FollowFailure(error)
        }
    }

    /// False: this server follows no more.
    private func skip(to offset: Int64, turn: UInt64) throws(FollowFailure) -> Bool {
        let own = partition.log
        let status = own.status
        do throws(ReadError) {
            return status.start == status.end
                ? try own.startOver(at: offset, turn: turn) : try own.skip(to: offset, turn: turn)
        } catch {
            throw FollowFailure(error)
        }
    }

    private func report(to source: Partition, _ sourceTurn: UInt64) {
        partition.log.advanceHighWatermark(to: source.log.highWatermark)
        source.reached(
            server, end: partition.replicatedEnd(), highWatermark: partition.log.highWatermark, turn: sourceTurn)
    }

    /// Has this follower poked when the leader has more. It may have happened before this returns: then the next look
    /// finds a watch that is over.
    private func watch(_ source: Partition) {
        let watch = source.watch { [weak self] in self?.poke() }
        link.withLock { $0?.watch = watch }
    }

    private func forgetWatch(_ source: Partition) {
        let old = link.withLock { $0?.watch.take() }
        if let old { source.forget(old) }
    }
}
