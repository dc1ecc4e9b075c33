import FluvioProtocol

extension Metadata where Spec == TopicSpec {
    /// The topic as a tree. What is not set is left out of its spec.
    public var value: ObjectValue {
        value(
            spec: TopicTree.spec(spec),
            status: [
                "resolution": .string(status.resolution.word),
                "replicaMap": .numbered(
                    status.replicaMap.sorted { $0.key < $1.key }.map { partition, spus in
                        ObjectValue.NumberedMember(Int64(partition), .array(spus.map { .int(Int64($0)) }))
                    }),
                "mirrorMap": .numbered(
                    status.mirrorMap.sorted { $0.key < $1.key }.map { partition, mirror in
                        ObjectValue.NumberedMember(Int64(partition), TopicTree.value(mirror))
                    }),
                "reason": .string(status.reason),
            ])
    }
}

/// The parts of a topic that partitions have, too.
enum TopicTree {
    static func spec(_ spec: TopicSpec) -> ObjectValue {
        var members = [ObjectValue.Member("replicas", replicas(spec.replicas))]
        // What is not set is left out, as the official tools do.
        if let policy = spec.cleanupPolicy { members.append(.init("cleanupPolicy", value(policy))) }
        if let storage = spec.storage { members.append(.init("storage", value(storage))) }
        members.append(.init("compressionType", .string(spec.compression.word)))
        if let deduplication = spec.deduplication {
            members.append(.init("deduplication", value(deduplication)))
        }
        members.append(.init("system", .bool(spec.system)))
        return .object(members)
    }

    private static func replicas(_ replicas: ReplicaSpec) -> ObjectValue {
        switch replicas {
        case .computed(let parameters):
            return .variant(
                "computed",
                [
                    "partitions": .int(Int64(parameters.partitions)),
                    "replicationFactor": .int(Int64(parameters.replicationFactor)),
                    "ignoreRackAssignment": .bool(parameters.ignoreRackAssignment),
                ])
        case .assigned(let maps):
            return .variant(
                "assigned",
                .array(
                    maps.map { map in
                        [
                            "id": .int(Int64(map.id)),
                            "replicas": .array(map.replicas.map { .int(Int64($0)) }),
                        ]
                    }))
        case .mirror(.home(let home)):
            return .variant("mirror", .variant("home", ["partitions": .array(home.partitions.map(value))]))
        case .mirror(.remote(let remote)):
            return .variant(
                "mirror",
                .variant(
                    "remote",
                    [
                        "homeCluster": .string(remote.homeCluster),
                        "homeSpus": .array(
                            remote.homeSpus.map { spu in
                                [
                                    "id": .int(Int64(spu.id)), "key": .string(spu.key),
                                    "endpoint": .string(spu.endpoint),
                                ]
                            }), "target": .bool(remote.target),
                    ]))
        }
    }

    static func value(_ mirror: PartitionMirrorConfig) -> ObjectValue {
        switch mirror {
        case .home(let home): .variant("home", value(home))
        case .remote(let remote):
            .variant(
                "remote",
                [
                    "homeCluster": .string(remote.homeCluster), "homeSpuKey": .string(remote.homeSpuKey),
                    "homeSpuId": .int(Int64(remote.homeSpuID)), "homeSpuEndpoint": .string(remote.homeSpuEndpoint),
                    "target": .bool(remote.target),
                ])
        }
    }

    private static func value(_ home: HomePartitionConfig) -> ObjectValue {
        ["remoteCluster": .string(home.remoteCluster), "remoteReplica": .string(home.remoteReplica)]
    }

    static func value(_ policy: CleanupPolicy) -> ObjectValue {
        switch policy {
        case .segment(let seconds): .variant("segment", ["timeInSeconds": .int(Int64(seconds))])
        }
    }

    static func value(_ storage: TopicStorageConfig) -> ObjectValue {
        [
            "segmentSize": .optional(storage.segmentSize.map { Int64($0) }),
            "maxPartitionSize": .optional(storage.maxPartitionSize.map { Int64(clamping: $0) }),
        ]
    }

    static func value(_ deduplication: Deduplication) -> ObjectValue {
        [
            "bounds": [
                "count": .int(Int64(clamping: deduplication.count)),
                "age": deduplication.age.map { age in
                    [
                        "secs": .int(age.components.seconds),
                        "nanos": .int(age.components.attoseconds / 1_000_000_000),
                    ]
                } ?? .null,
            ],
            "filter": [
                "transform": [
                    "uses": .string(deduplication.uses),
                    "with": .object(
                        deduplication.with.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
                ]
            ],
        ]
    }
}
