import FluvioProtocol
import TestSupport
import Testing

@Suite struct RecordSetBuilderTests {
    static func settings(batchSize: Int = 16_384, capacity: Int = 1_048_576) -> RecordSetBuilder.Settings {
        var settings = RecordSetBuilder.Settings()
        settings.batchSize = batchSize
        settings.capacity = capacity
        return settings
    }

    /// A value that makes a record of `size` bytes, which is first in its batch and has no key.
    static func record(ofSize size: Int) -> SampleRecord {
        for count in max(0, size - 16)..<size {
            let record = SampleRecord(nil, [UInt8](repeating: 0x61, count: count))
            if let set = try? recordSet([record]), set.count == BatchHeader.size + 4 + size { return record }
        }
        return SampleRecord(nil, [])
    }

    @Test func aBatchIsFilledToItsLastByte() throws {
        // Header and count take 61 bytes: three records of 20 fill 121.
        let record = Self.record(ofSize: 20)
        let full = try ReadRecords(try recordSet([record, record, record], Self.settings(batchSize: 121)))
        #expect(full.batches.map(\.header.offsetCount) == [3])
        #expect(full.batches.map(\.range.count) == [121])
        let over = try ReadRecords(try recordSet([record, record, record], Self.settings(batchSize: 120)))
        #expect(over.batches.map(\.header.offsetCount) == [2, 1])
    }

    @Test func aLargeRecordIsAloneInItsBatch() throws {
        let small = SampleRecord(nil, "a")
        let large = SampleRecord(nil, [UInt8](repeating: 1, count: 5000))
        let read = try ReadRecords(try recordSet([small, large, small], Self.settings(batchSize: 1000)))
        #expect(read.batches.map(\.header.offsetCount) == [1, 1, 1])
        #expect(read.records.map(\.record) == [small, large, small])
    }

    @Test func aFullSetTakesNoMore() throws {
        var builder = RecordSetBuilder(Self.settings(batchSize: 200, capacity: 500))
        var compressor = Compressor()
        var taken = 0
        while builder.append(Self.record(ofSize: 20)) == .appended { taken += 1 }
        #expect(builder.recordCount == taken)
        let outcome = builder.append(Self.record(ofSize: 20))
        #expect(outcome == .full)
        try builder.seal(with: &compressor)
        let size = builder.byteCount()
        // Two batches of 6 records, and what still fits: 500 - 2 * 181 = 138 bytes.
        #expect(builder.batches.map(\.recordCount) == [6, 6, 3])
        #expect(size == 2 * 181 + 121)
        let afterSealing = builder.append(SampleRecord(nil, ""))
        #expect(afterSealing == .full)
    }

    @Test func aRecordAboveTheCapacityGoesAlone() throws {
        var builder = RecordSetBuilder(Self.settings(batchSize: 200, capacity: 500))
        var compressor = Compressor()
        let large = SampleRecord([1, 2], [UInt8](repeating: 3, count: 3000), at: 9)
        let small = SampleRecord(nil, "a")
        let outcome1 = builder.append(small)
        #expect(outcome1 == .appended)
        let outcome2 = builder.append(large)
        #expect(outcome2 == .full)
        try builder.seal(with: &compressor)
        builder.reset()
        let outcome3 = builder.append(large)
        #expect(outcome3 == .appended)
        let outcome4 = builder.append(small)
        #expect(outcome4 == .full)
        try builder.seal(with: &compressor)
        let range = builder.frame(prefix: [], suffix: [])
        #expect(try ReadRecords(builder.bytes, in: range).records.map(\.record) == [large])
        builder.reset()
        let size = builder.bytes.count
        #expect(size < 2000, "the memory is given back")
        let outcome5 = builder.append(small)
        #expect(outcome5 == .appended)
    }

    @Test func aRecordAboveTheLargestBatchIsRefused() {
        var settings = Self.settings()
        settings.maximumBatchSize = 121
        settings.batchSize = 1000
        var builder = RecordSetBuilder(settings)
        let outcome6 = builder.append(Self.record(ofSize: 60))
        #expect(outcome6 == .appended)
        let outcome7 = builder.append(Self.record(ofSize: 61))
        #expect(outcome7 == .tooLarge)
        let outcome8 = builder.append(SampleRecord(nil, "a"))
        #expect(outcome8 == .appended)
        #expect(builder.recordCount == 2)
    }

    @Test func timestampsTooFarApartBeginABatch() throws {
        let start: Int64 = 1_700_000_000_000
        let far = Int64(Int32.max)
        let times = [start, start + far, start - far, start + far + 1, start, start - far - 1, 0, .min, .max, .min]
        let records = times.map { SampleRecord(nil, "v", at: $0) }
        let read = try ReadRecords(try recordSet(records))
        #expect(read.records.map(\.record.timestamp) == times)
        #expect(read.batches.map(\.header.offsetCount) == [3, 1, 1, 1, 1, 1, 1, 1])
        #expect(read.batches.map(\.header.maxTimestamp).prefix(2) == [start + far, start + far + 1])
    }

