/// Records of one partition, as Fetch and StreamFetch answer.
package struct FetchablePartition<Records: RecordPayload>: WireCodable, Equatable, Sendable {
    /// Its number in the topic, from 0.
    package var partition: UInt32 = 0
    /// What went wrong, or ``ErrorCode/success``.
    package var error: ErrorCode = .success
    /// What all replicas have is below it; 0 with an error.
    package var highWatermark: Int64 = 0
    /// The next offset to ask for, where SmartModules ran; else 0.
    package var nextFilterOffset: Int64 = 0
    /// 0 with an error.
    package var logStartOffset: Int64 = 0
    /// Always nil.
    package var aborted: [AbortedTransaction]?
    /// From the batch on that holds the offset asked for. A real SPU cuts the last batch.
    package var records = Records()

    package init() {}

    package init(
        partition: UInt32, error: ErrorCode = .success, highWatermark: Int64 = 0, nextFilterOffset: Int64 = 0,
        logStartOffset: Int64 = 0, aborted: [AbortedTransaction]? = nil, records: Records = Records()
    ) {
        self.partition = partition
        self.error = error
        self.highWatermark = highWatermark
        self.nextFilterOffset = nextFilterOffset
        self.logStartOffset = logStartOffset
        self.aborted = aborted
        self.records = records
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&partition)
        try coder.code(&error)
        try coder.code(&highWatermark)
        try coder.code(&nextFilterOffset, since: 11)
        try coder.code(&logStartOffset)
        try coder.code(&aborted)
        try coder.code(&records)
    }
}

/// Defined, and never sent.
package struct AbortedTransaction: WireCodable, Equatable, Sendable {
    package var producerID: Int64 = 0
    package var firstOffset: Int64 = 0

    package init() {}

    package init(producerID: Int64, firstOffset: Int64) {
        self.producerID = producerID
        self.firstOffset = firstOffset
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&producerID)
        try coder.code(&firstOffset)
    }
}
