import FluvioProtocol

/// A topic as it is to be, with the partitions that it does not have yet.
struct TopicPlan: Equatable, Sendable {
    var topic: MetadataFile<TopicSpec>
    /// By rising number.
    var partitions: [MetadataFile<PartitionSpec>]

    /// Whether its partitions have their places.
    var isPlaced: Bool { topic.object.status.resolution == .provisioned }
}

extension TopicPlan {
    /// A topic that does not get its places yet.
    init(staying state: TopicResolution, _ name: String, _ spec: TopicSpec) {
        // The reason of the official SC.
        let status = TopicStatus(resolution: state, reason: state == .pending ? "waiting for live spus" : "")
        self.init(topic: MetadataFile(Metadata(name: name, spec: spec, status: status)), partitions: [])
    }
}

extension Registry {
    /// A topic that there is not yet.
    func plan(newTopic name: String, _ spec: TopicSpec) -> TopicPlan {
        let topic = Metadata(name: name, spec: spec, status: TopicStatus(resolution: .pending, reason: ""))
        return place(MetadataFile(topic))
    }

    /// The topic with `count` partitions more.
    func plan(adding count: UInt32, to topic: String) -> TopicPlan? {
        guard let entry = topics.entry(topic), case .computed(var parameters) = entry.object.spec.replicas else {
            return nil
        }
        var object = entry.object
        parameters.partitions += count
        object.spec.replicas = .computed(parameters)
        return place(MetadataFile(object, history: entry.history))
    }

    /// Finds places for all partitions of a topic that have none. If there are too few servers, none gets one, and the
    /// topic waits; so it does where it asks for servers that nobody knows.
    func place(_ file: MetadataFile<TopicSpec>) -> TopicPlan {
        var file = file
        var map = file.object.status.replicaMap
        let missing = (0..<UInt32(file.object.spec.replicas.partitionCount)).filter { map[$0] == nil }
        // What was created is checked then; files may come from elsewhere.
        if !missing.isEmpty, let problem = TopicRules.replicaProblem(file.object.spec.replicas, in: self) {
            file.object.status.resolution = .invalidConfig
            file.object.status.reason = problem
            return TopicPlan(topic: file, partitions: [])
        }
        var placement = ReplicaPlacement(
            spus: missing.isEmpty ? [] : onlineSpus,
            existing: missing.isEmpty ? [] : partitions.unsorted.map(\.spec.leaderFirst))
        for index in missing {
            switch file.object.spec.replicas {
            case .assigned(let maps): map[index] = maps[Int(index)].replicas
            case .computed(let parameters):
                map[index] = placement.place(replicas: Int(parameters.replicationFactor))
            case .mirror: break
            }
        }
        guard missing.allSatisfy({ map[$0] != nil }) else {
            file.object.status.resolution = .insufficientResources
            return TopicPlan(topic: file, partitions: [])
        }
        file.object.status.replicaMap = map
        file.object.status.resolution = .provisioned
        file.object.status.reason = ""
        let new = map.keys.sorted().filter { partitions[partitionName(file.object.name, $0)] == nil }
            .map { partition($0, of: file) }
        file.history.children = [
            ObjectHistory.Children(
                kind: ObjectKind.partition.rawValue,
                objects: map.keys.sorted().map { ObjectHistory(id: partitionName(file.object.name, $0)) })
        ]
        return TopicPlan(topic: file, partitions: new)
    }

    /// A partition that has its place in the topic's status, but is no object yet.
    private func partition(_ index: UInt32, of topic: MetadataFile<TopicSpec>) -> MetadataFile<PartitionSpec> {
        let replicas = topic.object.status.replicaMap[index] ?? []
        let spec = topic.object.spec
        let object = Metadata(
            name: partitionName(topic.object.name, index),
            spec: PartitionSpec(
                leader: replicas.first ?? -1, replicas: replicas, cleanupPolicy: spec.cleanupPolicy,
                storage: spec.storage, compression: spec.compression, deduplication: spec.deduplication,
                system: spec.system))
        var parent = ObjectHistory(id: topic.object.name)
        parent.revision = topic.history.revision
        var file = MetadataFile(object)
        file.history.parent = [parent]
        return file
    }
}

extension PartitionSpec {
    /// The servers that hold it, the leader in the first place.
    fileprivate var leaderFirst: [Int32] { [leader] + replicas.filter { $0 != leader } }
}

/// The topic that keeps the positions of consumers, with the settings that the official SC gives it.
enum SystemTopic {
    static let name = ReplicaKey.consumerOffsets.topic
    static let spec = TopicSpec(
        replicas: .computed(TopicReplicaParameters(partitions: 1, replicationFactor: 1)),
        cleanupPolicy: .segment(seconds: 604_800),
        storage: TopicStorageConfig(segmentSize: 512_000_000, maxPartitionSize: 2_048_000_000), system: true)
}
