/// Where reading a partition begins.
public enum StartPosition: Hashable, Sendable {
    /// At the first record that is kept.
    case beginning
    /// Behind the last record: new ones only.
    case end
    /// At this offset. Where it is not kept any more, reading begins at the first that is, and the gap is told.
    case offset(Int64)
    /// So many records after the first.
    case afterBeginning(Int64)
    /// So many records before the end.
    case beforeEnd(Int64)

    /// The offset, given what the partition holds.
    func offset(start: Int64, end: Int64) -> Int64 {
        switch self {
        case .beginning: start
        case .end: end
        case .offset(let offset): offset
        case .afterBeginning(let count): min(end, start + max(0, min(count, end - start)))
        case .beforeEnd(let count): max(start, end - max(0, min(count, end - start)))
        }
    }
}

/// What a consumer reads, and how.
public struct ConsumerSettings: Sendable {
    /// The partitions; nil: all that the topic has.
    public var partitions: [UInt32]?
    /// Where reading begins.
    public var start = StartPosition.beginning
    /// Where reading begins in single partitions, in place of ``start``.
    public var starts: [UInt32: StartPosition] = [:]
    /// Ends where the partitions ended at the start (their high watermarks). Otherwise reading goes on for ever. A leader
    /// whose high watermark is behind its log, as after an election, has 3 s to hear of its replicas first.
    public var stopsAtEnd = false
    /// Offsets before which single partitions end, wherever the partition ends now. With ``stopsAtEnd`` whichever comes
    /// first.
    public var stops: [UInt32: Int64] = [:]
    /// The name under which ``Consumer/commit(_:)`` stores positions on the server; nil: none.
    public var consumerID: String?
    /// Run by the server over what is read, one after the other.
    public var smartModules: [SmartModule] = []
    /// From when on a record is read.
    public var isolation = Isolation.readCommitted
    /// Bytes of one response, over all partitions. A response holds whole batches, so it may be larger by one.
    public var maximumBytes = 4 << 20
    /// A batch whose records take more bytes than this once decompressed counts as damaged: a few kilobytes can become
    /// any amount of memory.
    public var maximumDecompressed = Self.defaultMaximumDecompressed
    /// Twice the largest batch that a server stores.
    public static let defaultMaximumDecompressed = 64 << 20
    /// Where reading begins in the middle of a partition: bytes before it that are looked at (not handed out) to learn
    /// how far producers of this library had come, so that a record which stands before that place and, stored late by
    /// a server that was cut off, behind it once more, is not taken for new. Nothing is read unless the batch before the
    /// place is of such a producer. At most 64 MiB for all partitions together; 0: none.
    public var readBack = 8 << 20
    /// How long a request may take. A stream that has been silent for 5 s is probed, and given up if the probe takes as
    /// long as this.
    public var requestTimeout = Duration.seconds(10)
    /// For how long a lost leader is looked for.
    public var retry = RetryLimit.duration(.seconds(30))

    /// The defaults: everything, from the beginning, for ever.
    public init() {}

    /// Bytes to look at before the start of one of so many partitions.
    func readBack(partitions: Int) -> Int { max(0, min(readBack, (64 << 20) / max(1, partitions))) }

    /// Bytes to ask for in one response of one of so many partitions.
    func maximumBytes(partitions: Int) -> Int32 {
        Int32(clamping: max(min(1 << 20, maximumBytes), maximumBytes / max(1, partitions)))
    }
}

/// What a consumer tells of the way.
public enum ConsumerEvent: Sendable {
    /// The stream of a partition is lost; its leader is looked for.
    case lost(partition: UInt32, FluvioError)
    /// The partition goes on where it was.
    case recovered(partition: UInt32)
    /// These offsets were to be read, and are not kept any more.
    case gap(partition: UInt32, offsets: Range<Int64>)
}
