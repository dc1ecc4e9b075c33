/// Records that a server has stored, as safely as was asked for.
public struct Acknowledgement: Equatable, Sendable {
    /// The partition.
    public let partition: UInt32
    /// Offset of the first of them; -1 if they are known to be stored, but not where.
    public let firstOffset: Int64
    /// Number of records; their offsets follow each other.
    public let count: Int
    /// The tag of the last record among them, if that is known.
    public let lastTag: UInt64?
}

/// Records of a producer, by what is known of them.
public struct ProducerCounts: Equatable, Sendable {
    /// Taken from the caller.
    public internal(set) var appended = 0
    /// Stored, as safely as was asked for.
    public internal(set) var acknowledged = 0
    /// Sent, and given up without knowing whether they are stored.
    public internal(set) var unknown = 0
    /// Of the acknowledged ones: those that were given up before all replicas had them, so that an election may have
    /// taken them back (UNCOMMITTED, see ``ProducerSettings/keptUncommitted``).
    public internal(set) var leaderAlone = 0

    /// None of any kind.
    public static var none: ProducerCounts { ProducerCounts() }

    /// Counts those of another producer as well.
    public mutating func add(_ other: ProducerCounts) {
        appended += other.appended
        acknowledged += other.acknowledged
        unknown += other.unknown
        leaderAlone += other.leaderAlone
    }
}

/// What a producer tells of the way.
public enum ProducerEvent: Sendable {
    /// The leader of a partition is lost, or refuses for now; it is being found out what arrived.
    case lost(partition: UInt32, FluvioError)
    /// What did not arrive is sent again.
    case resending(partition: UInt32)
    /// The partition goes on, with nothing lost.
    case recovered(partition: UInt32)
    /// So many records stand in the log twice, as a server appended them late; consumers of this library drop them.
    case twins(partition: UInt32, records: Int)
    /// Records are acknowledged by the leader alone: they are not watched over any more, before all replicas have them,
    /// and an election may lose them. Told once for each partition.
    case leaderAlone(partition: UInt32)
    /// The server rewrites what is sent, so after trouble the log cannot tell what arrived: records may be stored
    /// twice. Told once, before anything is sent.
    case atLeastOnce(reason: String)
}
