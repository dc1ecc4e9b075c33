import FluvioProtocol

/// Which replica takes over when a partition's leader is gone: as the official SC decides (protocol: leadership).
enum Election: Equatable, Sendable {
    /// The leader is there.
    case keep
    /// This server leads from now on.
    case elect(Int32)
    /// Nobody can: the partition waits for its leader.
    case wait

    /// A follower must be less than this many records behind, or it would lose too much.
    static let maximumLag: Int64 = 4

    /// Decides by what the leader has reported last, which may be old: a follower that has more, or a leader that took
    /// more since, is not known of.
    init(_ spec: PartitionSpec, _ status: PartitionSpec.Status, online: (Int32) -> Bool) {
        if online(spec.leader) {
            self = .keep
            return
        }
        var best: (id: Int32, lag: Int64)?
        for replica in status.replicas where replica.spu != spec.leader && spec.replicas.contains(replica.spu) {
            let lag = status.leader.leo - replica.leo
            guard online(replica.spu), lag < Self.maximumLag, lag < best?.lag ?? .max else { continue }
            best = (replica.spu, lag)
        }
        self = best.map { .elect($0.id) } ?? .wait
    }
}
