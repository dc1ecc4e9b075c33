/// Stores how far a consumer has come. It goes to the SPU and over the connection that the stream comes from, which
/// knows the consumer and the partition.
package struct UpdateConsumerOffsetRequest: WireRequest, Equatable {
    package typealias Response = UpdateConsumerOffsetResponse
    package static let apiKey = StreamingAPI.updateConsumerOffset.rawValue
    package static let versions: ClosedRange<Int16> = 23...LocalVersions.streaming
    package static let fallbackVersion: Int16? = LocalVersions.streaming

    /// The last record seen: a consumer resumes after it.
    package var offset: Int64 = 0
    /// The stream's id.
    package var sessionID: UInt32 = 0

    package init() {}

    package init(offset: Int64, sessionID: UInt32) {
        self.offset = offset
        self.sessionID = sessionID
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&offset)
        try coder.code(&sessionID)
    }
}

/// Whether the offset was stored.
package struct UpdateConsumerOffsetResponse: WireCodable, Equatable, Sendable {
    /// As it was asked for.
    package var offset: Int64 = 0
    /// What went wrong, or ``ErrorCode/success``.
    package var error: ErrorCode = .success

    package init() {}

    package init(offset: Int64, error: ErrorCode = .success) {
        self.offset = offset
        self.error = error
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&offset)
        try coder.code(&error)
    }
}

/// Forgets how far a consumer has come in a partition. It goes to the leader of the system topic.
package struct DeleteConsumerOffsetRequest: WireRequest, Equatable {
    package typealias Response = DeleteConsumerOffsetResponse
    package static let apiKey = StreamingAPI.deleteConsumerOffset.rawValue
    package static let versions: ClosedRange<Int16> = 23...LocalVersions.streaming
    package static let fallbackVersion: Int16? = LocalVersions.streaming

    /// The partition that was read.
    package var replica = ReplicaKey()
    /// The name that a consumer chose.
    package var consumerID = ""

    package init() {}

    package init(replica: ReplicaKey, consumerID: String) {
        self.replica = replica
        self.consumerID = consumerID
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&replica)
        try coder.code(&consumerID)
    }
}

/// Whether the offset was forgotten.
package struct DeleteConsumerOffsetResponse: WireCodable, Equatable, Sendable {
    /// What went wrong, or ``ErrorCode/success``.
    package var error: ErrorCode = .success

    package init() {}

    package init(error: ErrorCode = .success) {
        self.error = error
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&error)
    }
}

/// Asks how far consumers have come. It goes to the leader of the system topic.
package struct FetchConsumerOffsetsRequest: WireRequest, Equatable {
    package typealias Response = FetchConsumerOffsetsResponse
    package static let apiKey = StreamingAPI.fetchConsumerOffsets.rawValue
    package static let versions: ClosedRange<Int16> = 23...LocalVersions.streaming
    package static let fallbackVersion: Int16? = LocalVersions.streaming

    /// Nil: all of them, as it is below version 24.
    package var filter: ConsumerOffsetFilter?

    package init() {}

    package init(filter: ConsumerOffsetFilter? = nil) {
        self.filter = filter
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&filter, since: 24)
    }
}

/// Which stored offsets are wanted; nil takes any.
package struct ConsumerOffsetFilter: WireCodable, Equatable, Sendable {
    /// The partition that was read.
    package var replica: ReplicaKey?
    /// The name that a consumer chose.
    package var consumerID: String?

    package init() {}

    package init(replica: ReplicaKey? = nil, consumerID: String? = nil) {
        self.replica = replica
        self.consumerID = consumerID
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&replica)
        try coder.code(&consumerID)
    }
}

/// How far consumers have come.
package struct FetchConsumerOffsetsResponse: WireCodable, Equatable, Sendable {
    /// What went wrong, or ``ErrorCode/success``.
    package var error: ErrorCode = .success
    package var consumers: [ConsumerOffset] = []

    package init() {}

    package init(error: ErrorCode = .success, consumers: [ConsumerOffset] = []) {
        self.error = error
        self.consumers = consumers
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&error)
        try coder.code(&consumers)
    }
}

/// How far a consumer has come in a partition.
public struct ConsumerOffset: WireCodable, Equatable, Sendable {
    /// The name that a consumer chose.
    public var consumerID = ""
    /// The partition that was read.
    public var replica = ReplicaKey()
    /// The last record seen.
    public var offset: Int64 = 0
    /// Seconds since 1970.
    public var modifiedTime: UInt64 = 0

    package init() {}

    package init(consumerID: String, replica: ReplicaKey, offset: Int64, modifiedTime: UInt64) {
        self.consumerID = consumerID
        self.replica = replica
        self.offset = offset
        self.modifiedTime = modifiedTime
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&consumerID)
        try coder.code(&replica)
        try coder.code(&offset)
        try coder.code(&modifiedTime)
    }
}
