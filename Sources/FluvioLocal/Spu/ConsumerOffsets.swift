package import FluvioProtocol

/// The positions that consumers have stored, kept in the system topic `consumer-offset` by whichever server leads it.
package final class ConsumerOffsets: Sendable {
    /// Knows nothing until a server adds ``ReplicaKey/consumerOffsets``.
    package init() {}
}

extension ReplicaKey {
    /// The partition of the system topic that keeps the positions of consumers.
    package static let consumerOffsets = ReplicaKey(topic: "consumer-offset", partition: 0)
}
