/// Asks where partitions begin and end.
package struct FetchOffsetsRequest: WireRequest, Equatable {
    package typealias Response = FetchOffsetsResponse
    package static let apiKey = StreamingAPI.fetchOffsets.rawValue
    package static let versions: ClosedRange<Int16> = 0...LocalVersions.streaming
    package static let fallbackVersion: Int16? = LocalVersions.streaming

    package var topics: [FetchOffsetTopic] = []
    /// Carried by version 23 alone: then the start is the record after the stored offset.
    package var consumerID: String?

    package init() {}

    package init(topics: [FetchOffsetTopic] = [], consumerID: String? = nil) {
        self.topics = topics
        self.consumerID = consumerID
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&topics)
        try coder.code(&consumerID, since: 23, until: 23)
    }
}

/// Partitions of one topic.
package struct FetchOffsetTopic: WireCodable, Equatable, Sendable {
    package var name = ""
    package var partitions: [UInt32] = []

    package init() {}

    package init(name: String, partitions: [UInt32] = []) {
        self.name = name
        self.partitions = partitions
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&partitions)
    }
}

/// Where partitions begin and end.
package struct FetchOffsetsResponse: WireCodable, Equatable, Sendable {
    package var topics: [FetchOffsetTopicResponse] = []

    package init() {}

    package init(topics: [FetchOffsetTopicResponse] = []) {
        self.topics = topics
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&topics)
    }
}

/// Where the partitions of one topic begin and end.
package struct FetchOffsetTopicResponse: WireCodable, Equatable, Sendable {
    package var name = ""
    package var partitions: [FetchOffsetPartitionResponse] = []

    package init() {}

    package init(name: String, partitions: [FetchOffsetPartitionResponse] = []) {
        self.name = name
        self.partitions = partitions
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&partitions)
    }
}

/// Where a partition begins and ends. Here the error stands before the partition.
package struct FetchOffsetPartitionResponse: WireCodable, Equatable, Sendable {
    /// What went wrong, or ``ErrorCode/success``.
    package var error: ErrorCode = .success
    /// Its number in the topic, from 0.
    package var partition: UInt32 = 0
    /// The oldest offset kept; 0 with an error.
    package var startOffset: Int64 = 0
    /// The high watermark, not the end of the log; 0 with an error.
    package var lastStableOffset: Int64 = 0

    package init() {}

    package init(
        error: ErrorCode = .success, partition: UInt32, startOffset: Int64 = 0, lastStableOffset: Int64 = 0
    ) {
        self.error = error
        self.partition = partition
        self.startOffset = startOffset
        self.lastStableOffset = lastStableOffset
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&error)
        try coder.code(&partition)
        try coder.code(&startOffset)
        try coder.code(&lastStableOffset)
    }
}
