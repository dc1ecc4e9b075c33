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
    private let router: Router

    init(_ topic: String, _ consumer: Consumer, router: Router, skipsCorrupt: Bool) {
        self.topic = topic
        consumers = [consumer]
        self.router = router
        reader = ChunkReader(topic: topic, skipsCorrupt: skipsCorrupt)
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

/// Makes rows of records: finds the table, and what to do with those that are no rows. For the thread of the pump.
final class Router {
    /// The encoders of the tables, by their numbers at the writer.
    private let encoders: [(table: Int, encoder: RowEncoder)]
    private let names: [[UInt8]: Int]
    private let shredder: JSONShredder?
    private var scratch = JSONScratch()
    private var slots: [JSONToken?] = [nil]
    private let badText: BadTextPolicy

    /// - Parameter names: the tables by the names that records may give, if they give names.
    init(
        topic: String, tables: [Int], plans: [TablePlan], route: String?, names: [String], options: RunOptions
    ) {
        encoders = tables.map { ($0, RowEncoder(plans[$0], topic: topic, assumesUTC: options.assumesUTC)) }
        shredder = route.flatMap(JSONPointer.steps).map { JSONShredder([$0]) }
        self.names = Dictionary(
            names.enumerated().map { (Array($0.element.utf8), $0.offset) }, uniquingKeysWith: { first, _ in first })
        badText = options.badText
    }

    /// Takes a record into the batch: as a row, or as a dead letter.
    @inline(__always)
    func add(_ record: RecordView, lane: Int, to batch: inout Batch) {
        do throws(RowFault) {
            try put(record, lane, &batch)
        } catch {
            mend(record, lane, &batch, error)
        }
    }

    private func put(_ record: RecordView, _ lane: Int, _ batch: inout Batch) throws(RowFault) {
        let index = try shredder == nil ? 0 : destination(record)
        let (table, encoder) = encoders[index]
        let kind = try encoder.encode(record)
        let row = unsafe encoder.writer.bytes
        if encoder.plan.mode == .append {
            unsafe batch.add(row, record, lane: lane, table: table, kind: kind)
            return
        }
        let number = batch.tables[table].entries.count
        let earlier = unsafe batch.tables[table].index.replace(row, parts: encoder.keyRanges, with: number)
        unsafe batch.add(row, record, lane: lane, table: table, kind: kind)
        guard let earlier else { return }
        // One row of a key in a batch, or the server would refuse them all.
        if encoder.plan.mode == .upsert {
            batch.tables[table].entries[earlier].isLeftOut = true
        } else {
            batch.tables[table].entries[number].isLeftOut = true
        }
    }

    private func destination(_ record: RecordView) throws(RowFault) -> Int {
        slots[0] = nil
        scratch.begin()
        do throws(JSONError) {
            try unsafe shredder?.shred(record.value, names: &scratch, into: &slots)
        } catch {
            throw RowFault(fault: .notJSON(error))
        }
        guard let token = slots[0] else { throw RowFault(fault: .unknownTable) }
        let name = unsafe Array(scratch.content(of: token))
        guard let index = names[name] else { throw RowFault(fault: .unknownTable) }
        return index
    }

    @inline(never)
    private func mend(_ record: RecordView, _ lane: Int, _ batch: inout Batch, _ fault: RowFault) {
        var fault = fault
        if fault.fault.isMendable, badText != .dead {
            let key = unsafe record.key.map { unsafe TextMender.mend($0, badText) }
            let value = unsafe TextMender.mend(record.value, badText)
            do throws(RowFault) {
                try put(mended: record, key, value, lane, &batch)
                return
            } catch {
                fault = error
            }
        }
        let plan = encoders[0].encoder.plan
        let column = encoders.count == 1 ? fault.column.map { plan.columns[$0] } : nil
        batch.dead.append(
            unsafe DeadRecord(
                lane: lane, offset: record.offset, timestamp: record.timestamp,
                key: record.key.map { unsafe Array($0) },
                value: Array(record.value), state: fault.fault.state.code,
                message: fault.fault.message(column: column?.name, type: column?.type.name), column: column?.name))
    }

    /// The row of a mended record, in the place of the record itself.
    private func put(
        mended record: RecordView, _ key: [UInt8]?, _ value: [UInt8], _ lane: Int, _ batch: inout Batch
    ) throws(RowFault) {
        var copy = JSONScratch()
        var mended = record
        unsafe mended.key = key.map { unsafe copy.keep($0) }
        unsafe mended.value = copy.keep(value)
        try put(mended, lane, &batch)
    }
}
