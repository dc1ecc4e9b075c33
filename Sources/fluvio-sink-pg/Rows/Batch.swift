import FluvioClient
import Glibc

/// A record that is a row, or was to be one.
struct RowEntry: Sendable {
    /// Where the row stands among those of its table.
    var start: Int
    var end: Int
    /// Which partition the record is of.
    var lane: Int
    var offset: Int64
    /// Milliseconds since 1970; -1 for none.
    var timestamp: Int64
    /// Where the key, if there is one, and then the value stand in ``Batch/raw``.
    var raw: Int
    var keyLength: Int32
    var valueLength: Int
    var kind: RowKind
    /// It is not written: a later one of the same key is, or the server has refused it.
    var isLeftOut = false
}

/// The rows of one table.
struct TableRows: Sendable {
    /// The rows one after the other, without the head and the tail of a binary COPY.
    var bytes: [UInt8] = []
    var entries: [RowEntry] = []
    /// Finds rows of the same key.
    var index = KeyIndex()

    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        index.clear()
    }
}

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
    var value: [UInt8]
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
    /// Keys and values as they were read, for those that the server refuses.
    var raw: [UInt8] = []
    var records = 0

    init(tables: Int) { self.tables = Array(repeating: TableRows(), count: tables) }

    var isEmpty: Bool { advances.isEmpty }

    /// Bytes that it holds.
    var size: Int { tables.reduce(raw.count) { $0 + $1.bytes.count } }

    mutating func clear() {
        for index in tables.indices { tables[index].clear() }
        advances.removeAll(keepingCapacity: true)
        dead.removeAll()
        raw.removeAll(keepingCapacity: true)
        records = 0
    }

    /// Takes in a row.
    mutating func add(_ row: UnsafeRawBufferPointer, _ record: RecordView, lane: Int, table: Int, kind: RowKind) {
        let start = tables[table].bytes.count
        unsafe tables[table].bytes.append(contentsOf: row)
        let place = raw.count
        if let key = unsafe record.key { unsafe raw.append(contentsOf: key) }
        unsafe raw.append(contentsOf: record.value)
        tables[table].entries.append(
            unsafe RowEntry(
                start: start, end: start + row.count, lane: lane, offset: record.offset, timestamp: record.timestamp,
                raw: place, keyLength: Int32(record.key?.count ?? -1), valueLength: record.value.count, kind: kind))
    }

    /// The dead letter of a row that the server has refused.
    func dead(_ entry: RowEntry, _ error: DatabaseError) -> DeadRecord {
        let keyEnd = entry.raw + Int(max(0, entry.keyLength))
        return DeadRecord(
            lane: entry.lane, offset: entry.offset, timestamp: entry.timestamp,
            key: entry.keyLength < 0 ? nil : Array(raw[entry.raw..<keyEnd]),
            value: Array(raw[keyEnd..<keyEnd + entry.valueLength]), state: error.state.code, message: error.message,
            detail: error.detail, context: error.context, column: error.column, constraint: error.constraint)
    }
}

/// Finds the last row of a key in a batch. Open addressing, as a dictionary of arrays would allocate per record.
struct KeyIndex: Sendable {
    private var keys: [UInt8] = []
    /// Start of each known key in ``keys``, its length, and the row.
    private var known: [(start: Int, length: Int, row: Int)] = []
    /// Index into ``known`` plus one; 0 is free. A power of two long.
    private var table: [Int32] = []

    mutating func clear() {
        keys.removeAll(keepingCapacity: true)
        known.removeAll(keepingCapacity: true)
        for index in table.indices { table[index] = 0 }
    }

    /// Remembers `row` as the last of the key that is made up of the parts; the row that was it before.
    mutating func replace(_ row: UnsafeRawBufferPointer, parts: [Range<Int>], with number: Int) -> Int? {
        if known.count * 2 >= table.count { grow() }
        let start = keys.count
        for part in parts {
            // The length sets parts apart: "a" "bc" is another key than "ab" "c".
            unsafe withUnsafeBytes(of: Int32(truncatingIfNeeded: part.count)) { unsafe keys.append(contentsOf: $0) }
            unsafe keys.append(contentsOf: row[part])
        }
        let length = keys.count - start
        var place = Self.hash(keys, start, length) & (table.count - 1)
        while table[place] != 0 {
            let entry = Int(table[place]) - 1
            if known[entry].length == length, equals(known[entry].start, start, length) {
                keys.removeLast(length)
                defer { known[entry].row = number }
                return known[entry].row
            }
            place = (place + 1) & (table.count - 1)
        }
        known.append((start, length, number))
        table[place] = Int32(known.count)
        return nil
    }

    private func equals(_ a: Int, _ b: Int, _ length: Int) -> Bool {
        unsafe keys.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return true }
            return unsafe memcmp(base + a, base + b, length) == 0
        }
    }

    private static func hash(_ keys: [UInt8], _ start: Int, _ length: Int) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in start..<start + length { hash = (hash ^ UInt64(keys[index])) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & Int.max
    }

    private mutating func grow() {
        table = Array(repeating: 0, count: max(1024, table.count * 2))
        for (index, entry) in known.enumerated() {
            var place = Self.hash(keys, entry.start, entry.length) & (table.count - 1)
            while table[place] != 0 { place = (place + 1) & (table.count - 1) }
            table[place] = Int32(index + 1)
        }
    }
}
