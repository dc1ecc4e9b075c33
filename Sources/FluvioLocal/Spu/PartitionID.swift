/// Names one partition of a topic.
package struct PartitionID: Hashable, Sendable {
    /// The topic's name.
    package let topic: String
    /// The partition's number, from 0.
    package let index: UInt32

    /// Names a partition.
    package init(topic: String, index: UInt32) {
        self.topic = topic
        self.index = index
    }

    /// The partition of the system topic that keeps the positions of consumers.
    package static let consumerOffsets = PartitionID(topic: "consumer-offset", index: 0)
}

extension PartitionID: Comparable, CustomStringConvertible {
    package static func < (left: Self, right: Self) -> Bool {
        (left.topic, left.index) < (right.topic, right.index)
    }

    /// `TOPIC-INDEX`, as Fluvio names partitions and their directories.
    package var description: String { "\(topic)-\(index)" }
}
