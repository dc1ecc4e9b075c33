package import FluvioProtocol

/// What a topic is to be.
public struct TopicSettings: Hashable, Sendable {
    /// How its partitions come about.
    public enum Replicas: Hashable, Sendable {
        /// So many partitions with so many replicas each, the leader among them; the SC chooses the SPUs.
        case computed(partitions: Int, replication: Int = 1, ignoringRacks: Bool = false)
        /// For each partition the ids of the SPUs that are to hold it, the first leader first.
        case assigned([[Int32]])
    }

    /// Drops records that came before.
    public struct Deduplication: Hashable, Sendable {
        /// The SmartModule that does it, as `GROUP/NAME@VERSION`.
        public var smartModule: String
        /// How many records are remembered.
        public var count: Int
        /// How long they are remembered; nil: for ever.
        public var age: Duration?
        /// The SmartModule's parameters.
        public var parameters: [String: String]

        /// Names the SmartModule and its bounds.
        public init(smartModule: String, count: Int, age: Duration? = nil, parameters: [String: String] = [:]) {
            self.smartModule = smartModule
            self.count = count
            self.age = age
            self.parameters = parameters
        }
    }

    /// How its partitions come about.
    public var replicas = Replicas.computed(partitions: 1)
    /// How long records are kept at least, in whole seconds, 10 s or more; nil: as the server does (7 days).
    public var retention: Duration?
    /// Bytes of a file of the log, 1,024 or more; nil: as the server does (1 GiB).
    public var segmentSize: Int?
    /// Bytes above which the oldest records of a partition go, 2,048 or more and no less than a segment; nil: none.
    public var maximumPartitionSize: Int?
    /// The codec that batches must have; nil: any, or none.
    public var compression: Compression?
    /// Nil: none.
    public var deduplication: Deduplication?
    /// Belongs to the cluster: it is hidden, and deleted only by force.
    public var isSystem = false

    /// One partition with one replica, and the server's defaults.
    public init() {}

    /// So many partitions with so many replicas each, and the server's defaults.
    public init(partitions: Int, replication: Int = 1) {
        replicas = .computed(partitions: partitions, replication: replication)
    }
}

extension TopicSettings {
    /// As the wire has it.
    ///
    /// - Throws: ``FluvioError/Code/invalidArgument`` for numbers that it cannot carry, or carries as something else.
    ///   What else is wrong, the SC says.
    package func spec() throws(FluvioError) -> TopicSpec {
        var spec = TopicSpec()
        switch replicas {
        case .computed(let partitions, let replication, let ignoringRacks):
            spec.replicas = .computed(
                TopicReplicaParameters(
                    partitions: try number(partitions, "number of partitions"),
                    replicationFactor: try number(replication, "number of replicas"),
                    ignoreRackAssignment: ignoringRacks))
        case .assigned(let partitions):
            spec.replicas = .assigned(
                partitions.enumerated().map { PartitionMap(id: UInt32($0.offset), replicas: $0.element) })
        }
        if let retention {
            spec.cleanupPolicy = .segment(seconds: try number(Int(retention.components.seconds), "retention time"))
        }
        if segmentSize != nil || maximumPartitionSize != nil {
            let segment: UInt32? = if let segmentSize { try number(segmentSize, "segment size") } else { nil }
            let partition: UInt64? =
                if let maximumPartitionSize { try number(maximumPartitionSize, "partition size") } else { nil }
            spec.storage = TopicStorageConfig(segmentSize: segment, maxPartitionSize: partition)
        }
        if let compression { spec.compression = compression.algorithm }
        if let deduplication {
            spec.deduplication = FluvioProtocol::Deduplication(
                count: try number(deduplication.count, "deduplication count"), age: deduplication.age,
                uses: deduplication.smartModule, with: deduplication.parameters)
        }
        spec.system = isSystem
        return spec
    }

    private func number<T: FixedWidthInteger>(_ value: Int, _ what: String) throws(FluvioError) -> T {
        guard value > 0, let number = T(exactly: value) else {
            throw FluvioError(.invalidArgument, "the \(what) must be from 1 to \(T.max), not \(value)")
        }
        return number
    }
}

extension Compression {
    /// As a topic demands it.
    var algorithm: CompressionAlgorithm {
        switch self {
        case .none: .uncompressed
        case .gzip: .gzip
        case .snappy: .snappy
        case .lz4: .lz4
        case .zstd: .zstd
        }
    }
}
