import FluvioClient
import ToolSupport

/// How far a batch takes a partition.
struct LaneAdvance: Sendable, Equatable {
    var lane: Int
    /// The first offset of the batch, which must be where the table is.
    var from: Int64
    /// Behind the last.
    var to: Int64
    var records: Int64 = 0
    var dead: Int64 = 0
    /// Of the record before ``to``, if there is one: its time, and a checksum over key and value.
    var lastTimestamp: Int64?
    var lastChecksum: UInt32?
    /// Where the partition ended when the last of it was read.
    var highWatermark: Int64 = 0
    /// Who has written what the batch holds.
    var seen: [SeenProducer] = []
}

/// A record that is no row, and why.
struct DeadRecord: Sendable, Equatable {
    var lane: Int
    var offset: Int64
    var timestamp: Int64
    var key: [UInt8]?
    /// nil: to be filled in.
    var value: [UInt8]?
    var state: String
    var message: String
    var detail: String?
    var context: String?
    var column: String?
    var constraint: String?
}

/// What one transaction takes in: whole responses of the log, as only between those it is known how far producers are.
struct Batch: Sendable {
    /// By the index of the table.
    var tables: [TableRows]
    var advances: [LaneAdvance] = []
    var dead: [DeadRecord] = []
    /// Those of them that went to the topic of dead letters, whatever became of the transaction.
    var lettersSent = 0
    /// What the rows were made of, for those that the server refuses.
    var chunks: [Chunk] = []
    /// The same of standard input.
    var lines = Lines()
    var records = 0
    /// There is nothing more for the moment, so that a transaction ends with it.
    var isLast = false

    /// Records of one partition, as they were read.
    struct Chunk: Sendable {
        var lane: Int
        var records: RecordChunk
    }

    init(tables: Int) { self.tables = Array(repeating: TableRows(), count: tables) }

    var isEmpty: Bool { advances.isEmpty }

    /// Bytes that it holds.
    var size: Int { tables.reduce(chunks.reduce(lines.bytes.count) { $0 + $1.records.size }) { $0 + $1.bytes.count } }

    mutating func clear() {
        for index in tables.indices { tables[index].clear() }
        advances.removeAll(keepingCapacity: true)
        dead.removeAll()
        lettersSent = 0
        chunks.removeAll(keepingCapacity: true)
        lines.clear()
        records = 0
        isLast = false
    }

    /// Takes in a row.
    @inline(__always)
    mutating func add(_ row: UnsafeRawBufferPointer, offset: Int64, lane: Int, table: Int) {
        unsafe tables[table].bytes.append(contentsOf: row)
        let end = tables[table].bytes.count
        tables[table].entries.append(
            RowEntry(offset: offset, end: UInt32(truncatingIfNeeded: end), lane: Int32(truncatingIfNeeded: lane)))
    }

    /// The dead letter of a row that the server has refused; its key and value are still to be filled in.
    func dead(_ entry: RowEntry, _ error: DatabaseError) -> DeadRecord {
        DeadRecord(
            lane: Int(entry.lane), offset: entry.offset, timestamp: -1, key: nil, value: nil, state: error.state.code,
            message: error.message, detail: error.detail, context: error.context, column: error.column,
            constraint: error.constraint)
    }

    /// Fills in what the refused records are, in one pass over what was read.
    mutating func fillDead() throws {
        var missing: [Place: Int] = [:]
        for index in dead.indices where dead[index].value == nil {
            missing[Place(lane: dead[index].lane, offset: dead[index].offset)] = index
        }
        if missing.isEmpty { return }
        for (place, index) in missing { dead[index].value = lines.value(at: place.offset) }
        for chunk in chunks {
            // What stands twice in the log has been left out, and is asked for by nobody.
            var reader = ChunkReader(topic: "", keepsRepeats: true, skipsCorrupt: true)
            var found = dead
            try unsafe reader.read(chunk.records) { offset, timestamp, key, value in
                guard let index = missing[Place(lane: chunk.lane, offset: offset)] else { return true }
                found[index].timestamp = timestamp
                found[index].key = unsafe key.map { unsafe Array($0) }
                found[index].value = unsafe Array(value)
                return true
            }
            dead = found
        }
    }

    /// Lines of standard input one after the other, with offsets that follow each other.
    struct Lines: Sendable {
        fileprivate var bytes: [UInt8] = []
        private var ends: [Int] = []
        private var first: Int64 = 0

        mutating func add(_ line: UnsafeRawBufferPointer, offset: Int64) {
            if ends.isEmpty { first = offset }
            unsafe bytes.append(contentsOf: line)
            ends.append(bytes.count)
        }

        /// Those that follow.
        mutating func append(_ more: Lines) {
            if ends.isEmpty { first = more.first }
            let start = bytes.count
            bytes += more.bytes
            ends += more.ends.map { $0 + start }
        }

        fileprivate mutating func clear() {
            bytes.removeAll(keepingCapacity: true)
            ends.removeAll(keepingCapacity: true)
        }

        fileprivate func value(at offset: Int64) -> [UInt8]? {
            let index = Int(offset - first)
            guard ends.indices.contains(index) else { return nil }
            return Array(bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
        }
    }

    private struct Place: Hashable {
        var lane: Int
        var offset: Int64
    }
}
