/// The positions that consumers have stored, kept in the system topic `consumer-offset` by whichever server leads it.
package final class ConsumerOffsets: Sendable {
    /// Knows nothing until a server adds ``PartitionID/consumerOffsets``.
    package init() {}
}
