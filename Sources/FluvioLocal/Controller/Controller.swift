import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

/// The controller of the cluster (Fluvio: SC): keeps the objects, tells the servers of records what to hold, and
/// answers administrators.
///
/// Requests and reports are handled one after the other on the thread of its event loop, which has nothing else to do:
/// it may wait for files. The lock is for those who only look, from other threads.
final class Controller: Sendable {
    /// What it knows.
    struct State: Sendable {
        var registry = Registry()
        var watchers = WatcherList()
        /// Partitions that were deleted while a server was frozen, which still holds them.
        var undelivered: [Int32: Set<ReplicaKey>] = [:]
        /// Set while watchers have been told of positions shortly before; then the next waits.
        var isPausing = false
        /// Positions have changed in the pause.
        var hasNews = false
        /// What goes wrong with pushes on demand.
        var pushFaults = PushFaults()
    }

    let state = Mutex(State())
    let files: MetadataDirectory
    let kept: KeptObjects
    let loop: EventLoop
    /// The servers of records of this process.
    let fleet: SpuFleet
    /// What clients of the servers need.
    let encryption: EncryptionType
    /// How long a frozen server goes unnoticed.
    let spuTimeout: Duration
    let say: @Sendable (String) -> Void
    /// Whether SPU groups get their ids reserved.
    let reservesGroups: Bool
    /// What goes wrong on demand.
    let faults: FaultBoard?
    /// Tells of clients that send nonsense.
    let peers: PeerLog

    /// Between two pushes of positions, as often as the servers of a real cluster report them.
    static let statusPause: Duration = .milliseconds(400)

    init(_ options: ClusterOptions, fleet: SpuFleet, loop: EventLoop) {
        files = MetadataDirectory(path: options.directory)
        kept = KeptObjects(path: options.directory)
        encryption = options.tls == .none ? .plaintext : .ssl
        spuTimeout = options.spuTimeout
        say = options.say
        reservesGroups = options.reservesGroups
        faults = options.faults
        self.fleet = fleet
        self.loop = loop
        peers = PeerLog(say: options.say)
    }

    var registry: Registry { state.withLock { $0.registry } }

    func change<T>(_ body: (inout Registry) -> T) -> T where T: Sendable { state.withLock { body(&$0.registry) } }

    /// Tells the watchers what has changed.
    func push() {
        if let faults, faults.happens(.staleWatch) { return }
        var broken: [ServedConnection] = []
        var pushes = state.withLock { state in
            state.watchers.pushes(&state.registry) { broken.append($0) }
        }
        if let faults { pushes = spoiled(pushes, by: faults) }
        // Outside the lock: a connection may report its end from within.
        for push in pushes { push.connection.send(push.frame) }
        for connection in broken { connection.abort() }
    }

    /// Takes new positions of partitions from a server. They are read again rather than taken as they were reported: a
    /// report may be older than the partition.
    func partitionsChanged(_ keys: some Sequence<ReplicaKey>, on id: Int32) {
        let isPausing = state.withLock { state in
            for key in keys { state.report(key, from: id, in: fleet) }
            state.hasNews = true
            return state.isPausing
        }
        if !isPausing { pushPositions() }
    }

    /// Reads the positions of all partitions once more, before their servers stop.
    func readAllPositions() {
        state.withLock { state in
            for partition in state.registry.partitions.objects {
                guard let key = ReplicaKey(name: partition.name) else { continue }
                state.report(key, from: partition.spec.leader, in: fleet)
            }
        }
    }

    private func pushPositions() {
        let hasNews = state.withLock { state in
            defer { state.hasNews = false }
            state.isPausing = state.hasNews
            return state.hasNews
        }
        guard hasNews else { return }
        push()
        _ = loop.schedule(after: Self.statusPause) { [weak self] in self?.pushPositions() }
    }
}

extension Controller.State {
    /// Reads the position of a partition from the server that leads it.
    mutating func report(_ key: ReplicaKey, from id: Int32, in fleet: SpuFleet) {
        guard var partition = registry.partitions[key.description], partition.spec.leader == id,
            let replica = fleet.reachable(id)?.status(of: key)
        else { return }
        partition.status = PartitionSpec.Status(leader: id, replica)
        registry.partitions.put(partition)
    }
}
