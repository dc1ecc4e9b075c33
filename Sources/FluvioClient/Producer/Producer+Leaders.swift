import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

// Who leads the partitions, and the connections there.
extension Producer {
    /// Moves partitions to new leaders as the SC names them, once those say that they lead.
    func followLeaders() {
        let id = cluster.observeLeaders(of: topic) { [weak self] leaders in
            guard let self, !self.isClosed else { return true }
            for queue in queues {
                guard let leader = leaders[queue.partition], let spu = spu(of: queue), spu != leader else { continue }
                guard queue.beginMove() else { continue }
                tasks.start { [weak self] in await self?.move(queue, from: spu) }
            }
            return false
        }
        observer.withLock { $0 = id }
        if isClosed { cluster.forget(id) }
    }

    private func move(_ queue: PartitionQueue, from old: Int32) async {
        defer { queue.endMove() }
        let place = ReplicaKey(topic: topic, partition: queue.partition)
        guard let leader = await cluster.confirmedLeader(of: place, not: old, while: { self.spu(of: queue) == old })
        else { return }
        guard spu(of: queue) == old, let link = link(of: queue) else { return }
        let error = FluvioError(
            .notLeader, "SPU \(leader) leads the partition now",
            at: FluvioError.Place(topic: topic, partition: Int(queue.partition)))
        trouble(queue, over: link, error)
    }

    // MARK: Connections

    /// The connection that the partition's requests go over, as far as it is known.
    func link(of queue: PartitionQueue) -> ServerLink? { links.withLock { $0[queue.partition]?.link } }

    /// The SPU at the other end of it.
    func spu(of queue: PartitionQueue) -> Int32? { links.withLock { $0[queue.partition]?.spu } }

    /// Connects to the partition's leader, or takes the connection that goes there already. Produce has a connection of
    /// its own, which alone is ever drained.
    func leaderLink(of queue: PartitionQueue) async throws(FluvioError) -> ServerLink {
        let replica = ReplicaKey(topic: topic, partition: queue.partition)
        let spu = try await cluster.leader(of: replica)
        if let link = connections.withLock({ $0[spu] }), link.connection.isOpen {
            links.withLock { $0[queue.partition] = (spu, link) }
            return link
        }
        let link = try await cluster.connect(to: spu)
        let chosen = connections.withLock { connections in
            // Another partition may have been faster.
            if let other = connections[spu], other.connection.isOpen { return other }
            connections[spu] = link
            return link
        }
        if chosen.connection !== link.connection { link.connection.close() }
        links.withLock { $0[queue.partition] = (spu, chosen) }
        return chosen
    }
}