    @Test func theNextIdentityCountsTheRecordsOfTheOpenBatch() {
        var builder = RecordSetBuilder(
            as: RecordSetBuilder.Identity(producerID: 77, producerEpoch: 3, nextSequence: 1000))
        for _ in 0..<5 { _ = builder.append(SampleRecord(nil, "v")) }
        let next = builder.identity
        #expect(next?.nextSequence == 1005)
    }

    @Test func droppingTheOldestLeavesWhatIsBehindThemAsIfTheyHadNeverBeenThere() throws {
        var random = SeededRandom(seed: 5)
        for codec in [Compression.none, .gzip] {
            for _ in 0..<300 {
                var settings = Self.settings(batchSize: 200, capacity: 2000)
                settings.compression = codec
                let identity = RecordSetBuilder.Identity(producerID: 77, producerEpoch: 3, nextSequence: 1000)
                var builder = RecordSetBuilder(settings, as: identity)
                var kept: [SampleRecord] = []
                for index in 0..<Int.random(in: 1...200, using: &random) {
                    let size = Int.random(in: 0...60, using: &random)
                    let record = SampleRecord(nil, [UInt8](repeating: 0x61, count: size), at: Int64(1000 + index))
                    while builder.append(record) == .full {
                        let bytes = builder.byteCount()
                        let wanted = Int.random(in: 0...bytes, using: &random)
                        let count = builder.dropOldest(bytes: wanted)
                        #expect(count > 0 && count <= kept.count)
                        kept.removeFirst(count)
                        let left = builder.byteCount()
                        #expect(bytes - left >= min(wanted, bytes))
                    }
                    kept.append(record)
                    if Int.random(in: 0..<20, using: &random) == 0 { kept.removeFirst(builder.dropOldest(bytes: 0)) }
                    let (count, next) = (builder.recordCount, builder.identity?.nextSequence)
                    #expect(count == kept.count && next == Int32(1000 + kept.count))
                }
                var compressor = Compressor()
                try builder.seal(with: &compressor)
                let range = builder.frame(prefix: [], suffix: [])
                let read = try ReadRecords(builder.bytes, in: range)
                #expect(read.records.map(\.record) == kept)
                var sequence: Int32 = 1000
                for batch in read.batches {
                    #expect(batch.header.firstSequence == sequence)
                    sequence += Int32(batch.header.offsetCount)
                }
            }
        }
    }

    @Test func droppingKeepsEpochsApart() {
        let first = RecordSetBuilder.Identity(producerID: 77, producerEpoch: 3, nextSequence: 1000)
        var builder = RecordSetBuilder(Self.settings(batchSize: 121), as: first)
        for _ in 0..<5 { _ = builder.append(Self.record(ofSize: 20)) }
        builder.identify(as: RecordSetBuilder.Identity(producerID: 77, producerEpoch: 4, nextSequence: 0))
        for _ in 0..<4 { _ = builder.append(Self.record(ofSize: 20)) }
        let dropped = builder.dropOldest(bytes: 1)
        let sequences = builder.batches.map(\.identity?.nextSequence)
        let next = builder.identity
        #expect(dropped == 3 && sequences == [1000, 0])
        #expect(next == RecordSetBuilder.Identity(producerID: 77, producerEpoch: 4, nextSequence: 4))
    }

    @Test func recordsWithoutTimestampHaveBatchesOfTheirOwn() throws {
        let times: [Int64] = [-1, -1, 5, -1, 0, 1, -2]
        let read = try ReadRecords(try recordSet(times.map { SampleRecord(nil, "v", at: $0) }))
        #expect(read.records.map(\.record.timestamp) == times)
        #expect(read.batches.map(\.header.offsetCount) == [2, 1, 1, 3])
        #expect(read.batches.map(\.header.firstTimestamp) == [-1, 5, -1, 0])
    }

    @Test func sequencesCountRecords() throws {
        let identity = RecordSetBuilder.Identity(producerID: 77, producerEpoch: 3, nextSequence: 1000)
        var builder = RecordSetBuilder(Self.settings(batchSize: 121), as: identity)
        var compressor = Compressor()
        for _ in 0..<5 { _ = builder.append(Self.record(ofSize: 20)) }
        builder.identify(as: nil)
        _ = builder.append(SampleRecord(nil, "other"))
        builder.identify(as: RecordSetBuilder.Identity(producerID: 78, producerEpoch: 0, nextSequence: 0))
        _ = builder.append(SampleRecord(nil, "third"))
        try builder.seal(with: &compressor)
        #expect(builder.batches.map(\.recordCount) == [3, 2, 1, 1])
        #expect(builder.batches.map(\.identity?.nextSequence) == [1000, 1003, nil, 0])
        #expect(builder.batches.map(\.lastSequence) == [1002, 1004, nil, 0])
        let next = builder.identity
        #expect(next == RecordSetBuilder.Identity(producerID: 78, producerEpoch: 0, nextSequence: 1))
        let range = builder.frame(prefix: [], suffix: [])
        let headers = try ReadRecords(builder.bytes, in: range).batches.map(\.header)
        #expect(headers.map(\.firstSequence) == [1000, 1003, -1, 0])
        #expect(headers.map(\.producerID) == [77, 77, -1, 78])
        #expect(headers.map(\.producerEpoch) == [3, 3, -1, 0])
    }

