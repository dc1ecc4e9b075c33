import FluvioProtocol
import Foundation
import TestSupport
import Testing

/// Batches that official clients sent and real servers stored.
@Suite struct CapturedRecordTests {
    /// RecordSets of the produce requests in a capture, in order.
    static func produced(_ file: String, topic: String) throws -> [[UInt8]] {
        var sets: [[UInt8]] = []
        for frame in try Captures.load(file) where frame.event == nil && frame.apiKey == 0 {
            let (header, body) = try RequestHeader.decode(frame: frame.bytes)
            let request = try ProduceRequest<RecordSet>(
                decoding: frame.bytes, range: body, version: header.apiVersion)
            for sent in request.topics where sent.name == topic {
                sets += sent.partitions.map { Array($0.records.bytes) }
            }
        }
        return sets
    }

    /// RecordSets of the answers to StreamFetch in a capture, in order.
    static func consumed(_ file: String) throws -> [[UInt8]] {
        let exchanges = Captures.exchanges(try Captures.load(file).filter { $0.event == nil })
        return try exchanges.compactMap { exchange in
            guard exchange.request.apiKey == 1003, !exchange.request.isController, !exchange.response.isCut,
                let version = exchange.request.apiVersion
            else { return nil }
            let frame = exchange.response.bytes
            let response = try StreamFetchResponse<RecordSet>(
                decoding: frame, range: Frame.responseBodyPosition..<frame.count, version: version)
            return Array(response.partition.records.bytes)
        }
    }

    @Test func theCommandLineClientsRecordsAreRead() throws {
        let sets = try Self.produced("03-produce", topic: "p1").map { try ReadRecords($0) }
        let batches = sets.flatMap(\.batches)
        let records = sets.flatMap(\.records).map(\.record)
        #expect(
            batches.map(\.codec).filter { $0 != .none } == [.gzip, .gzip, .snappy, .snappy, .lz4, .lz4, .zstd, .zstd])
        // 300 lines for each codec.
        #expect(records.count == 16 + 4 * 300)
        for codec in [Compression.gzip, .snappy, .lz4, .zstd] {
            let values = sets.filter { $0.batches.first?.codec == codec }.flatMap(\.records).map(\.record.value)
            let lines = (1...300).map { number in
                let digits = String(number)
                let zeros = String(repeating: "0", count: 5 - digits.count)
                return "line-\(zeros)\(digits)-compressible-compressible-compressible"
            }
            #expect(values.map { String(decoding: $0, as: UTF8.self) } == lines, "\(codec)")
        }
        #expect(records.allSatisfy { $0.timestamp > 1_700_000_000_000 })
        // The official client's base offset is not one.
        #expect(batches.allSatisfy { $0.header.baseOffset == Int64($0.header.lastOffsetDelta) })
        #expect(batches.allSatisfy { $0.header.producerID == -1 && $0.header.firstSequence == -1 })
    }

    @Test func whatTheServerAnswersIsRead() throws {
        let sets = try Self.consumed("04-consume").map { try ReadRecords($0) }
        let all = try #require(sets.first)
        #expect(all.records.map(\.offset) == Array(0..<1216))
        #expect(all.cut == nil)
        let produced = try Self.produced("03-produce", topic: "p1").flatMap {
            try ReadRecords($0).records.map(\.record)
        }
        #expect(all.records.map(\.record) == produced)
    }

    @Test func theOlderPythonClientsRecordsAreRead() throws {
        let sets = try Self.consumed("08-python-0.21").map { try ReadRecords($0) }
        let records = sets.flatMap(\.records)
        #expect(records.map(\.offset) == Array(0..<25))
        // The Python client's `send_string` sends an empty key, not none.
        #expect(records.allSatisfy { $0.record.key == [] && $0.record.value.starts(with: Array("{\"ts\":".utf8)) })
        #expect(records.allSatisfy { $0.record.timestamp == 1_795_360_749_999 })
    }

    /// The official client's libraries for gzip and LZ4 find other matches than ours, and snappy's and zstd's differ
    /// from release to release: there the frame's header is the same, and the rest after decompression.
    @Test func theSameRecordsMakeTheSameBytes() throws {
        let sets =
            try Self.produced("03-produce", topic: "p1") + Self.produced("03-produce", topic: "p3")
            + Self.produced("08-python-0.21", topic: "py3")
        var compared: [Compression: Int] = [:]
        for set in sets {
            let theirs = try ReadRecords(set)
            guard let batch = theirs.batches.first else { continue }
            compared[batch.codec, default: 0] += 1
            var settings = RecordSetBuilder.Settings()
            settings.compression = batch.codec
            let bytes = try recordSet(theirs.records.map(\.record), settings)
            guard batch.codec != .none else {
                #expect(bytes == set)
                continue
            }
            let ours = try ReadRecords(bytes)
            #expect(ours.records == theirs.records)
            let frameHeader = [Compression.gzip: 10, .snappy: 10, .lz4: 7, .zstd: 6][batch.codec] ?? 0
            #expect(
                bytes[BatchHeader.size..<BatchHeader.size + frameHeader]
                    == set[BatchHeader.size..<BatchHeader.size + frameHeader], "\(batch.codec)")
            var header = try #require(ours.batches.first).header
            header.batchLength = batch.header.batchLength
            header.crc = batch.header.crc
            #expect(header == batch.header)
        }
        #expect(compared == [.none: 14, .gzip: 2, .snappy: 2, .lz4: 2, .zstd: 2])
    }
}
