import FluvioProtocol
import Synchronization
import Unix

// Topics: made, made larger, deleted.
extension Controller {
    func create(_ request: CreateRequest<TopicSpec>) -> StatusResponse {
        let name = request.common.name
        let registry = registry
        if let refusal = TopicRules.refusal(name, request.spec, in: registry) { return refusal }
        if request.common.dryRun { return StatusResponse(name: name) }
        if let state = stalledState { return carryOut(TopicPlan(staying: state, name, request.spec), areNew: true) }
        return carryOut(registry.plan(newTopic: name, request.spec), areNew: true)
    }

    func update(_ request: UpdateRequest<TopicSpec>) -> StatusResponse {
        let name = request.key
        let registry = registry
        if let refusal = TopicRules.refusal(of: request.action, to: name, in: registry) { return refusal }
        guard case .addPartition(let count) = request.action, let plan = registry.plan(adding: count, to: name) else {
            return StatusResponse(name: name, error: .topicInvalidReplicaType)
        }
        let answer = carryOut(plan, areNew: true)
        // The official SC does not wait for the partitions here.
        return answer.error == .topicNotProvisioned && plan.isPlaced ? StatusResponse(name: name) : answer
    }

    func delete(_ request: DeleteRequest<TopicSpec>) -> StatusResponse {
        let name = request.key
        guard let topic = registry.topics.entry(name) else {
            return StatusResponse(name: name, error: .topicNotFound, message: "not found")
        }
        if topic.object.spec.system, !request.force {
            return StatusResponse(name: name, error: .systemSpecDeletionAttempt(kind: "topic", name: name))
        }
        do throws(LocalClusterError) {
            try remove(MetadataFile(topic.object, history: topic.history))
        } catch {
            return StatusResponse(name: name, error: .topicError, message: error.description)
        }
        // There always is one: clients look for it.
        if name == SystemTopic.name { createSystemTopic() }
        return StatusResponse(name: name)
    }

    /// Makes the topic that keeps the positions of consumers, if it is missing.
    func createSystemTopic() {
        let registry = registry
        guard registry.topics[SystemTopic.name] == nil else { return }
        let answer = carryOut(registry.plan(newTopic: SystemTopic.name, SystemTopic.spec))
        if !answer.error.isSuccess { say(answer.message ?? answer.error.description) }
    }

    /// Finds places for the partitions that wait for servers.
    func placeWaitingTopics() {
        guard stalledState == nil else { return }
        for topic in registry.topics.objects {
            let registry = registry
            guard topic.status.resolution != .deleting, let entry = registry.topics.entry(topic.name) else { continue }
            let plan = registry.place(MetadataFile(entry.object, history: entry.history))
            if plan.topic.object != topic || !plan.partitions.isEmpty { _ = carryOut(plan) }
        }
    }

    /// Writes what is planned, has the partitions made, and says how it went. The topic's file comes first and decides:
    /// what is missing of its partitions after a crash is made at the next start.
    /// - Parameter areNew: nobody can have written to the partitions yet.
    private func carryOut(_ plan: TopicPlan, areNew: Bool = false) -> StatusResponse {
        var topic = plan.topic
        let name = topic.object.name
        do throws(SystemError) {
            if areNew { try setAside(plan.partitions.map(\.object)) }
            try save(&topic)
        } catch {
            return StatusResponse(name: name, error: .topicNotProvisioned, message: error.description)
        }
        for partition in plan.partitions {
            var partition = partition
            partition.object.status = open(partition.object)
            save(&partition)
            change { $0.partitions.put(partition.object, history: partition.history) }
        }
        change { $0.topics.put(topic.object, history: topic.history) }
        push()
        return registry.readiness(of: topic.object)
    }

    /// Moves logs away that are older than the new partitions they would belong to: some other topic of that name had
    /// them, whose metadata was lost. Nobody must read old records as new ones, nor lose them.
    private func setAside(_ partitions: [Metadata<PartitionSpec>]) throws(SystemError) {
        for partition in partitions {
            for id in partition.spec.replicas {
                let log = "\(files.path)/spu-logs-\(id)/\(partition.name)"
                guard try Unix.status(of: log) != nil else { continue }
                let shelf = "\(files.path)/set-aside"
                try Unix.makeDirectories(shelf)
                var number = 1
                while try Unix.status(of: "\(shelf)/\(partition.name).\(number)") != nil { number += 1 }
                try Unix.rename(log, to: "\(shelf)/\(partition.name).\(number)")
                say("\(log) belonged to no topic; moved to \(shelf)/\(partition.name).\(number)")
            }
        }
    }

