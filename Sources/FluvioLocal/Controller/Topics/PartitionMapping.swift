import FluvioProtocol

// Between what the controller says of a partition and what a server of records is told and tells.

extension PartitionConfiguration {
    /// What the server is told of a partition of this spec.
    init(_ spec: PartitionSpec) {
        self.init(leader: spec.leader, replicas: spec.replicas)
        if let size = spec.storage?.segmentSize { log.segmentBytes = Int(size) }
        if let size = spec.storage?.maxPartitionSize { log.maximumBytes = Int(clamping: size) }
        if case .segment(let seconds) = spec.cleanupPolicy { log.retention = .seconds(seconds) }
        codec = spec.compression.codec
    }
}

extension CompressionAlgorithm {
    /// The codec that every batch must carry; nil: any.
    fileprivate var codec: Compression? {
        switch self {
        case .uncompressed: Compression.none
        case .gzip: .gzip
        case .snappy: .snappy
        case .lz4: .lz4
        case .zstd: .zstd
        case .any: nil
        }
    }
}

extension PartitionSpec.Status {
    /// What the leader tells of its replica and of the followers.
    init(leader: Int32, _ replica: LogStatus) {
        self.init(
            resolution: replica.isFull ? .outOfStorage : .online,
            leader: ReplicaStatus(spu: leader, hw: replica.highWatermark, leo: replica.end),
            lsr: UInt32(replica.followers.count { $0.end == replica.end }),
            replicas: replica.followers.map { ReplicaStatus(spu: $0.spu, hw: $0.highWatermark, leo: $0.end) },
            size: replica.size, baseOffset: replica.start)
    }

    /// The same for peers of a version, which may not know every resolution.
    func readable(in version: Int16) -> Self {
        var status = self
        // Known from 19 on; it can still be read from.
        if version < 19, resolution == .outOfStorage { status.resolution = .online }
        return status
    }
}
