import FluvioProtocol

/// All objects of the cluster.
struct Registry: Sendable {
    var topics = ObjectStore<TopicSpec>()
    var partitions = ObjectStore<PartitionSpec>()
    var spus = ObjectStore<SpuSpec>()
    var spuGroups = ObjectStore<SpuGroupSpec>()
    var smartModules = ObjectStore<SmartModuleSpec>()
    var tableFormats = ObjectStore<TableFormatSpec>()
    var mirrors = ObjectStore<MirrorSpec>()

    /// Ids of the servers that take new replicas, rising.
    var onlineSpus: [Int32] {
        spus.unsorted.filter { $0.status.resolution == .online }.map(\.spec.id).sorted()
    }

    /// The partitions of a topic by rising number, those that its status names.
    func partitions(of topic: Metadata<TopicSpec>) -> [Metadata<PartitionSpec>] {
        topic.status.replicaMap.keys.sorted().compactMap { partitions[partitionName(topic.name, $0)] }
    }
}

/// The name of a partition's object.
func partitionName(_ topic: String, _ index: UInt32) -> String {
    ReplicaKey(topic: topic, partition: index).description
}
