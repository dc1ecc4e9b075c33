import FluvioProtocol
import Unix

/// What the official SC refuses when a topic is created, in its order (protocol: create).
enum TopicRules {
    /// Above it, file names and protocol texts come near their limits.
    static let maximumPartitions: UInt32 = 10_000

    /// The refusal; nil: the topic may be made.
    static func refusal(_ name: String, _ spec: TopicSpec, in registry: Registry) -> StatusResponse? {
        func refuse(_ error: ErrorCode, _ message: String) -> StatusResponse {
            StatusResponse(name: name, error: error, message: message)
        }
        guard isValid(name: name) else {
            return refuse(
                .topicInvalidName,
                "Invalid topic name '\(name)': 1 to 63 lower case letters, digits and '-', not at either end")
        }
        guard registry.topics[name] == nil else {
            return refuse(.topicAlreadyExists, "Topic '\(name)' already exists")
        }
        if let problem = limitProblem(spec) { return refuse(.topicInvalidConfiguration, problem) }
        if let deduplication = spec.deduplication { return refusal(of: deduplication, in: registry) }
        if let problem = replicaProblem(spec.replicas, in: registry) { return refuse(.topicError, problem) }
        if case .mirror = spec.replicas {
            return refuse(
                .other("mirror topics are not kept by this cluster"), "mirror topics are not kept by this cluster")
        }
        return nil
    }

    /// The refusal of a change; nil: it may be done.
    static func refusal(
        of action: UpdateTopicAction, to name: String, in registry: Registry
    ) -> StatusResponse? {
        guard let topic = registry.topics[name], topic.status.resolution != .deleting else {
            return StatusResponse(name: name, error: .topicNotFound, message: "not found")
        }
        switch action {
        case .addPartition(let count):
            if topic.spec.system {
                return StatusResponse(name: name, error: .systemSpecUpdatingAttempt(kind: "topic", name: name))
            }
            guard case .computed(let parameters) = topic.spec.replicas else {
                return StatusResponse(name: name, error: .topicInvalidReplicaType)
            }
            guard parameters.partitions <= maximumPartitions, count <= maximumPartitions - parameters.partitions else {
                return StatusResponse(
                    name: name, error: .topicError, message: "A topic has at most \(maximumPartitions) partitions")
            }
            return nil
        case .addMirror(let mirror):
            let known = registry.mirrors[mirror.remoteCluster] != nil
            return StatusResponse(name: name, error: known ? .topicInvalidReplicaType : .mirrorNotFound)
        }
    }

    /// The official rule, but for the empty name, which it lets pass.
    static func isValid(name: String) -> Bool {
        let bytes = name.utf8
        let dash = UInt8(ascii: "-")
        return (1...63).contains(bytes.count) && bytes.first != dash && bytes.last != dash
            && bytes.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == dash
            }
    }

    private static func limitProblem(_ spec: TopicSpec) -> String? {
        if case .segment(let seconds) = spec.cleanupPolicy, seconds < 10 {
            return "Retention time is \(seconds) s, at least 10 s are wanted"
        }
        if let size = spec.storage?.segmentSize, size < 1_024 {
            return "Segment size is \(counted(size, "byte")), at least 1024 are wanted"
        }
        if let size = spec.storage?.maxPartitionSize {
            let segment = UInt64(spec.storage?.segmentSize ?? UInt32(LogConfiguration().segmentBytes))
            if size < 2_048 { return "Maximum partition size is \(counted(size, "byte")), at least 2048 are wanted" }
            if size < segment {
                return "Maximum partition size is \(size) bytes, less than the segment size of \(segment) bytes"
            }
        }
        return nil
    }

    /// There is no engine for SmartModules, so every topic with deduplication is refused.
    private static func refusal(of deduplication: Deduplication, in registry: Registry) -> StatusResponse {
        guard let name = SmartModuleName(deduplication.uses) else {
            return StatusResponse(
                name: deduplication.uses, error: .deduplicationSmartModuleNameInvalid(deduplication.uses),
                message: "Deduplication SmartModule name is not [GROUP/]NAME[@VERSION]")
        }
        let known = registry.smartModules.objects.contains { name.matches($0) }
        return StatusResponse(
            name: deduplication.uses, error: .deduplicationSmartModuleNotLoaded,
            message: known
                ? "Deduplication SmartModule cannot be run: this cluster has no engine for SmartModules"
                : """
                Deduplication SmartModule is not loaded into the cluster
                Hint: try `fluvio hub sm download \(deduplication.uses)` and repeat this operation
                """)
    }

    /// What is wrong with how partitions are to come about; nil: nothing.
    static func replicaProblem(_ replicas: ReplicaSpec, in registry: Registry) -> String? {
        switch replicas {
        case .computed(let parameters):
            if parameters.partitions == 0 { return "Number of partitions is 0" }
            if parameters.partitions > maximumPartitions {
                return "Number of partitions is \(parameters.partitions), at most \(maximumPartitions) are taken"
            }
            return parameters.replicationFactor == 0 ? "Replication factor is 0" : nil
        case .assigned(let maps):
            guard let width = maps.first?.replicas.count, width > 0 else { return "No replicas are assigned" }
            let known = Set(registry.spus.objects.map(\.spec.id))
            for (index, map) in maps.enumerated() {
                if Int(map.id) != index { return "Partition \(map.id) stands in place \(index)" }
                if map.replicas.count != width { return "Partition \(index) has another number of replicas" }
                if Set(map.replicas).count != width { return "Partition \(index) has two replicas on one SPU" }
                if let id = map.replicas.first(where: { $0 < 0 || !known.contains($0) }) {
                    return "Partition \(index) is assigned to SPU \(id), which is not known"
                }
            }
            return nil
        case .mirror: return nil
        }
    }
}
