/// Chooses the servers of new partitions: the one that leads least becomes the leader, those that hold least follow.
struct ReplicaPlacement {
    /// What one server has already.
    private struct Load {
        let id: Int32
        var leads = 0
        var holds = 0
    }

    private var loads: [Load]

    /// - Parameters:
    ///   - spus: the servers that may be chosen.
    ///   - existing: the replicas of all partitions there are, the leader first.
    init(spus: [Int32], existing: some Sequence<[Int32]>) {
        loads = spus.sorted().map { Load(id: $0) }
        for replicas in existing {
            for index in loads.indices where replicas.contains(loads[index].id) {
                loads[index].holds += 1
                if replicas.first == loads[index].id { loads[index].leads += 1 }
            }
        }
    }

    /// The servers of one more partition, the leader first; nil: there are fewer than replicas are wanted.
    mutating func place(replicas: Int) -> [Int32]? {
        guard replicas >= 1, replicas <= loads.count else { return nil }
        let leader = loads.indices.min { left, right in
            (loads[left].leads, loads[left].holds, loads[left].id)
                < (loads[right].leads, loads[right].holds, loads[right].id)
        }
        guard let leader else { return nil }
        let followers = loads.indices.filter { $0 != leader }
            .sorted { (loads[$0].holds, loads[$0].id) < (loads[$1].holds, loads[$1].id) }
            .prefix(replicas - 1)
        loads[leader].leads += 1
        for index in [leader] + followers { loads[index].holds += 1 }
        return ([leader] + followers).map { loads[$0].id }
    }
}
