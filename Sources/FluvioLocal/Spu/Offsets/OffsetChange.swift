import FluvioProtocol

/// Whose position in what.
struct OffsetKey: WireCodable, Hashable, Sendable {
    var replica = ReplicaKey()
    var consumerID = ""

    init() {}

    init(_ consumerID: String, in replica: ReplicaKey) {
        self.replica = replica
        self.consumerID = consumerID
    }

    mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&replica)
        try coder.code(&consumerID)
    }
}

/// A position.
struct StoredOffset: WireCodable, Equatable, Sendable {
    /// The last record seen.
    var offset: Int64 = 0
    /// When it was stored: seconds since 1970.
    var time: UInt64 = 0

    init() {}

    init(offset: Int64, time: UInt64) {
        self.offset = offset
        self.time = time
    }

    mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&offset)
        try coder.code(&time)
    }
}

/// What a record of the system topic says (protocol: consumer offset APIs, storage).
enum OffsetChange: WireCodable, Equatable, Sendable {
    case updated(OffsetKey, StoredOffset)
    case deleted(OffsetKey)
    /// All that was said before is void: what follows says everything again.
    case checkpoint

    init() { self = .checkpoint }

    private var tag: UInt8 {
        switch self {
        case .updated: 0
        case .deleted: 1
        case .checkpoint: 2
        }
    }

    mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        let tag = try coder.codeTag(tag)
        var key = OffsetKey()
        var value = StoredOffset()
        switch self {
        case .updated(let known, let offset): (key, value) = (known, offset)
        case .deleted(let known): key = known
        case .checkpoint: break
        }
        switch tag {
        case 0:
            try coder.codeSized { coder throws(WireError) in try coder.code(&key) }
            try coder.codeSized { coder throws(WireError) in try coder.code(&value) }
            self = .updated(key, value)
        case 1:
            try coder.codeSized { coder throws(WireError) in try coder.code(&key) }
            self = .deleted(key)
        case 2:
            self = .checkpoint
        default:
            throw WireError(.unknownTag(type: "OffsetChange", tag: Int(tag)), at: at)
        }
    }

    /// The value of the record that says it.
    var bytes: [UInt8] {
        get throws(WireError) {
            var writer = WireWriter(version: 0)
            var change = self
            try change.code(with: &writer)
            return writer.bytes
        }
    }
}
