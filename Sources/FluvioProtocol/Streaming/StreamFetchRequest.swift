/// Reads a partition from an offset on, for as long as the connection lives: any number of responses follow.
package struct StreamFetchRequest: WireRequest, Equatable {
    package typealias Response = StreamFetchResponse<RecordSet>
    package static let apiKey = StreamingAPI.streamFetch.rawValue
    package static let versions: ClosedRange<Int16> = 18...LocalVersions.streaming
    /// One below chains of SmartModules, as the official client has it.
    package static let fallbackVersion: Int16? = 17

    package var topic = ""
    /// Its number in the topic, from 0.
    package var partition: UInt32 = 0
    /// Absolute.
    package var fetchOffset: Int64 = 0
    /// Of records in a response. A real SPU cuts the last batch there.
    package var maxBytes: Int32 = 0
    package var isolation = Isolation()
    /// Versions 11 to 18: WASM of a filter.
    package var wasmModule: [UInt8] = []
    /// Versions 16 to 18.
    package var smartModule: SmartModuleInvocation?
    /// Versions 16 to 18.
    package var derivedStream: DerivedStreamInvocation?
    /// Run over the records one after the other.
    package var smartModules: [SmartModuleInvocation] = []
    /// Under which offsets are stored.
    package var consumerID: String?

    package init() {}

    package init(
        topic: String, partition: UInt32, fetchOffset: Int64, maxBytes: Int32, isolation: Isolation = Isolation(),
        smartModules: [SmartModuleInvocation] = [], consumerID: String? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.fetchOffset = fetchOffset
        self.maxBytes = maxBytes
        self.isolation = isolation
        self.smartModules = smartModules
        self.consumerID = consumerID
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&topic)
        try coder.code(&partition)
        try coder.code(&fetchOffset)
        try coder.code(&maxBytes)
        try coder.code(&isolation)
        try coder.code(&wasmModule, since: 11, until: 18)
        try coder.code(&smartModule, since: 16, until: 18)
        try coder.code(&derivedStream, since: 16, until: 18)
        try coder.code(&smartModules, since: 18)
        try coder.code(&consumerID, since: 23)
    }
}

/// One item of a stream. After an item with an error no other comes.
package struct StreamFetchResponse<Records: RecordPayload>: WireCodable, Equatable, Sendable {
    package var topic = ""
    /// Counts the streams of a connection from 1; UpdateOffsets and UpdateConsumerOffset name it as their session.
    /// 0 from an SPU that does not lead the partition.
    package var streamID: UInt32 = 0
    /// Its number in the topic, from 0.
    package var partition = FetchablePartition<Records>()

    package init() {}

    package init(
        topic: String, streamID: UInt32, partition: FetchablePartition<Records>
    ) {
        self.topic = topic
        self.streamID = streamID
        self.partition = partition
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&topic)
        try coder.code(&streamID)
        try coder.code(&partition)
    }
}

/// A stream to join with, up to version 18.
package struct DerivedStreamInvocation: WireCodable, Equatable, Sendable {
    package var stream = ""
    package var parameters = SmartModuleParameters()

    package init() {}

    package init(stream: String, parameters: SmartModuleParameters = SmartModuleParameters()) {
        self.stream = stream
        self.parameters = parameters
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&stream)
        try coder.code(&parameters)
    }
}
