import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

// Servers of records that come and go. All of it happens on the loop's thread.
extension Controller {
    /// A server is gone: what it led gets other leaders. Clients are told before the new leaders are, which therefore
    /// refuse them for a moment, as on a real cluster.
    func lost(_ id: Int32) {
        guard var spu = registry.spus.objects.first(where: { $0.spec.id == id }), spu.status.resolution == .online
        else { return }
        spu.status.resolution = .offline
        keep(spu)
        let moved = elect { $0.leader == id }
        push()
        configure(moved)
    }

    /// A server does nothing any more, which shows only when it has said nothing for too long.
    func frozen(_ id: Int32) {
        let changes = fleet.changes(of: id)
        _ = loop.schedule(after: spuTimeout) { [weak self] in
            guard let self, fleet.changes(of: id) == changes else { return }
            lost(id)
        }
    }

    /// A server is there again. It is told what to hold; what waits for a leader gets it, if it qualifies.
    func returned(_ id: Int32) {
        guard fleet.reachable(id) != nil else { return }
        tellAll(id)
        keep(server(id))
        let moved = elect { $0.leader == id || $0.replicas.contains(id) }
        push()
        configure(moved)
        placeWaitingTopics()
    }

    /// Tells a server all that it should hold, and what not: it may have missed changes.
    func tellAll(_ id: Int32) {
        guard let spu = fleet.reachable(id) else { return }
        let gone = state.withLock { $0.undelivered.removeValue(forKey: id) ?? [] }
        var held = Set(spu.keys)
        for key in gone {
            attempt(key) { () throws(SpuError) in try spu.remove(key) }
            held.remove(key)
        }
        for partition in registry.partitions.objects where partition.spec.replicas.contains(id) {
            guard let key = ReplicaKey(name: partition.name) else { continue }
            held.remove(key)
            attempt(key) { () throws(SpuError) in try spu.add(key, PartitionConfiguration(partition.spec)) }
            state.withLock { $0.report(key, from: id, in: fleet) }
        }
        for key in held { attempt(key) { () throws(SpuError) in try spu.remove(key) } }
    }

    /// Finds leaders for the partitions whose leader is away; those that have a new one.
    func elect(_ isConcerned: (PartitionSpec) -> Bool) -> [Metadata<PartitionSpec>] {
        let registry = registry
        let online = Set(registry.onlineSpus)
        var moved: [Metadata<PartitionSpec>] = []
        for partition in registry.partitions.objects where isConcerned(partition.spec) {
            var partition = partition
            switch Election(partition.spec, partition.status, online: online.contains) {
            case .keep: continue
            case .elect(let id):
                say("\(partition.name): server \(id) leads, in place of \(partition.spec.leader)")
                partition.spec.leader = id
                // The status names the old leader until the new one has reported, as on a real cluster.
                partition.status.resolution = .online
                moved.append(partition)
            case .wait:
                guard partition.status.resolution != .leaderOffline else { continue }
                say("\(partition.name): no other server can lead; it waits for server \(partition.spec.leader)")
                partition.status.resolution = .leaderOffline
            }
            var file = MetadataFile(partition, history: registry.partitions.entry(partition.name)?.history)
            save(&file)
            let saved = file
            change { $0.partitions.put(saved.object, history: saved.history) }
        }
        return moved
    }

    /// Tells all servers that hold them who leads these partitions, the new leader first.
    func configure(_ partitions: [Metadata<PartitionSpec>]) {
        for partition in partitions {
            guard let key = ReplicaKey(name: partition.name) else { continue }
            let spec = partition.spec
            for id in [spec.leader] + spec.replicas.filter({ $0 != spec.leader }) {
                guard let spu = fleet.reachable(id) else { continue }
                attempt(key) { () throws(SpuError) in try spu.add(key, PartitionConfiguration(spec)) }
            }
        }
    }

    private func keep(_ spu: Metadata<SpuSpec>) {
        do throws(SystemError) { try put(spu) } catch { say("\(spu.name): \(error)") }
    }

    private func attempt(_ key: ReplicaKey, _ body: () throws(SpuError) -> Void) {
        do throws(SpuError) { try body() } catch { say("\(key): \(error)") }
    }
}
