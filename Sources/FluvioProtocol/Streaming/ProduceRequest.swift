/// Appends batches to partitions.
package struct ProduceRequest<Records: RecordPayload>: WireRequest, Equatable {
    package typealias Response = ProduceResponse
    package static var apiKey: UInt16 { StreamingAPI.produce.rawValue }
    package static var versions: ClosedRange<Int16> { 8...LocalVersions.streaming }
    package static var fallbackVersion: Int16? { LocalVersions.streaming }

    /// Unused.
    package var transactionalID: String?
    /// See ``Isolation``.
    package var acks: Int16 = 1
    /// Milliseconds that a committed produce waits for the replicas of each partition; not negative.
    package var timeout: Int32 = 0
    /// A partition may come several times.
    package var topics: [TopicProduceData<Records>] = []
    /// Run over the records before they are stored.
    package var smartModules: [SmartModuleInvocation] = []

    package init() {}

    package init(
        isolation: Isolation, timeout: Int32, topics: [TopicProduceData<Records>] = [],
        smartModules: [SmartModuleInvocation] = []
    ) {
        acks = isolation.acks
        self.timeout = timeout
        self.topics = topics
        self.smartModules = smartModules
    }

    /// What the producer waits for.
    package var isolation: Isolation { Isolation(acks: acks) }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&transactionalID)
        try coder.code(&acks)
        try coder.code(&timeout)
        try coder.code(&topics)
        // Up to 0.17.3 versions below 8 lack it, since 0.18 none does: so the official server reads it, and 8 is the
        // lowest that we send.
        try coder.code(&smartModules)
    }
}

/// What goes to one topic.
package struct TopicProduceData<Records: RecordPayload>: WireCodable, Equatable, Sendable {
    package var name = ""
    /// May be empty: the official client flushes so.
    package var partitions: [PartitionProduceData<Records>] = []

    package init() {}

    package init(name: String, partitions: [PartitionProduceData<Records>] = []) {
        self.name = name
        self.partitions = partitions
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&partitions)
    }
}

/// What goes to one partition.
package struct PartitionProduceData<Records: RecordPayload>: WireCodable, Equatable, Sendable {
    /// Its number in the topic, from 0.
    package var partition: UInt32 = 0
    package var records = Records()

    package init() {}

    package init(partition: UInt32, records: Records) {
        self.partition = partition
        self.records = records
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&partition)
        try coder.code(&records)
    }
}
