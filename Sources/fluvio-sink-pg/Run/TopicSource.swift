import FluvioClient
import FluvioProtocol
import ToolSupport

/// A topic that is read, and what its records become. For the thread of the pump.
final class TopicSource {
    /// One partition.
    struct Partition {
        /// Its number at the writer.
        var lane: Int
        /// Behind the last record that was taken in, committed or not.
        var next: Int64
        /// What the database knows of producers.
        var stored: [Int64: SeenProducer] = [:]
    }

    let topic: String
    var consumers: [Consumer]
    var reader: ChunkReader
    private(set) var partitions: [UInt32: Partition] = [:]
    /// Which partitions a consumer reads.
    private var served: [ObjectIdentifier: Set<UInt32>] = [:]
    private let router: Router

    init(_ topic: String, _ consumer: Consumer, router: Router, skipsCorrupt: Bool) {
        self.topic = topic
        consumers = [consumer]
        self.router = router
        reader = ChunkReader(topic: topic, skipsCorrupt: skipsCorrupt)
    }

    /// Says which partitions one of the consumers reads.
    func serves(_ consumer: Consumer, _ partitions: some Sequence<UInt32>) {
        served[ObjectIdentifier(consumer)] = Set(partitions)
    }

    func add(_ partition: UInt32, _ opened: DatabaseWriter.Opened) {
        var seen: [SeenProducer] = []
        for producer in opened.seen {
            seen.append(SeenProducer(producerID: producer.id, epoch: producer.epoch, sequence: producer.sequence))
        }
        reader.expect(seen, in: partition)
        partitions[partition] = Partition(
            lane: opened.number, next: opened.next,
            stored: Dictionary(seen.map { ($0.producerID, $0) }, uniquingKeysWith: { $1 }))
    }

    /// Leaves out a partition that has a consumer of its own; that consumer, and the partition's number at the writer.
    func remove(_ partition: UInt32) -> (consumer: Consumer, lane: Int)? {
        guard let index = consumers.firstIndex(where: { served[ObjectIdentifier($0)] == [partition] }),
            let lane = partitions.removeValue(forKey: partition)?.lane
        else { return nil }
        let consumer = consumers.remove(at: index)
        served[ObjectIdentifier(consumer)] = nil
        return (consumer, lane)
    }

    /// Takes the records of a chunk into a batch.
    func shape(_ chunk: RecordChunk, into batch: inout Batch) throws {
        guard let partition = partitions[chunk.partition] else { return }
        let lane = partition.lane
        let place =
            batch.advances.firstIndex { $0.lane == lane }
            ?? {
                batch.advances.append(LaneAdvance(lane: lane, from: partition.next, to: partition.next))
                return batch.advances.count - 1
            }()
        var count: Int64 = 0
        var last: (offset: Int64, timestamp: Int64, checksum: UInt32)?
        let router = router
        try unsafe reader.read(chunk) { offset, timestamp, key, value in
            count += 1
            let record = unsafe RecordView(
                partition: chunk.partition, offset: offset, timestamp: timestamp, key: key, value: value)
            router.add(record, lane: lane, to: &batch)
            // Only that of the last record is kept, but a checksum takes less than finding out which it is.
            if offset + 1 == chunk.end { last = unsafe (offset, timestamp, Self.checksum(key, value)) }
            return true
        }
        batch.chunks.append(Batch.Chunk(lane: lane, records: chunk))
        batch.records += Int(count)
        batch.advances[place].to = chunk.end
        batch.advances[place].records += count
        batch.advances[place].highWatermark = chunk.highWatermark
        batch.advances[place].lastTimestamp = last.flatMap { $0.timestamp < 0 ? nil : $0.timestamp }
        batch.advances[place].lastChecksum = last?.checksum
        partitions[chunk.partition]?.next = chunk.end
    }

    /// A record's key and value as one number. 0xff stands in no UTF-8 text, and sets them apart.
    static func checksum(_ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer) -> UInt32 {
        var sum: UInt32 = 0
        if let key = unsafe key { sum = unsafe CRC32C.checksum(of: key) }
        unsafe withUnsafeBytes(of: UInt8(0xff)) { sum = unsafe CRC32C.checksum(of: $0, continuing: sum) }
        return unsafe CRC32C.checksum(of: value, continuing: sum)
    }

    /// Puts what has changed with producers into a batch that is complete.
    func note(into batch: inout Batch) {
        for (number, partition) in partitions {
            guard let place = batch.advances.firstIndex(where: { $0.lane == partition.lane }) else { continue }
            let changed = reader.seen(in: number, atMost: 1000).filter { partition.stored[$0.producerID] != $0 }
            batch.advances[place].seen = changed
            for producer in changed { partitions[number]?.stored[producer.producerID] = producer }
        }
    }
}
