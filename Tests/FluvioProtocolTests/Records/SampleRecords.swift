import FluvioProtocol
import TestSupport
import Testing

/// A record by value.
struct SampleRecord: Equatable, CustomStringConvertible {
    var key: [UInt8]?
    var value: [UInt8]
    /// -1: none.
    var timestamp: Int64 = -1

    init(_ key: [UInt8]?, _ value: [UInt8], at timestamp: Int64 = -1) {
        self.key = key
        self.value = value
        self.timestamp = timestamp
    }

    init(_ key: String?, _ value: String, at timestamp: Int64 = -1) {
        self.init(key.map { Array($0.utf8) }, Array(value.utf8), at: timestamp)
    }

    var description: String {
        "(\(key.map { "\($0.count) bytes" } ?? "no key"), \(value.prefix(12)) of \(value.count), \(timestamp))"
    }
}

/// A record with its place.
struct PlacedRecord: Equatable {
    var offset: Int64
    var record: SampleRecord
}

extension RecordSetBuilder {
    mutating func append(_ record: SampleRecord) -> Outcome {
        unsafe record.value.withUnsafeBytes { value in
            guard let key = record.key else {
                return unsafe append(key: nil, value: value, timestamp: record.timestamp)
            }
            return unsafe key.withUnsafeBytes { unsafe append(key: $0, value: value, timestamp: record.timestamp) }
        }
    }
}

/// The RecordSet of `records`, which must fit.
func recordSet(
    _ records: [SampleRecord], _ settings: RecordSetBuilder.Settings = RecordSetBuilder.Settings(),
    as identity: RecordSetBuilder.Identity? = nil
) throws -> [UInt8] {
    var builder = RecordSetBuilder(settings, as: identity)
    var compressor = Compressor()
    for record in records {
        let outcome = builder.append(record)
        try #require(outcome == .appended)
    }
    try builder.seal(with: &compressor)
    let range = builder.frame(prefix: [], suffix: [])
    return Array(builder.bytes[range])
}

/// Everything that stands in `bytes`, batch for batch. Throws the first corruption.
struct ReadRecords {
    var batches: [RecordBatch] = []
    var records: [PlacedRecord] = []
    var cut: CutBatch?

    init(_ bytes: [UInt8], in range: Range<Int>? = nil, limit: Int = Decompressor.defaultLimit) throws {
        var decompressor = Decompressor()
        var reader = BatchReader(range ?? 0..<bytes.count)
        try unsafe bytes.withUnsafeBytes { bytes in
            while let item = unsafe reader.next(in: bytes) {
                switch item {
                case .batch(let batch):
                    batches.append(batch)
                    try unsafe decompressor.withRecords(of: batch, in: bytes, limit: limit) {
                        cursor, opened throws(BatchError) in
                        while try unsafe cursor.next(in: opened) {
                            records.append(unsafe placed(cursor, opened))
                        }
                    }
                case .cut(let batch): cut = batch
                case .corrupt(let error): throw error
                }
            }
        }
    }
}

func placed(_ cursor: RecordCursor, _ bytes: UnsafeRawBufferPointer) -> PlacedRecord {
    let key = unsafe cursor.key(in: bytes).map { unsafe Array($0) }
    let record = unsafe SampleRecord(key, Array(cursor.value(in: bytes)), at: cursor.timestamp)
    return PlacedRecord(offset: cursor.offset, record: record)
}

extension SeededRandom {
    mutating func bytes(_ count: Int) -> [UInt8] {
        // Half of them repeat, so that codecs have something to do.
        Bool.random(using: &self)
            ? (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
            : (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) }
    }

    /// Any kind of record that may stand in a set.
    mutating func record(maximumValue: Int = 300) -> SampleRecord {
        let key: [UInt8]? =
            switch Int.random(in: 0..<4, using: &self) {
            case 0: nil
            case 1: []
            default: bytes(Int.random(in: 1...80, using: &self))
            }
        let size = Int.random(in: 0..<5, using: &self) == 0 ? 0 : Int.random(in: 0...maximumValue, using: &self)
        let timestamp: Int64 =
            switch Int.random(in: 0..<10, using: &self) {
            case 0: -1
            case 1: Int64.random(in: 0...1_700_000_000_000, using: &self)
            default: 1_700_000_000_000 + Int64.random(in: -5000...5000, using: &self)
            }
        return SampleRecord(key, bytes(size), at: timestamp)
    }
}
