import FluvioProtocol
import TestSupport
import Testing

/// Batches from the protocol's worked examples and from Fluvio's own tests.
@Suite struct BatchVectorTests {
    static let twoRecords = """
        00 00 00 00 00 00 00 00 00 00 00 4c ff ff ff ff 02 df 9b 49 a9 00 00 00 00 00 01 00 00 01 8b cf
        e5 68 00 00 00 01 8b cf e5 68 03 ff ff ff ff ff ff ff ff ff ff ff ff ff ff 00 00 00 02 1c 00 00
        00 01 04 6b 31 0a 68 65 6c 6c 6f 00 16 00 06 02 00 0a 77 6f 72 6c 64 00
        """
    static let withIdentity = """
        00 00 00 00 00 00 00 2a 00 00 00 3a ff ff ff ff 02 0f 82 c2 1f 00 00 00 00 00 00 00 00 01 8b cf
        e5 68 00 00 00 01 8b cf e5 68 00 11 22 33 44 55 66 77 88 00 00 00 00 00 63 00 00 00 01 10 00 00
        00 00 04 68 69 00
        """
    static let records = [
        SampleRecord("k1", "hello", at: 1_700_000_000_000), SampleRecord(nil, "world", at: 1_700_000_000_003),
    ]

    @Test func theExampleIsRead() throws {
        let read = try ReadRecords(try Captures.bytes(ofHex: Self.twoRecords))
        #expect(read.records.map(\.record) == Self.records)
        #expect(read.records.map(\.offset) == [0, 1])
        let header = try #require(read.batches.first).header
        #expect(header.crc == 0xdf9b_49a9)
        #expect(header.batchLength == 76)
        #expect(header.wholeSize == 88)
        #expect(header.nextOffset == 2)
        #expect(header.maxTimestamp == 1_700_000_000_003)
        #expect(header.partitionLeaderEpoch == -1 && header.producerID == -1 && header.producerEpoch == -1)
        #expect(header.firstSequence == -1 && header.schemaID == nil && header.magic == 2)
    }

    @Test func theExampleIsWritten() throws {
        var expected = try Captures.bytes(ofHex: Self.twoRecords)
        // The example is what a server has; a client sends count - 1 as base offset.
        expected[7] = 1
        #expect(try recordSet(Self.records) == expected)
    }

    @Test func theExampleWithAnIdentityIsReadAndWritten() throws {
        var bytes = try Captures.bytes(ofHex: Self.withIdentity)
        let read = try ReadRecords(bytes)
        let header = try #require(read.batches.first).header
        #expect(header.producerID == 0x1122_3344_5566_7788 && header.producerEpoch == 0 && header.firstSequence == 99)
        #expect(read.records.map(\.offset) == [42])
        let identity = RecordSetBuilder.Identity(
            producerID: 0x1122_3344_5566_7788, producerEpoch: 0, nextSequence: 99)
        bytes[7] = 0
        #expect(try recordSet([SampleRecord(nil, "hi", at: 1_700_000_000_000)], as: identity) == bytes)
    }

    /// Captured from the Python client.
    @Test func theCapturedBatchIsWritten() throws {
        let expected = try Captures.bytes(
            ofHex: """
                00000000000000010000004dffffffff0289b6f24b000000000001000001a2023e0cb8000001a2023e0cb8ffff
                ffffffffffffffffffffffff000000021c00000001046b310a68656c6c6f001800000201000a776f726c6400
                """)
        let time: Int64 = 0x01a2_023e_0cb8
        let records = [SampleRecord("k1", "hello", at: time), SampleRecord("", "world", at: time)]
        #expect(try ReadRecords(expected).records.map(\.record) == records)
        #expect(try recordSet(records) == expected)
    }

    @Test func anotherBaseOffsetKeepsTheChecksum() throws {
        var bytes = try Captures.bytes(ofHex: Self.twoRecords)
        let isSet = unsafe bytes.withUnsafeMutableBytes {
            unsafe BatchHeader.setBaseOffset(1 << 40, in: $0, at: 0)
        }
        #expect(isSet)
        #expect(try ReadRecords(bytes).records.map(\.offset) == [1 << 40, 1 << 40 + 1])
        for position in [-1, bytes.count - 56, bytes.count, .max] {
            let isOutside = unsafe bytes.withUnsafeMutableBytes {
                unsafe BatchHeader.setBaseOffset(0, in: $0, at: position)
            }
            #expect(!isOutside)
        }
    }

    @Test func aHeaderComesBackWithEveryField() {
        var header = BatchHeader()
        header.baseOffset = 0x0102_0304_0506_0708
        header.batchLength = 0x1112_1314
        header.partitionLeaderEpoch = 0x2122_2324
        header.magic = 0x31
        header.crc = 0x4142_4344
        header.attributes = 0x5112
        header.lastOffsetDelta = 0x6162_6364
        header.firstTimestamp = 0x7172_7374_7576_7778
        header.maxTimestamp = -0x0102_0304_0506_0708
        header.producerID = -0x1112_1314_1516_1718
        header.producerEpoch = -0x2122
        header.firstSequence = -0x3132_3334
        header.schemaID = 0x8182_8384
        var bytes = [UInt8](repeating: 0, count: 64)
        unsafe bytes.withUnsafeMutableBytes { bytes in
            #expect(unsafe header.write(to: bytes, at: 3))
            #expect(unsafe !header.write(to: bytes, at: 4), "61 bytes are not left")
            let whole = UnsafeRawBufferPointer(bytes)
            #expect(unsafe BatchHeader(reading: whole, at: 3) == header)
            #expect(unsafe BatchHeader(reading: UnsafeRawBufferPointer(rebasing: whole[..<63]), at: 3) == nil)
            #expect(unsafe BatchHeader(reading: whole, at: 65) == nil)
            #expect(unsafe BatchHeader(reading: whole, at: -1) == nil)
        }
        #expect(header.codec == .snappy)
        #expect(header.headerSize == 61)
    }

    @Test func aSchemaIDIsReadPast() throws {
        var bytes = try Captures.bytes(ofHex: Self.twoRecords)
        bytes.insert(contentsOf: [0, 0, 0, 42], at: BatchHeader.size)
        bytes[11] += 4
        bytes[22] |= 0x10
        fixChecksum(of: &bytes)
        let read = try ReadRecords(bytes)
        #expect(read.batches.first?.header.schemaID == 42)
        #expect(read.records.map(\.record) == Self.records)
    }
}

/// Gives the one batch in `bytes` the CRC of its contents.
func fixChecksum(of bytes: inout [UInt8]) {
    let crc = unsafe bytes[BatchHeader.crcStart...].withUnsafeBytes { unsafe CRC32C.checksum(of: $0) }
    for index in 0..<4 { bytes[17 + index] = UInt8(truncatingIfNeeded: crc >> (24 - 8 * UInt32(index))) }
}
