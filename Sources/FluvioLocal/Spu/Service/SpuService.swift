import FluvioProtocol
import FluvioTransport
import Synchronization

/// What the connections of a server share.
final class SpuService: Sendable {
    let id: Int32
    /// Where all connections of the server live.
    let loop: EventLoop
    let offsets: ConsumerOffsets
    /// Tells of clients that send nonsense.
    let peers: PeerLog
    /// What goes wrong on demand.
    let faults: FaultBoard?
    private let partitions = Mutex<[ReplicaKey: Partition]>([:])
    private let connections = Mutex<[ObjectIdentifier: SpuConnection]>([:])

    init(id: Int32, loop: EventLoop, offsets: ConsumerOffsets, peers: PeerLog, faults: FaultBoard? = nil) {
        self.id = id
        self.loop = loop
        self.offsets = offsets
        self.peers = peers
        self.faults = faults
    }

    subscript(key: ReplicaKey) -> Partition? {
        get { partitions.withLock { $0[key] } }
        set { partitions.withLock { $0[key] = newValue } }
    }

    /// All partitions.
    var all: [Partition] { partitions.withLock { Array($0.values) } }

    /// A partition that this server leads.
    func led(_ topic: String, _ index: UInt32) -> Partition? {
        guard let partition = self[ReplicaKey(topic: topic, partition: index)], partition.isLed else { return nil }
        if let faults, faults.happens(.wrongLeader(spu: id)) { return nil }
        return partition
    }

    /// Takes a new client.
    func accept(_ connection: ServedConnection) -> any FrameHandler {
        let handler = SpuConnection(self, connection)
        connections.withLock { $0[ObjectIdentifier(handler)] = handler }
        return handler
    }

    func forget(_ connection: SpuConnection) {
        connections.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(connection)) }
    }

    /// Whether no client is connected.
    var isEmpty: Bool { connections.withLock { $0.isEmpty } }

    /// Breaks all connections; what is queued is lost.
    func breakConnections() {
        for connection in connections.withLock({ Array($0.values) }) { connection.connection.abort() }
    }

    /// Sends what is queued and closes all connections, within `linger`.
    func closeConnections(linger: Duration) {
        for connection in connections.withLock({ Array($0.values) }) { connection.connection.close(linger: linger) }
    }
}
