import FluvioProtocol

/// How a producer batches, sends and waits.
public struct ProducerSettings: Sendable {
    /// Bytes of one batch, 16 KiB as the official client's by default. Larger ones are faster, but the official reader
    /// loses the batch that the end of a response cuts: raise it only for topics that it does not read.
    public var batchSize = 16_384
    /// How long a record may wait for others to share its request: zero sends as soon as nothing is under way (records
    /// then gather while an answer is awaited); nil waits for ``Producer/flush()`` or a full request.
    public var linger: Duration? = .zero
    /// The codec; nil takes the topic's, or none where the topic leaves the choice.
    public var compression: Compression?
    /// When a record counts as stored.
    public var isolation = Isolation.readCommitted
    /// How long the server may wait for its replicas; an answer that does not come by then is taken for lost.
    public var requestTimeout = Duration.seconds(10)
    /// For how long a lost leader is looked for.
    public var retry = RetryLimit.duration(.seconds(30))
    /// Bytes of records that may wait or be under way, over all partitions. A full producer takes no more for a while.
    public var memory = 32 << 20
    /// Bytes of acknowledged records that are kept with ``Isolation/readUncommitted``, for each partition, until all
    /// replicas have them: an election may take back what the leader alone acknowledged, and then they are sent again.
    /// Beyond it the oldest are let go of (``ProducerEvent/leaderAlone(partition:)``). Where a server loses the leadership
    /// and gets it back before the producer hears of either, what its log lost meanwhile cannot be put back in order.
    public var keptUncommitted = 16 << 20
    /// With ``Isolation/readUncommitted``, how long ``Producer/finish()`` waits until all replicas have everything. What
    /// they lack then is acknowledged by the leader alone.
    public var replicaWait = Duration.seconds(5)
    /// Where partitions go on that a process before this one has written to: see ``Producer/checkpoint()`` and
    /// ``Producer/alreadyStored``. Others begin as a new producer.
    public var resume: [UInt32: ProducerPosition] = [:]
    /// The partitions of ``resume`` were at rest when their positions were taken, and nobody has sent anything since: the
    /// log need not be asked what of ours it holds.
    public var resumesAtRest = false
    /// The partitions that the producer is used for; nil: all. Nothing may be appended to others, which are not looked at.
    public var partitions: Set<UInt32>?
    /// Run by the server over the records before they are stored. It may leave some out or change them, so after a lost
    /// connection what was stored cannot be proved, and may be stored twice.
    public var smartModules: [SmartModule] = []
    /// Bytes from which a request leaves without being told to. Larger ones cost less, up to about a megabyte.
    var requestSize = 1 << 20

    /// The defaults.
    public init() {}

    /// The codec to use for a topic.
    ///
    /// - Throws: ``FluvioError/Code/compressionRefused`` where the topic wants another.
    func codec(for topic: TopicLayout) throws(FluvioError) -> Compression {
        guard let wanted = topic.compression else { return compression ?? .none }
        if let compression, compression != wanted {
            throw FluvioError(
                .compressionRefused, "the topic takes \(wanted) batches only, not \(compression)",
                at: FluvioError.Place(topic: topic.name), advice: "leave the codec to the topic")
        }
        return wanted
    }

    /// Why what a topic holds does not prove what was stored of what was sent; nil: it does. Where the server makes batches
    /// of its own, they do not have the producer's id and sequence.
    func doubt(of topic: TopicLayout) -> String? {
        if topic.isDeduplicated { return "topic '\(topic.name)' drops repeated records on the server" }
        if !smartModules.isEmpty { return "a SmartModule changes the records before they are stored" }
        return nil
    }

    /// How what is sent to a partition of a topic is followed.
    func delivery(of partition: UInt32, in topic: TopicLayout) -> Delivery.Settings {
        let predecessor = resume[partition].map { position in
            Delivery.Predecessor(
                next: RecordSequence(epoch: position.epoch, sequence: position.sequence), end: position.end,
                isAtRest: resumesAtRest)
        }
        return Delivery.Settings(
            confirmation: isolation == .readCommitted
                ? .replicas : .leader(keeping: topic.isReplicated ? max(0, keptUncommitted) : 0),
            retry: retry, isProvable: doubt(of: topic) == nil, predecessor: predecessor)
    }

    /// The sizes of each of the two record sets that a partition has: one that fills and one under way.
    func builder(_ compression: Compression, partitions: Int) -> RecordSetBuilder.Settings {
        var builder = RecordSetBuilder.Settings()
        builder.batchSize = batchSize
        builder.compression = compression.codec
        builder.capacity = min(8 << 20, max(batchSize, 65_536, memory / 2 / max(1, partitions)))
        return builder
    }
}

/// How batches are compressed.
public enum Compression: String, CaseIterable, Sendable {
    case none, gzip, snappy, lz4, zstd

    /// As a batch says it.
    var codec: FluvioProtocol::Compression {
        switch self {
        case .none: .none
        case .gzip: .gzip
        case .snappy: .snappy
        case .lz4: .lz4
        case .zstd: .zstd
        }
    }
}

/// When a record counts as stored, and from when on it is read.
public enum Isolation: Hashable, Sendable {
    /// When all replicas have it.
    case readCommitted
    /// When the leader has it; an election may lose it.
    case readUncommitted

    /// As requests say it.
    var wire: FluvioProtocol::Isolation {
        switch self {
        case .readCommitted: .readCommitted
        case .readUncommitted: .readUncommitted
        }
    }
}

/// What a producer or consumer must know of a topic.
struct TopicLayout: Equatable, Sendable {
    var name: String
    var partitions: UInt32
    /// The codec that the topic wants; nil: any.
    var compression: Compression?
    /// Each partition is held by several SPUs, as far as is known.
    var isReplicated = true
    /// The server drops records that it takes for repeats, and makes new batches of the others.
    var isDeduplicated = false
}
