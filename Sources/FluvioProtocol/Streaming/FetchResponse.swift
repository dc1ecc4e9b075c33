/// What a ``FetchRequest`` found.
package struct FetchResponse<Records: RecordPayload>: WireCodable, Equatable, Sendable {
    /// Milliseconds; always 0.
    package var throttleTime: Int32 = 0
    /// Of the whole request.
    package var error: ErrorCode = .success
    /// Unused.
    package var sessionID: Int32 = 0
    package var topics: [FetchableTopic<Records>] = []

    package init() {}

    package init(
        throttleTime: Int32 = 0, error: ErrorCode = .success, sessionID: Int32 = 0,
        topics: [FetchableTopic<Records>] = []
    ) {
        self.throttleTime = throttleTime
        self.error = error
        self.sessionID = sessionID
        self.topics = topics
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&throttleTime)
        try coder.code(&error)
        try coder.code(&sessionID)
        try coder.code(&topics)
    }
}

/// What was found in one topic.
package struct FetchableTopic<Records: RecordPayload>: WireCodable, Equatable, Sendable {
    package var name = ""
    package var partitions: [FetchablePartition<Records>] = []

    package init() {}

    package init(name: String, partitions: [FetchablePartition<Records>] = []) {
        self.name = name
        self.partitions = partitions
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&partitions)
    }
}
