import FluvioProtocol
import ToolSupport

/// Topics as people read them.
enum TopicTable {
    /// One line a topic.
    static func list(_ topics: [Metadata<TopicSpec>]) -> ObjectTable {
        var table = ObjectTable([
            "NAME", "TYPE", "PARTITIONS", "REPLICAS", "RETENTION TIME", "COMPRESSION", "DEDUPLICATION", "STATUS",
            "REASON",
        ])
        for topic in topics {
            table.append([
                topic.name, kind(topic.spec.replicas), "\(topic.spec.replicas.partitionCount)",
                replication(topic.spec.replicas), retention(topic.spec),
                topic.spec.compression.word.lowercased(),
                topic.spec.deduplication?.uses ?? "none", status(topic), topic.status.reason,
            ])
        }
        return table
    }

    /// One line a property.
    static func description(_ topic: Metadata<TopicSpec>) -> ObjectTable {
        var table = ObjectTable(["WHAT", "VALUE"])
        table.append(["name", topic.name])
        table.append(["type", kind(topic.spec.replicas)])
        table.append(["partitions", "\(topic.spec.replicas.partitionCount)"])
        table.append(["replicas", replication(topic.spec.replicas)])
        table.append(["retention", retention(topic.spec)])
        if let segment = topic.spec.storage?.segmentSize { table.append(["segment size", Sizes.text(Int(segment))]) }
        if let partition = topic.spec.storage?.maxPartitionSize {
            table.append(["maximum partition size", Sizes.text(Int(clamping: partition))])
        }
        table.append(["compression", topic.spec.compression.word.lowercased()])
        if let deduplication = topic.spec.deduplication { table.append(["deduplication", deduplication.uses]) }
        table.append(["status", status(topic)])
        if !topic.status.reason.isEmpty { table.append(["reason", topic.status.reason]) }
        for (partition, spus) in topic.status.replicaMap.sorted(by: { $0.key < $1.key }) {
            table.append(["partition \(partition)", "SPU " + spus.map { "\($0)" }.joined(separator: ", ")])
        }
        return table
    }

    private static func kind(_ replicas: ReplicaSpec) -> String {
        switch replicas {
        case .computed: "computed"
        case .assigned: "assigned"
        case .mirror: "mirror"
        }
    }

    private static func replication(_ replicas: ReplicaSpec) -> String {
        switch replicas {
        case .computed(let parameters): "\(parameters.replicationFactor)"
        case .assigned(let maps): "\(maps.first?.replicas.count ?? 0)"
        case .mirror: ""
        }
    }

    /// Fluvio keeps records for seven days where nothing is said (protocol: on-disk format).
    private static func retention(_ spec: TopicSpec) -> String {
        guard case .segment(let seconds)? = spec.cleanupPolicy else { return "7d" }
        return Durations.text(.seconds(Int64(seconds)))
    }

    private static func status(_ topic: Metadata<TopicSpec>) -> String {
        switch topic.status.resolution {
        case .initializing: "init"
        case .pending: "pending"
        case .insufficientResources: "insufficient-resources"
        case .invalidConfig: "invalid-config"
        case .provisioned: "provisioned"
        case .deleting: "deleting"
        }
    }
}
