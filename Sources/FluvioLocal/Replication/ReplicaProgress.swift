/// How far the followers of a partition are, as its leader knows, and what follows for the high watermark.
struct ReplicaProgress: Equatable, Sendable {
    /// By the order of the replicas; the leader is not among them.
    private(set) var followers: [FollowerStatus]

    /// Of a leader to which no follower has said anything yet.
    init(replicas: [Int32], leader: Int32) {
        followers = replicas.filter { $0 != leader }.map(FollowerStatus.init)
    }

    /// A follower has all below `end`, and knows of the high watermark. False: that is not news, or no follower of this
    /// partition.
    mutating func reached(_ follower: Int32, end: Int64, highWatermark: Int64) -> Bool {
        guard let at = followers.firstIndex(where: { $0.spu == follower }) else { return false }
        let old = followers[at]
        followers[at].end = end
        followers[at].highWatermark = highWatermark
        return followers[at] != old
    }

    /// Below it, all replicas have everything; nil while one has not said how far it is. A follower that is away
    /// therefore holds it back.
    /// - Parameter own: how far the leader is.
    func highWatermark(own: Int64) -> Int64? {
        var mark = own
        for follower in followers {
            guard follower.end >= 0 else { return nil }
            mark = min(mark, follower.end)
        }
        return mark
    }
}

/// What the leader of a partition knows of a follower.
package struct FollowerStatus: Equatable, Sendable {
    /// Id of its server.
    package let spu: Int32
    /// It has everything below; -1: it has not said so far.
    package var end: Int64 = -1
    /// What it takes for the high watermark; -1: it has not said so far.
    package var highWatermark: Int64 = -1

    init(_ spu: Int32) { self.spu = spu }
}
