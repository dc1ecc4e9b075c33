package import FluvioProtocol

/// What the cluster tells a server about a partition it holds.
package struct PartitionConfiguration: Equatable, Sendable {
    /// The server that takes and gives the records.
    package var leader: Int32
    /// All servers that hold a copy, the leader among them.
    package var replicas: [Int32]
    /// Segments and retention.
    package var log = LogConfiguration()
    /// The codec that every batch must carry; nil allows all.
    package var codec: Compression?

    /// A partition with the settings that Fluvio takes if none are given.
    package init(leader: Int32, replicas: [Int32]) {
        self.leader = leader
        self.replicas = replicas
    }
}

/// What a server says about a partition it holds.
package struct LogStatus: Equatable, Sendable {
    /// The first offset that can be read.
    package var start: Int64 = 0
    /// The offset that the next record will get.
    package var end: Int64 = 0
    /// Records below it are on all replicas.
    package var highWatermark: Int64 = 0
    /// Bytes on disk, as Fluvio counts them: logs, indexes of closed segments, entries of the active one.
    package var size: Int64 = 0
    /// The last append met a full disk. It is over with the next that succeeds.
    package var isFull = false
    /// What is known of the followers, if its server leads it.
    package var followers: [FollowerStatus] = []

    /// An empty partition.
    package init() {}
}
