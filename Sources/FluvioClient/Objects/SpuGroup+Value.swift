import FluvioProtocol

extension Metadata where Spec == SpuGroupSpec {
    /// The SPU group as a tree.
    public var value: ObjectValue {
        value(
            spec: [
                "replicas": .int(Int64(spec.replicas)), "minId": .int(Int64(spec.minID)),
                "spuConfig": [
                    "rack": .optional(spec.rack),
                    "replication": spec.replication.map {
                        ["inSyncReplicaMin": .optional($0.inSyncReplicaMin.map { Int64($0) })]
                    } ?? .null,
                    "storage": spec.storage.map {
                        ["logDir": .optional($0.logDir), "size": .optional($0.size)]
                    } ?? .null,
                    "env": .array(spec.environment.map { ["name": .string($0.name), "value": .string($0.value)] }),
                ],
            ],
            status: [
                "resolution": .string(status.resolution.word), "reason": .optional(status.reason),
            ])
    }
}
