/// What counts as stored, and what is shown.
public enum IsolationLevel: Hashable, Sendable, CaseIterable {
    /// What all replicas of a partition have: it survives the loss of its leader.
    case committed
    /// What the leader has: sooner, but an election can lose it.
    case uncommitted
}

/// How batches of records are compressed.
public enum CompressionCodec: String, Hashable, Sendable, CaseIterable {
    case none, gzip, snappy, lz4, zstd
}