    /// Has a partition opened or made by the servers that hold it, and says how it is then.
    func open(_ partition: Metadata<PartitionSpec>) -> PartitionSpec.Status {
        guard let key = ReplicaKey(name: partition.name) else { return partition.status }
        var status = partition.status
        // A server that has never reported has not lost it.
        let isNew = registry.spus.unsorted.contains {
            $0.spec.id == partition.spec.leader && $0.status.resolution == .initializing
        }
        status.resolution = isNew ? .offline : .leaderOffline
        for id in partition.spec.replicas {
            guard let spu = fleet.reachable(id) else { continue }
            do throws(SpuError) {
                try spu.add(key, PartitionConfiguration(partition.spec))
                if id == partition.spec.leader, let replica = spu.status(of: key) {
                    status = PartitionSpec.Status(leader: id, replica)
                }
            } catch {
                say("\(partition.name): \(error)")
            }
        }
        return status
    }

    /// Deletes a topic with its partitions. The file says so before anything goes: after a crash the next start goes on.
    func remove(_ file: MetadataFile<TopicSpec>) throws(LocalClusterError) {
        var topic = file
        let name = topic.object.name
        topic.object.status.resolution = .deleting
        try systemCall { () throws(SystemError) in try save(&topic) }
        change { $0.topics.put(topic.object, history: topic.history) }
        do throws(LocalClusterError) {
            try removePartitions(of: topic.object)
        } catch {
            // It stays so, which everybody shall see.
            push()
            throw error
        }
        try systemCall { () throws(SystemError) in try files.remove(.topic, name, durable: true) }
        change { $0.topics.remove(name) }
        push()
    }

    private func removePartitions(of topic: Metadata<TopicSpec>) throws(LocalClusterError) {
        for index in topic.status.replicaMap.keys.sorted() {
            let key = ReplicaKey(topic: topic.name, partition: index)
            for id in fleet.ids { try removeReplica(key, from: id) }
            try systemCall { () throws(SystemError) in
                try files.remove(.partition, key.description, durable: false)
            }
            change { $0.partitions.remove(key.description) }
        }
    }
}

extension Controller {
    /// Has a server delete a partition, however it is: one that does not run does not need to be asked, and a frozen one
    /// is told when it goes on.
    private func removeReplica(_ key: ReplicaKey, from id: Int32) throws(LocalClusterError) {
        switch fleet.condition(of: id) {
        case .running?:
            do throws(SpuError) { try fleet.reachable(id)?.remove(key) } catch { throw .spu(error) }
        case .frozen?:
            state.withLock { _ = $0.undelivered[id, default: []].insert(key) }
        case .stopped?, nil:
            try systemCall { () throws(SystemError) in try Spu.discard(key, of: id, in: files.path) }
        }
    }
}

extension Registry {
    /// Whether a topic can be used, as the answer to who made it.
    fileprivate func readiness(of topic: Metadata<TopicSpec>) -> StatusResponse {
        let name = topic.name
        let status = topic.status
        if ![.provisioned, .insufficientResources].contains(status.resolution) {
            let reason = status.reason.isEmpty ? "" : ": \(status.reason)"
            return StatusResponse(
                name: name, error: .topicNotProvisioned,
                message: "Topic '\(name)' is kept in the state \(status.resolution.word)\(reason)")
        }
        guard status.resolution == .provisioned else {
            let wanted: UInt32
            if case .computed(let parameters) = topic.spec.replicas {
                wanted = parameters.replicationFactor
            } else {
                wanted = 0
            }
            return StatusResponse(
                name: name, error: .topicNotProvisioned,
                message: """
                    Topic '\(name)' waits: it needs \(counted(wanted, "SPU")) and \(counted(onlineSpus.count, "is", "are")) online; it is kept, and \
                    becomes ready when they are
                    """)
        }
        let partitions = partitions(of: topic)
        let online = partitions.count { $0.status.resolution == .online }
        guard online == topic.status.replicaMap.count else {
            return StatusResponse(
                name: name, error: .topicNotProvisioned,
                message:
                    "Topic '\(name)' is kept, but only \(online) of \(counted(topic.status.replicaMap.count, "partition is", "partitions are")) online"
            )
        }
        return StatusResponse(name: name)
    }
}
