/// The numbers of the SC's requests. The SPU's overlap: the endpoint decides what a number means.
package enum ControllerAPI: UInt16, CaseIterable, Sendable {
    /// From the SC's own TLS proxy alone, as its first frame.
    case auth = 8
    case apiVersions = 18
    case create = 1001
    case delete = 1002
    case list = 1003
    case watch = 1004
    case mirroring = 1005
    case update = 1006
}

/// The numbers of an SPU's public requests.
package enum StreamingAPI: UInt16, CaseIterable, Sendable {
    case produce = 0
    case fetch = 1
    case apiVersions = 18
    case fetchOffsets = 1002
    case streamFetch = 1003
    case updateOffsets = 1005
    case updateConsumerOffset = 1006
    case deleteConsumerOffset = 1007
    case fetchConsumerOffsets = 1008
    case startMirror = 2000
}
