import FluvioProtocol
import Testing

@testable import FluvioLocal

@Suite("What topics may be")
struct TopicRulesTests {
    var registry = Registry()

    init() {
        registry.spus.put(
            Metadata(
                name: "custom-spu-5001", spec: SpuSpec(id: 5001, spuType: .custom),
                status: SpuStatus(resolution: .online)))
        registry.topics.put(Metadata(name: "t1", spec: TopicSpec(replicas: computed(1))))
        registry.topics.put(Metadata(name: "sys", spec: TopicSpec(replicas: computed(1), system: true)))
        registry.topics.put(Metadata(name: "asg", spec: TopicSpec(replicas: .assigned([]))))
        registry.smartModules.put(Metadata(name: "dd"))
        registry.mirrors.put(Metadata(name: "edge"))
    }

    private func refusal(_ name: String, _ spec: TopicSpec) -> StatusResponse? {
        TopicRules.refusal(name, spec, in: registry)
    }

    @Test(
        "Names",
        arguments: [
            ("a", true), ("a-b-0", true), (String(repeating: "x", count: 63), true),
            (String(repeating: "x", count: 64), false),
            ("", false), ("-a", false), ("a-", false), ("A", false), ("a_b", false), ("a.b", false), ("ä", false),
            ("a b", false), ("../x", false),
        ])
    func names(name: String, valid: Bool) {
        #expect(refusal(name, TopicSpec(replicas: computed(1)))?.error == (valid ? nil : .topicInvalidName))
    }

    @Test("A topic of the name is there")
    func exists() {
        #expect(
            refusal("t1", TopicSpec(replicas: computed(0)))
                == StatusResponse(
                    name: "t1", error: .topicAlreadyExists, message: "Topic 't1' already exists"))
    }

    @Test(
        "Limits of retention and sizes",
        arguments: [
            (TopicSpec(replicas: computed(1), cleanupPolicy: .segment(seconds: 9)), false),
            (TopicSpec(replicas: computed(1), cleanupPolicy: .segment(seconds: 10)), true),
            (TopicSpec(replicas: computed(1), storage: TopicStorageConfig(segmentSize: 1_023)), false),
            (TopicSpec(replicas: computed(1), storage: TopicStorageConfig(segmentSize: 1_024)), true),
            (
                TopicSpec(
                    replicas: computed(1), storage: TopicStorageConfig(segmentSize: 1_024, maxPartitionSize: 2_047)),
                false
            ),
            (
                TopicSpec(
                    replicas: computed(1), storage: TopicStorageConfig(segmentSize: 1_024, maxPartitionSize: 2_048)),
                true
            ),
            (
                TopicSpec(
                    replicas: computed(1), storage: TopicStorageConfig(segmentSize: 4_096, maxPartitionSize: 4_095)),
                false
            ),
            (TopicSpec(replicas: computed(1), storage: TopicStorageConfig(maxPartitionSize: 1_073_741_823)), false),
            (TopicSpec(replicas: computed(1), storage: TopicStorageConfig(maxPartitionSize: 1_073_741_824)), true),
        ])
    func limits(spec: TopicSpec, valid: Bool) {
        #expect(refusal("new", spec)?.error == (valid ? nil : .topicInvalidConfiguration))
    }

    @Test(
        "Replicas",
        arguments: [
            (computed(1), true), (computed(10_000), true), (computed(0), false), (computed(10_001), false),
            (computed(1, 0), false), (computed(1, 3), true),
            (.assigned([]), false), (.assigned([PartitionMap(id: 0)]), false),
            (.assigned([PartitionMap(id: 0, replicas: [5001]), PartitionMap(id: 1, replicas: [5001])]), true),
            (.assigned([PartitionMap(id: 1, replicas: [5001])]), false),
            (.assigned([PartitionMap(id: 0, replicas: [5001, 5001])]), false),
            (.assigned([PartitionMap(id: 0, replicas: [5009])]), false),
            (.assigned([PartitionMap(id: 0, replicas: [-1])]), false),
            (.assigned([PartitionMap(id: 0, replicas: [5001]), PartitionMap(id: 1)]), false),
        ] as [(ReplicaSpec, Bool)])
    func replicas(replicas: ReplicaSpec, valid: Bool) {
        #expect(refusal("new", TopicSpec(replicas: replicas))?.error == (valid ? nil : .topicError))
    }

    @Test("Deduplication is refused in the official words, under the SmartModule's name")
    func deduplication() {
        func refusal(_ uses: String) -> StatusResponse? {
            self.refusal("new", TopicSpec(replicas: computed(0), deduplication: Deduplication(count: 1, uses: uses)))
        }
        #expect(
            refusal("dedup-filter")
                == StatusResponse(
                    name: "dedup-filter", error: .deduplicationSmartModuleNotLoaded,
                    message: """
                        Deduplication SmartModule is not loaded into the cluster
                        Hint: try `fluvio hub sm download dedup-filter` and repeat this operation
                        """))
        #expect(refusal("dd")?.error == .deduplicationSmartModuleNotLoaded)
        #expect(refusal("x@y")?.error == .deduplicationSmartModuleNameInvalid("x@y"))
    }

    @Test("Mirror topics are refused")
    func mirrors() {
        #expect(refusal("new", TopicSpec(replicas: .mirror(MirrorConfig())))?.error.number == 2)
    }

    @Test(
        "Changes",
        arguments: [
            (UpdateTopicAction.addPartition(count: 1), "none", .topicNotFound),
            (.addPartition(count: 1), "sys", .systemSpecUpdatingAttempt(kind: "topic", name: "sys")),
            (.addPartition(count: 1), "asg", .topicInvalidReplicaType),
            (.addPartition(count: 9_999), "t1", nil), (.addPartition(count: 10_000), "t1", .topicError),
            (.addPartition(count: .max), "t1", .topicError),
            (.addMirror(AddMirror(remoteCluster: "x")), "t1", .mirrorNotFound),
            (.addMirror(AddMirror(remoteCluster: "edge")), "t1", .topicInvalidReplicaType),
        ] as [(UpdateTopicAction, String, ErrorCode?)])
    func changes(action: UpdateTopicAction, topic: String, error: ErrorCode?) {
        #expect(TopicRules.refusal(of: action, to: topic, in: registry)?.error == error)
    }
}

private func computed(_ partitions: UInt32, _ replicas: UInt32 = 1) -> ReplicaSpec {
    .computed(TopicReplicaParameters(partitions: partitions, replicationFactor: replicas))
}
