/// A record of a topic, copied out.
public struct Record: Hashable, Sendable {
    /// The partition, counted from 0.
    public var partition: Int
    /// Its offset in the partition.
    public var offset: Int64
    /// Milliseconds since 1970; nil if it has none.
    public var timestamp: Int64?
    /// Nil if it has none, which an empty one is not.
    public var key: [UInt8]?
    /// The contents. Never nil on the wire; an empty one may stand for a deletion.
    public var value: [UInt8]

    /// Makes a record of its parts.
    public init(partition: Int, offset: Int64, timestamp: Int64?, key: [UInt8]?, value: [UInt8]) {
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
    }
}

/// Records of one partition that arrived together, in order.
public struct Batch: Sendable {
    /// The partition, counted from 0.
    public let partition: Int
    /// The records.
    public let records: [Record]

    package init(partition: Int, records: [Record]) {
        self.partition = partition
        self.records = records
    }
}

/// One response of a stream as it came: whole batches of one partition, for who decodes them in place.
package struct FetchedBatches: Sendable {
    /// The partition, counted from 0.
    package var partition: Int
    /// The bytes that the batches stand in.
    package var bytes: [UInt8]
    /// Where the whole batches stand in ``bytes``. Each has been checked: length, CRC and offsets.
    package var batches: Range<Int>
    /// The offsets that are wanted of them: the first batch may begin before, the last may end behind.
    package var offsets: Range<Int64>
    /// The offset behind the last record that all replicas have, as of this response.
    package var highWatermark: Int64

    package init(
        partition: Int, bytes: [UInt8], batches: Range<Int>, offsets: Range<Int64>, highWatermark: Int64
    ) {
        self.partition = partition
        self.bytes = bytes
        self.batches = batches
        self.offsets = offsets
        self.highWatermark = highWatermark
    }
}
