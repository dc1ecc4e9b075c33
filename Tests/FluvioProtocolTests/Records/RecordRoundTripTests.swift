import FluvioProtocol
import TestSupport
import Testing

@Suite struct RecordRoundTripTests {
    @Test(arguments: Compression.allCases)
    func whatIsAppendedIsRead(codec: Compression) throws {
        for seed in 1...12 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            var settings = RecordSetBuilder.Settings()
            settings.compression = codec
            settings.batchSize = [200, 1000, 16_384].randomElement(using: &random) ?? 200
            let records = (0..<Int.random(in: 1...200, using: &random)).map { _ in random.record() }
            let read = try ReadRecords(try recordSet(records, settings))
            #expect(read.records.map(\.record) == records, "seed \(seed)")
            #expect(read.cut == nil)
            #expect(read.batches.allSatisfy { $0.codec == codec })
        }
    }

    @Test(arguments: Compression.allCases)
    func aMebibyteIsOneRecord(codec: Compression) throws {
        var random = SeededRandom(seed: 7)
        for value in [[UInt8](repeating: 0x20, count: 1_048_576), random.bytes(1_048_576)] {
            var settings = RecordSetBuilder.Settings()
            settings.compression = codec
            let records = [SampleRecord("k", "v"), SampleRecord(nil, value, at: 5), SampleRecord("k", "w", at: 6)]
            var builder = RecordSetBuilder(settings)
            var compressor = Compressor()
            var read: [SampleRecord] = []
            for record in records {
                if builder.append(record) == .full {
                    try builder.seal(with: &compressor)
                    let range = builder.frame(prefix: [], suffix: [])
                    read += try ReadRecords(builder.bytes, in: range).records.map(\.record)
                    builder.reset()
                    let again = builder.append(record)
                    #expect(again == .appended)
                }
            }
            try builder.seal(with: &compressor)
            let range = builder.frame(prefix: [1, 2, 3], suffix: [4])
            read += try ReadRecords(builder.bytes, in: range.lowerBound + 3..<range.upperBound - 1).records.map(
                \.record)
            #expect(read == records)
        }
    }
}
