/// Reads records once. The SPU answers at once, possibly with none.
package struct FetchRequest: WireRequest, Equatable {
    package typealias Response = FetchResponse<RecordSet>
    package static let apiKey = StreamingAPI.fetch.rawValue
    package static let versions: ClosedRange<Int16> = 0...LocalVersions.streaming
    package static let fallbackVersion: Int16? = LocalVersions.streaming

    /// Ignored, as the next.
    package var maxWait: Int32 = 0
    package var minBytes: Int32 = 0
    /// For each partition.
    package var maxBytes: Int32 = 0
    package var isolation = Isolation()
    package var topics: [FetchTopic] = []
    /// Unused.
    package var forgotten: [ForgottenTopic] = []

    package init() {}

    package init(
        maxWait: Int32 = 0, minBytes: Int32 = 0, maxBytes: Int32 = 0, isolation: Isolation = Isolation(),
        topics: [FetchTopic] = [], forgotten: [ForgottenTopic] = []
    ) {
        self.maxWait = maxWait
        self.minBytes = minBytes
        self.maxBytes = maxBytes
        self.isolation = isolation
        self.topics = topics
        self.forgotten = forgotten
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&maxWait)
        try coder.code(&minBytes)
        try coder.code(&maxBytes, since: 3)
        try coder.code(&isolation, since: 4)
        try coder.code(&topics)
        try coder.code(&forgotten, since: 7)
    }
}

/// What is read of one topic.
package struct FetchTopic: WireCodable, Equatable, Sendable {
    package var name = ""
    package var partitions: [FetchPartition] = []

    package init() {}

    package init(name: String, partitions: [FetchPartition] = []) {
        self.name = name
        self.partitions = partitions
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&partitions)
    }
}

/// What is read of one partition.
package struct FetchPartition: WireCodable, Equatable, Sendable {
    /// Its number in the topic, from 0.
    package var partition: UInt32 = 0
    /// Ignored.
    package var currentLeaderEpoch: Int32 = -1
    /// Absolute.
    package var fetchOffset: Int64 = 0
    /// Ignored.
    package var logStartOffset: Int64 = -1
    /// Ignored: the request's counts.
    package var maxBytes: Int32 = 0

    package init() {}

    package init(
        partition: UInt32, currentLeaderEpoch: Int32 = -1, fetchOffset: Int64, logStartOffset: Int64 = -1,
        maxBytes: Int32 = 0
    ) {
        self.partition = partition
        self.currentLeaderEpoch = currentLeaderEpoch
        self.fetchOffset = fetchOffset
        self.logStartOffset = logStartOffset
        self.maxBytes = maxBytes
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&partition)
        try coder.code(&currentLeaderEpoch, since: 9)
        try coder.code(&fetchOffset)
        try coder.code(&logStartOffset, since: 5)
        try coder.code(&maxBytes)
    }
}

/// Unused.
package struct ForgottenTopic: WireCodable, Equatable, Sendable {
    package var name = ""
    package var partitions: [Int32] = []

    package init() {}

    package init(name: String, partitions: [Int32] = []) {
        self.name = name
        self.partitions = partitions
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name, since: 7)
        try coder.code(&partitions, since: 7)
    }
}
