/// When old records go.
public enum CleanupPolicy: WireCodable, Equatable, Sendable {
    /// A finished segment goes when its last record is older than this many seconds.
    case segment(seconds: UInt32)

    package init() { self = .segment(seconds: 0) }

    private var seconds: UInt32 {
        switch self {
        case .segment(let seconds): seconds
        }
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        let tag = try coder.codeTag(0)
        guard tag == 0 else { throw WireError(.unknownTag(type: "CleanupPolicy", tag: Int(tag)), at: at) }
        self = .segment(seconds: try coder.payload(seconds))
    }
}

/// How a partition is stored.
public struct TopicStorageConfig: WireCodable, Equatable, Sendable {
    /// Bytes of a file of the log; nil: the SPU's default, 1 GiB.
    public var segmentSize: UInt32?
    /// Bytes above which the oldest segments go; nil: no limit.
    public var maxPartitionSize: UInt64?

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(segmentSize: UInt32? = nil, maxPartitionSize: UInt64? = nil) {
        self.segmentSize = segmentSize
        self.maxPartitionSize = maxPartitionSize
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&segmentSize)
        try coder.code(&maxPartitionSize)
    }
}

/// The codec that a topic demands of its batches. Its numbers are not those of the batch header (protocol: topic).
public enum CompressionAlgorithm: UInt8, WireTag, CaseIterable {
    /// Batches must not be compressed (Fluvio: None).
    case uncompressed = 0
    case gzip = 1
    case snappy = 2
    case lz4 = 3
    /// Every codec, and none, is taken: the default.
    case any = 4
    case zstd = 5

    package init() { self = .any }
}

/// Records whose key came shortly before are dropped by the SPU.
public struct Deduplication: WireCodable, Equatable, Sendable {
    /// How many keys are remembered.
    public var count: UInt64 = 0
    /// How long they are remembered; nil: for ever.
    public var age: Duration?
    /// Name of the SmartModule that does it.
    public var uses = ""
    /// The SmartModule's parameters.
    public var with: [String: String] = [:]

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(count: UInt64, age: Duration? = nil, uses: String, with: [String: String] = [:]) {
        self.count = count
        self.age = age
        self.uses = uses
        self.with = with
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&count)
        try coder.code(&age)
        try coder.code(&uses)
        try coder.code(&with)
    }
}
