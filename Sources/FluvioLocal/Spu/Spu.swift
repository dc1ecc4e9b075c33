package import FluvioProtocol
package import FluvioTransport
import Glibc
import Synchronization
import Unix

/// One streaming processing unit: the logs of its partitions, and the public API that clients produce to and consume
/// from. It lives once: who stops it and wants it back makes a new one on the same directory.
///
/// All methods may be called from any thread. Those that touch files block; none waits for a client.
package final class Spu: Sendable {
    struct State {
        var listener: Listener?
        var isStopped = false
        /// While it is frozen, its threads wait here.
        var ice: Latch?
        /// Directories of deleted partitions have a number in their names.
        var deleted = 0
    }

    /// How long clients have at the end to take what they are owed.
    private static let linger: Duration = .milliseconds(500)
    /// What the names of directories end with whose partition is deleted. No topic has a dot in its name.
    static let deletedSuffix = ".deleted"

    /// Its number in the cluster. Its files stand in `spu-logs-ID` of the data directory.
    package let id: Int32
    let directory: String
    let durability: Durability
    let say: @Sendable (String) -> Void
    let service: SpuService
    let disk: DiskWorker
    let copies: CopyKeeper
    let state = Mutex(State())
    /// Held while partitions come and go, so that none of them is opened twice.
    private let changing = Mutex(())

    /// Makes a server that holds nothing yet. Creates its directory if that is missing.
    /// - Parameters:
    ///   - directory: the data directory, that of `spu-logs-ID`.
    ///   - offsets: where consumers' positions are kept; the same for all servers of a cluster.
    ///   - say: takes one line for every event that people should know of: repairs, damage, full disks, foreign files.
    ///   - changed: takes the new status of partitions after appends, retention and full disks, with many changes in
    ///     one call: at most one in 400 ms, as often as a real server reports. Called from a thread of the server's.
    package convenience init(
        id: Int32, directory: String, durability: Durability = .os, offsets: ConsumerOffsets = ConsumerOffsets(),
        say: @escaping @Sendable (String) -> Void,
        changed: @escaping @Sendable ([ReplicaKey: LogStatus]) -> Void = { _ in }
    ) throws(SpuError) {
        try self.init(
            id: id, directory: directory, durability: durability, offsets: offsets, say: say, faults: nil,
            leader: { _, _ in nil }, changed: changed)
    }

    /// The same for a server beside others.
    /// - Parameters:
    ///   - faults: what goes wrong on demand.
    ///   - leader: gives the partition as the server of that id has it; nil: that server cannot be reached.
    init(
        id: Int32, directory: String, durability: Durability, offsets: ConsumerOffsets,
        say: @escaping @Sendable (String) -> Void, faults: FaultBoard?,
        leader: @escaping @Sendable (Int32, ReplicaKey) -> Partition?,
        changed: @escaping @Sendable ([ReplicaKey: LogStatus]) -> Void
    ) throws(SpuError) {
        self.id = id
        self.directory = Self.directory(of: id, in: directory)
        copies = CopyKeeper(server: id, leader: leader, say: say)
        self.durability = durability
        self.say = say
        do throws(SystemError) {
            try Unix.makeDirectories(self.directory)
            service = SpuService(
                id: id, loop: try EventLoop(name: "spu-\(id)"), offsets: offsets, peers: PeerLog(say: say),
                faults: faults)
            disk = try DiskWorker(name: "spu-\(id)-disk") { partitions in
                let statuses = partitions.map { ($0.key, $0.status) }
                changed(Dictionary(statuses) { _, last in last })
            }
        } catch {
            throw .system(error)
        }
        sweep()
        beginRounds()
    }

    /// Opens the log of a partition, or makes one; for a partition that is there, takes over the new configuration.
    /// Opening reads the last segment to its end, to find what a crash has left.
    package func add(_ key: ReplicaKey, _ configuration: PartitionConfiguration) throws(SpuError) {
        try changing.withLock { _ throws(SpuError) in
            guard !state.withLock({ $0.isStopped }) else { throw .stopped }
            let partition: Partition
            if let known = service[key] {
                let wasLed = known.isLed
                known.configure(configuration)
                // Clients of a deposed leader must look for the new one.
                if wasLed, !known.isLed { service.closeConnections(linger: Self.linger) }
                partition = known
            } else {
                partition = try open(key, configuration)
                service[key] = partition
            }
            do throws(SystemError) { try copies.keep(partition) } catch { throw .system(error) }
            service.offsets.add(key)
            if key == .consumerOffsets { try leadOffsets(partition) }
            disk.note(changed: partition)
        }
    }

    private func open(_ key: ReplicaKey, _ configuration: PartitionConfiguration) throws(SpuError) -> Partition {
        do throws(SystemError) {
            let log = try Log(
                directory: path(key), name: key.description, configuration: configuration.log, say: say)
            if configuration.replicas == [id] { try log.skipLost() }
            return Partition(
                key, log: log, configuration: configuration, server: id, durability: durability,
                loop: service.loop, disk: disk)
        } catch {
            throw .system(error)
        }
    }

    private func leadOffsets(_ partition: Partition) throws(SpuError) {
        guard partition.isLed else { return service.offsets.leave(partition) }
        do throws(ReadError) {
            let unreadable = try service.offsets.lead(partition)
            if unreadable > 0 {
                say(
                    "\(partition.key): \(counted(unreadable, "record is no position", "records are no positions")) of consumers; left out"
                )
            }
        } catch {
            throw .damaged(partition.key, "\(error)")
        }
    }

    /// Deletes a partition and its files, or does nothing if it is not there. Its streams end with error 2007
    /// (TopicDeleted), and what consumers stored for it is forgotten.
    package func remove(_ key: ReplicaKey) throws(SpuError) {
        try changing.withLock { _ throws(SpuError) in
            guard let partition = service[key] else { return }
            service[key] = nil
            partition.delete()
            copies.drop(key)
            service.offsets.leave(partition)
            service.offsets.remove(key)
            // The name is free at once; the files go when the disk has time.
            let number = state.withLock { state in
                state.deleted += 1
                return state.deleted
            }
            let old = "\(path(key)).\(number)\(Self.deletedSuffix)"
            do throws(SystemError) {
                // While this server was frozen, somebody may have moved the files.
                guard try Unix.status(of: path(key)) != nil else { return }
                try Unix.rename(path(key), to: old)
            } catch {
                throw .system(error)
            }
            disk.run { [say] in Self.delete(old, say) }
        }
    }

    /// What is known of a partition; nil if it is not there.
    package func status(of key: ReplicaKey) -> LogStatus? { service[key]?.status }

    /// A partition that is there.
    func partition(_ key: ReplicaKey) -> Partition? { service[key] }

    /// Listens for clients. Partitions may be added before (so that none of them is refused) and after.
    /// - Parameters:
    ///   - port: 0 takes any free one.
    ///   - frameDeadline: for the rest of a request once its first byte has come; nil: any time.
    /// - Returns: the port it listens on.
    package func start(
        host: String, port: UInt16, security: ServerSecurity = .plain, frameDeadline: Duration? = nil
    ) throws(SpuError) -> UInt16 {
        try state.withLock { state throws(SpuError) in
            guard !state.isStopped else { throw .stopped }
            do throws(SystemError) {
                let service = service
                let listener = try Listener(
                    host: host, port: port, on: service.loop, security: security, frameDeadline: frameDeadline,
                    trouble: service.peers.met
                ) { service.accept($0) }
                state.listener = listener
                return listener.port
            } catch {
                throw .system(error)
            }
        }
    }

    /// Where clients come in; nil: nowhere yet, or any more.
    var entrance: Listener? { state.withLock { $0.listener } }

    /// Closes listener and connections, writes what is left to write (watermarks, fsync if asked for), closes the
    /// logs. Calling it again does nothing.
    package func stop() {
        let (isFirst, listener) = state.withLock { state in
            defer { state.isStopped = true }
            return (!state.isStopped, state.listener.take())
        }
        guard isFirst else { return }
        thaw()
        listener?.close()
        service.closeConnections(linger: Self.linger)
        let deadline = ContinuousClock.now + Self.linger * 2
        while !service.isEmpty, ContinuousClock.now < deadline { usleep(2_000) }
        endThreads()
        leavePartitions(finish)
    }

    func endThreads() {
        service.loop.stop()
        copies.stop()
        disk.stop()
    }

    func leavePartitions(_ last: (Partition) -> Void) {
        changing.withLock { _ in
            for partition in service.all {
                last(partition)
                partition.retire()
                service.offsets.leave(partition)
                service[partition.key] = nil
            }
        }
    }

    private func finish(_ partition: Partition) {
        do throws(SystemError) {
            if durability != .os, partition.log.isDirty { try partition.log.synchronize() }
            try partition.log.writeCheckpoint()
        } catch {
            say("\(partition.key): \(error)")
        }
    }

    private func path(_ key: ReplicaKey) -> String { "\(directory)/\(key)" }

    static func directory(of id: Int32, in dataDirectory: String) -> String {
        "\(dataDirectory)/spu-logs-\(id)"
    }
}
