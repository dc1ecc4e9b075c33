import FluvioProtocol

extension Metadata where Spec == PartitionSpec {
    /// The partition as a tree.
    public var value: ObjectValue {
        value(
            spec: [
                "leader": .int(Int64(spec.leader)), "replicas": .array(spec.replicas.map { .int(Int64($0)) }),
                "cleanupPolicy": spec.cleanupPolicy.map(TopicTree.value) ?? .null,
                "storage": spec.storage.map(TopicTree.value) ?? .null,
                "compressionType": .string(spec.compression.word),
                "deduplication": spec.deduplication.map(TopicTree.value) ?? .null, "system": .bool(spec.system),
                "mirror": spec.mirror.map(TopicTree.value) ?? .null,
            ],
            status: [
                "resolution": .string(status.resolution.word), "leader": Self.value(status.leader),
                "lsr": .int(Int64(status.lsr)), "replicas": .array(status.replicas.map(Self.value)),
                "size": .int(status.size), "isBeingDeleted": .bool(status.isBeingDeleted),
                "baseOffset": .int(status.baseOffset),
            ])
    }

    private static func value(_ replica: ReplicaStatus) -> ObjectValue {
        ["spu": .int(Int64(replica.spu)), "hw": .int(replica.hw), "leo": .int(replica.leo)]
    }
}
