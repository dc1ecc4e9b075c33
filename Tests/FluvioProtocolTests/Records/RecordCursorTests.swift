import FluvioProtocol
import TestSupport
import Testing

@Suite struct RecordCursorTests {
    /// The records that come after a skip to `target`.
    static func rest(_ bytes: [UInt8], from target: Int64) throws -> [PlacedRecord] {
        var found: [PlacedRecord] = []
        try unsafe bytes.withUnsafeBytes { bytes in
            var reader = BatchReader(0..<bytes.count)
            guard case .batch(let batch) = unsafe reader.next(in: bytes) else { return }
            var cursor = try unsafe batch.cursor(in: bytes)
            try unsafe cursor.skip(to: target, in: bytes)
            while try unsafe cursor.next(in: bytes) { found.append(unsafe placed(cursor, bytes)) }
        }
        return found
    }

    @Test func readingBeginsInsideABatch() throws {
        var bytes = try recordSet((0..<100).map { SampleRecord("k\($0)", "v\($0)", at: 1000 + Int64($0)) })
        _ = unsafe bytes.withUnsafeMutableBytes { unsafe BatchHeader.setBaseOffset(500, in: $0, at: 0) }
        let all = try ReadRecords(bytes).records
        #expect(all.map(\.offset) == Array(500..<600))
        for target in [0, 499, 500, 501, 550, 599, 600, 700, .max, .min] as [Int64] {
            #expect(try Self.rest(bytes, from: target) == all.filter { $0.offset >= target }, "\(target)")
        }
    }

    /// As a SmartModule or deduplication leaves it: three records over ten offsets.
    @Test func recordsThatWereLeftOutKeepTheirOffsets() throws {
        var bytes = try recordSet((0..<3).map { SampleRecord(nil, "v\($0)", at: 5) })
        let size = (bytes.count - BatchHeader.size - 4) / 3
        for (index, delta) in [2, 3, 8].enumerated() {
            bytes[BatchHeader.size + 4 + index * size + 3] = UInt8(2 * delta)
        }
        bytes[26] = 9
        bytes[7] = 40
        fixChecksum(of: &bytes)
        let read = try ReadRecords(bytes)
        #expect(read.records.map(\.offset) == [42, 43, 48])
        #expect(read.batches.first?.nextOffset == 50)
        for target in [0, 40, 43, 44, 48, 49] as [Int64] {
            #expect(try Self.rest(bytes, from: target) == read.records.filter { $0.offset >= target }, "\(target)")
        }
        // What goes down, or too high, is not believed.
        for (index, delta) in [5, 1, 60].enumerated() {
            bytes[BatchHeader.size + 4 + index * size + 3] = UInt8(2 * delta)
        }
        fixChecksum(of: &bytes)
        #expect(try ReadRecords(bytes).records.map(\.offset) == [45, 46, 47])
    }

    @Test func positionsAreThoseOfTheBytes() throws {
        let records = [SampleRecord("key", "value"), SampleRecord(nil, ""), SampleRecord("", "x")]
        let bytes = try recordSet(records)
        try unsafe bytes.withUnsafeBytes { raw in
            var reader = BatchReader(0..<raw.count)
            guard case .batch(let batch) = unsafe reader.next(in: raw) else { return }
            var cursor = try unsafe batch.cursor(in: raw)
            #expect(cursor.count == 3 && cursor.passed == 0)
            for (index, record) in records.enumerated() {
                let isThere = try unsafe cursor.next(in: raw)
                #expect(isThere && cursor.passed == index + 1)
                #expect(cursor.keyRange.map { Array(bytes[$0]) } == record.key)
                #expect(Array(bytes[cursor.valueRange]) == record.value)
            }
            let isOver = try unsafe !cursor.next(in: raw)
            #expect(isOver)
        }
    }
}
