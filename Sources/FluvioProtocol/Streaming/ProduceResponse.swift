/// One entry for each entry of the request, in the same order: clients match them by place.
package struct ProduceResponse: WireCodable, Equatable, Sendable {
    package var topics: [TopicProduceResponse] = []
    /// Milliseconds; always 0.
    package var throttleTime: Int32 = 0

    package init() {}

    package init(topics: [TopicProduceResponse] = [], throttleTime: Int32 = 0) {
        self.topics = topics
        self.throttleTime = throttleTime
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&topics)
        try coder.code(&throttleTime, since: 1)
    }
}

/// What became of one topic's entries.
package struct TopicProduceResponse: WireCodable, Equatable, Sendable {
    package var name = ""
    package var partitions: [PartitionProduceResponse] = []

    package init() {}

    package init(name: String, partitions: [PartitionProduceResponse] = []) {
        self.name = name
        self.partitions = partitions
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&partitions)
    }
}

/// What became of one entry.
package struct PartitionProduceResponse: WireCodable, Equatable, Sendable {
    /// Its number in the topic, from 0.
    package var partition: UInt32 = 0
    /// What went wrong, or ``ErrorCode/success``.
    package var error: ErrorCode = .success
    /// Of the entry's first record; 0 with an error, or if there was no record.
    package var baseOffset: Int64 = 0
    /// Always 0.
    package var logAppendTime: Int64 = 0
    /// Always 0.
    package var logStartOffset: Int64 = 0

    package init() {}

    package init(
        partition: UInt32, error: ErrorCode = .success, baseOffset: Int64 = 0, logAppendTime: Int64 = 0,
        logStartOffset: Int64 = 0
    ) {
        self.partition = partition
        self.error = error
        self.baseOffset = baseOffset
        self.logAppendTime = logAppendTime
        self.logStartOffset = logStartOffset
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&partition)
        try coder.code(&error)
        try coder.code(&baseOffset)
        try coder.code(&logAppendTime, since: 2)
        try coder.code(&logStartOffset, since: 5)
    }
}
