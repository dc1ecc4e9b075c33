/// A remote cluster asks its home for the topics to mirror.
package struct MirroringRequest: WireRequest, Equatable {
    package typealias Response = MirroringResponse
    package static let apiKey = ControllerAPI.mirroring.rawValue
    package static let versions: ClosedRange<Int16> = 14...LocalVersions.controller

    /// What the home calls the remote cluster.
    package var remoteID = ""

    package init() {}

    package init(remoteID: String) {
        self.remoteID = remoteID
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.codeEnvelope("MirroringConnect") { coder throws(WireError) in try coder.code(&remoteID) }
    }
}

/// One item of the answer, at the start and whenever topics or SPUs change. It has no envelope.
package struct MirroringResponse: WireCodable, Equatable, Sendable {
    package var name = ""
    /// What went wrong, or ``ErrorCode/success``.
    package var error: ErrorCode = .success
    /// What went wrong, for people.
    package var message: String?
    package var topics: [MirroringTopic] = []

    package init() {}

    package init(name: String, error: ErrorCode = .success, message: String? = nil, topics: [MirroringTopic] = []) {
        self.name = name
        self.error = error
        self.message = message
        self.topics = topics
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&error)
        try coder.code(&message)
        try coder.code(&topics)
    }
}

/// A topic of the home cluster with the SPU to send its records to.
package struct MirroringTopic: WireCodable, Equatable, Sendable {
    /// The topic's name.
    package var key = ""
    /// What it is to be.
    package var spec = TopicSpec()
    /// Id of the SPU.
    package var spuID: Int32 = 0
    /// Name of the SPU.
    package var spuKey = ""
    /// `HOST:PORT`.
    package var spuEndpoint = ""

    package init() {}

    package init(key: String, spec: TopicSpec = TopicSpec(), spuID: Int32, spuKey: String, spuEndpoint: String) {
        self.key = key
        self.spec = spec
        self.spuID = spuID
        self.spuKey = spuKey
        self.spuEndpoint = spuEndpoint
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&key)
        try coder.code(&spec)
        try coder.code(&spuID)
        try coder.code(&spuKey)
        try coder.code(&spuEndpoint)
    }
}
