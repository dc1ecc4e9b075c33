/// An SPU of a remote cluster begins to mirror a partition to its home: no answer, the connection then belongs to the
/// mirroring.
package struct StartMirrorRequest: WireRequest, Equatable {
    package typealias Response = NoResponse
    package static let apiKey = StreamingAPI.startMirror.rawValue
    package static let versions: ClosedRange<Int16> = 23...LocalVersions.streaming
    package static let fallbackVersion: Int16? = LocalVersions.streaming

    /// As `TOPIC-PARTITION`.
    package var remoteReplica = ""
    /// What the home calls the remote cluster.
    package var remoteClusterID = ""

    package init() {}

    package init(remoteReplica: String, remoteClusterID: String) {
        self.remoteReplica = remoteReplica
        self.remoteClusterID = remoteClusterID
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&remoteReplica)
        try coder.code(&remoteClusterID)
    }
}

/// What answers a request that nothing answers.
package struct NoResponse: WireCodable, Equatable, Sendable {

    package init() {}

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
    }
}