    @Test func sequencesDoNotPassTheEnd() throws {
        let identity = RecordSetBuilder.Identity(producerID: 1, producerEpoch: 0, nextSequence: .max - 10)
        var builder = RecordSetBuilder(as: identity)
        let outcome9 = builder.append(SampleRecord(nil, "a"))
        #expect(outcome9 == .sequencesUsedUp)
        let isEmpty = builder.isEmpty
        #expect(isEmpty)
        builder.reset(as: RecordSetBuilder.Identity(producerID: 1, producerEpoch: 1, nextSequence: 0))
        let outcome10 = builder.append(SampleRecord(nil, "a"))
        #expect(outcome10 == .appended)
    }

    @Test(arguments: Compression.allCases)
    func aFrameCanBeMadeAgain(codec: Compression) throws {
        var settings = Self.settings(batchSize: 300)
        settings.compression = codec
        settings.prefixRoom = 4
        settings.suffixRoom = 2
        var random = SeededRandom(seed: 3)
        let records = (0..<40).map { _ in random.record(maximumValue: 100) }
        var builder = RecordSetBuilder(settings)
        var compressor = Compressor()
        for record in records { _ = builder.append(record) }
        try builder.seal(with: &compressor)
        try builder.seal(with: &compressor)
        let counts = builder.batches.map(\.recordCount)
        // Within the room, beyond it in front and behind, and within it again.
        for (prefix, suffix) in [([1, 2], [3]), ([UInt8](1...50), [UInt8](1...40)), ([9], [])] {
            let range = builder.frame(prefix: prefix, suffix: suffix)
            let bytes = builder.bytes
            #expect(bytes[range].starts(with: prefix))
            #expect(bytes[range].suffix(suffix.count) == suffix[...])
            let inner = range.lowerBound + prefix.count..<range.upperBound - suffix.count
            #expect(inner.count == builder.byteCount())
            let ranges = builder.batches.map(\.range)
            #expect(ranges == (try ReadRecords(bytes, in: inner).batches.map(\.range)))
            #expect(try ReadRecords(bytes, in: inner).records.map(\.record) == records)
        }
        // From the third batch on.
        let range = builder.frame(prefix: [7, 7, 7], suffix: [8], from: 2)
        let inner = range.lowerBound + 3..<range.upperBound - 1
        #expect(inner.count == builder.byteCount(from: 2))
        let rest = try ReadRecords(builder.bytes, in: inner).records.map(\.record)
        #expect(rest == Array(records.dropFirst(counts[0] + counts[1])))
        #expect(builder.byteCount(from: counts.count) == 0)
    }

    @Test func whatIsHeldForSendingDoesNotChange() throws {
        var builder = RecordSetBuilder()
        var compressor = Compressor()
        _ = builder.append(SampleRecord(nil, "first", at: 1))
        try builder.seal(with: &compressor)
        let range = builder.frame(prefix: [], suffix: [])
        let sent = builder.bytes
        builder.reset()
        _ = builder.append(SampleRecord(nil, "other", at: 1))
        #expect(try ReadRecords(sent, in: range).records.map(\.record.value) == [Array("first".utf8)])
    }

    @Test func anEmptySetIsOnlyItsFrame() throws {
        var builder = RecordSetBuilder()
        var compressor = Compressor()
        var (count, size) = (builder.recordCount, builder.byteCount())
        #expect(count == 0 && size == 0)
        try builder.seal(with: &compressor)
        let range = builder.frame(prefix: [1, 2], suffix: [3])
        #expect(Array(builder.bytes[range]) == [1, 2, 3])
        (count, size) = (builder.batches.count, builder.byteCount())
        #expect(count == 0 && size == 0)
    }

    @Test func countsAreKeptWhileFilling() {
        var builder = RecordSetBuilder(Self.settings(batchSize: 121))
        for count in 1...7 {
            _ = builder.append(Self.record(ofSize: 20))
            #expect(builder.recordCount == count)
            // A batch of three takes 121 bytes, an open one 61 and its records.
            let open = count % 3
            #expect(builder.byteCount() == count / 3 * 121 + (open == 0 ? 0 : 61 + open * 20))
        }
    }
}
