/// How far the records of one topic are acknowledged without a gap, by their tags, which only rise: pure.
///
/// Partitions acknowledge each in its own order, so the answer is the lowest of all partitions that still owe something.
/// It may lag behind the truth, and is never ahead of it.
package struct AckPrefix: Sendable {
    private struct Partition {
        /// Records that are not acknowledged.
        var open = 0
        /// All of the partition's records up to this tag are acknowledged.
        var low: UInt64 = 0
    }

    private var partitions: [Partition]
    /// The tag of the newest record.
    private var newest: UInt64

    /// Nothing is open; `settled` counts as acknowledged.
    package init(partitions: Int, settled: UInt64 = 0) {
        self.partitions = Array(repeating: Partition(low: settled), count: max(1, partitions))
        newest = settled
    }

    /// A record is about to be appended. To be told before its acknowledgement can come.
    package mutating func append(to partition: UInt32, tag: UInt64) {
        let index = Int(partition)
        if partitions[index].open == 0 { partitions[index].low = newest }
        partitions[index].open += 1
        newest = tag
    }

    /// The record told last was not appended after all; `tag` is that of the one before it.
    package mutating func retract(from partition: UInt32, to tag: UInt64) {
        partitions[Int(partition)].open -= 1
        newest = tag
    }

    /// The next `count` records of a partition are acknowledged; `tag` is that of the last, if it is known.
    package mutating func acknowledge(_ partition: UInt32, count: Int, tag: UInt64?) {
        let index = Int(partition)
        guard partitions.indices.contains(index) else { return }
        partitions[index].open -= count
        if let tag { partitions[index].low = max(partitions[index].low, tag) }
    }

    /// All records up to this tag are acknowledged.
    package var prefix: UInt64 {
        var prefix = newest
        for partition in partitions where partition.open > 0 { prefix = min(prefix, partition.low) }
        return prefix
    }
}
