import FluvioProtocol
import ToolSupport

/// What separates a topic that there is from one that is asked for.
struct TopicDifference: Equatable, Sendable {
    /// Partitions to add.
    var added = 0
    /// What the cluster cannot change: names, and values before and after.
    var fixed: [(what: String, from: String, to: String)] = []

    static func == (a: Self, b: Self) -> Bool {
        a.added == b.added && a.fixed.map { [$0.what, $0.from, $0.to] } == b.fixed.map { [$0.what, $0.from, $0.to] }
    }

    init(from old: TopicSpec, to new: TopicSpec) {
        let counts = (old.replicas.partitionCount, new.replicas.partitionCount)
        switch (old.replicas, new.replicas) {
        case (.computed(let before), .computed(let after)):
            if counts.1 > counts.0 {
                added = counts.1 - counts.0
            } else {
                compare("partitions", "\(counts.0)", "\(counts.1)")
            }
            compare("replication", "\(before.replicationFactor)", "\(after.replicationFactor)")
        case (.assigned(let before), .assigned(let after)):
            compare("partition maps", Self.text(before), Self.text(after))
        default: compare("type", Self.kind(old.replicas), Self.kind(new.replicas))
        }
        compare("retention", Self.retention(old), Self.retention(new))
        compare("segment size", Self.size(old.storage?.segmentSize), Self.size(new.storage?.segmentSize))
        compare("maximum size", Self.size(old.storage?.maxPartitionSize), Self.size(new.storage?.maxPartitionSize))
        compare("compression", old.compression.word, new.compression.word)
        compare("deduplication", old.deduplication?.uses ?? "none", new.deduplication?.uses ?? "none")
    }

    private mutating func compare(_ what: String, _ from: String, _ to: String) {
        if from != to { fixed.append((what, from, to)) }
    }

    private static func text(_ maps: [PartitionMap]) -> String {
        maps.map { map in map.replicas.map { "\($0)" }.joined(separator: ",") }.joined(separator: ";")
    }

    private static func kind(_ replicas: ReplicaSpec) -> String {
        switch replicas {
        case .computed: "computed"
        case .assigned: "assigned"
        case .mirror: "mirror"
        }
    }

    private static func retention(_ spec: TopicSpec) -> String {
        if case .segment(let seconds)? = spec.cleanupPolicy {
            Durations.text(.seconds(Int64(seconds)))
        } else {
            "default"
        }
    }

    private static func size<T: FixedWidthInteger>(_ size: T?) -> String { size.map { "\($0)" } ?? "default" }
}
