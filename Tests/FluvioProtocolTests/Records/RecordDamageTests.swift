import FluvioProtocol
import TestSupport
import Testing

/// What is cut, torn, mutated or lies. Nothing of it may crash, and what is wrong has a name.
@Suite struct RecordDamageTests {
    static let records = [
        SampleRecord("k1", "hello", at: 1_700_000_000_000), SampleRecord(nil, "world", at: 1_700_000_000_003),
    ]

    /// A batch of ``records`` whose payload is changed, with the right length and CRC.
    static func batch(count: Int? = nil, change: (inout [UInt8]) -> Void) throws -> [UInt8] {
        var bytes = try recordSet(records)
        var payload = Array(bytes[BatchHeader.size...])
        change(&payload)
        bytes.replaceSubrange(BatchHeader.size..., with: payload)
        let length = bytes.count - BatchHeader.preambleSize
        for index in 0..<4 { bytes[8 + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * index)) }
        if let count {
            for index in 0..<4 { bytes[23 + index] = UInt8(truncatingIfNeeded: (count - 1) >> (24 - 8 * index)) }
        }
        fixChecksum(of: &bytes)
        return bytes
    }

    static func reason(_ bytes: [UInt8]) -> BatchError.Reason? {
        do {
            _ = try ReadRecords(bytes)
            return nil
        } catch {
            return (error as? BatchError)?.reason
        }
    }

    @Test func aCutSetKeepsItsWholeBatches() throws {
        var settings = RecordSetBuilder.Settings()
        settings.batchSize = 100
        let records = (0..<5).map { SampleRecord(nil, [UInt8](repeating: UInt8($0), count: 60), at: 5) }
        let bytes = try recordSet(records, settings)
        let whole = try ReadRecords(bytes).batches
        #expect(whole.count == 5)
        for count in 0...bytes.count {
            let read = try ReadRecords(Array(bytes.prefix(count)))
            let expected = whole.filter { $0.range.upperBound <= count }
            #expect(read.batches == expected)
            #expect(read.records.map(\.record) == Array(records.prefix(expected.count)))
            let end = expected.last?.range.upperBound ?? 0
            guard end < count else {
                #expect(read.cut == nil)
                continue
            }
            let cut = try #require(read.cut)
            #expect(cut.position == end && cut.available == count - end)
            #expect(cut.wholeSize == (count - end >= 12 ? whole[expected.count].range.count : nil))
            #expect(cut.baseOffset == (count - end >= 8 ? 0 : nil))
        }
    }

    @Test func aWrongChecksumIsNamed() throws {
        let bytes = try recordSet(Self.records)
        for position in BatchHeader.crcStart..<bytes.count {
            var damaged = bytes
            damaged[position] ^= 0x40
            let reason = Self.reason(damaged)
            guard case .checksum(let stored, let computed) = reason else {
                Issue.record("byte \(position): \(String(describing: reason))")
                continue
            }
            #expect(stored != computed)
        }
    }

    @Test func theWalkGoesOnBehindADamagedBatch() throws {
        let one = try recordSet(Self.records)
        var bytes = one + one + one
        bytes[one.count + 60] ^= 1
        var reader = BatchReader(0..<bytes.count)
        unsafe bytes.withUnsafeBytes { bytes in
            guard case .batch = unsafe reader.next(in: bytes), case .corrupt(let error) = unsafe reader.next(in: bytes),
                case .batch(let last) = unsafe reader.next(in: bytes)
            else {
                Issue.record("not batch, corrupt, batch")
                return
            }
            #expect(error.position == one.count && error.baseOffset == 1 && error.nextOffset == 3)
            #expect(error.description.hasPrefix("batch at offset 1: CRC "))
            #expect(last.range == 2 * one.count..<3 * one.count)
            #expect(unsafe reader.next(in: bytes) == nil)
        }
    }

    @Test(
        arguments: [
            (8, [0x7f, 0xff, 0xff, 0xff], BatchError.Reason.length(0x8000_000b)),
            (8, [0x80, 0, 0, 0], .length(-0x7fff_fff4)), (8, [0, 0, 0, 0], .length(12)),
            (8, [0, 0, 0, 44], .length(56)),
            (16, [1], .magic(1)), (0, [0x80], .offsets), (0, [0x7f, 255, 255, 255, 255, 255, 255, 255], .offsets),
        ] as [(Int, [UInt8], BatchError.Reason)])
    func aHeaderThatMakesNoSenseIsNamed(position: Int, bytes: [UInt8], reason: BatchError.Reason) throws {
        var set = try recordSet(Self.records)
        set.replaceSubrange(position..<position + bytes.count, with: bytes)
        #expect(Self.reason(set) == reason)
    }

    @Test func fieldsUnderTheChecksumAreNamed() throws {
        for codec in [5, 6, 7] as [UInt8] {
            var set = try recordSet(Self.records)
            set[22] = codec
            fixChecksum(of: &set)
            #expect(Self.reason(set) == .codec(codec))
        }
        // Bits without a meaning are let pass.
        var odd = try recordSet(Self.records)
        odd[21] = 0xff
        odd[22] = 0xe8
        fixChecksum(of: &odd)
        #expect(try ReadRecords(odd).records.map(\.record) == Self.records)
        // Fewer offsets than records, and none.
        #expect(Self.reason(try Self.batch(count: 1) { _ in }) == .countMismatch(records: 2, offsets: 1))
        #expect(Self.reason(try Self.batch(count: 0) { _ in }) == .offsets)
    }

    @Test func theCountInThePayloadIsChecked() throws {
        #expect(Self.reason(try Self.batch { $0 = [] }) == .recordCount(0))
        #expect(Self.reason(try Self.batch { $0 = [0, 0, 2] }) == .recordCount(0))
        #expect(Self.reason(try Self.batch { $0[3] = 0 }) == .recordCount(0))
        #expect(Self.reason(try Self.batch { $0[0] = 0xff }) == .recordCount(-0xff_fffe))
        #expect(Self.reason(try Self.batch { $0[0] = 0x7f }) == .recordCount(0x7f00_0002))
        #expect(Self.reason(try Self.batch { $0[3] = 1 }) == .trailingBytes(12))
        #expect(Self.reason(try Self.batch(count: 3) { $0[3] = 3 }) == .record(index: 2))
    }

    @Test func aTornRecordUnderARightChecksumIsNamed() throws {
        let length = try recordSet(Self.records).count - BatchHeader.size
        for count in 4 + 15..<length {
            #expect(Self.reason(try Self.batch { $0.removeLast(length - count) }) == .record(index: 1))
        }
    }

    @Test func aLengthInARecordMustFit() throws {
        // 4 count, 1 length, 1 attributes, 1 time, 1 offset, 1 key tag, 1 key length, 2 key, 1 value length, 5 value.
        let changes: [(String, (inout [UInt8]) -> Void)] = [
            ("record shorter", { $0[4] -= 2 }), ("record longer", { $0[4] += 2 }), ("record negative", { $0[4] = 1 }),
            ("key tag", { $0[8] = 2 }), ("no key after all", { $0[8] = 0 }), ("key longer", { $0[9] += 2 }),
            ("key negative", { $0[9] = 1 }), ("value longer", { $0[12] += 2 }), ("value shorter", { $0[12] -= 2 }),
            ("value negative", { $0[12] = 1 }), ("value length endless", { $0[12] = 0x80 }),
            ("time endless", { for index in 6..<18 { $0[index] = 0xff } }),
        ]
        for (name, change) in changes {
            #expect(Self.reason(try Self.batch(change: change)) == .record(index: 0), "\(name)")
        }
    }

    @Test func aCodecThatIsNotTrueIsNamed() throws {
        for codec in Compression.allCases where codec != .none {
            var set = try recordSet(Self.records)
            set[22] = codec.rawValue
            fixChecksum(of: &set)
            guard case .compression = Self.reason(set) else {
                Issue.record("\(codec): \(String(describing: Self.reason(set)))")
                continue
            }
        }
    }

    @Test(arguments: CompressionTests.codecs)
    func aBombIsStopped(codec: Compression) throws {
        var settings = RecordSetBuilder.Settings()
        settings.compression = codec
        let set = try recordSet([SampleRecord(nil, [UInt8](repeating: 0, count: 500_000))], settings)
        #expect(throws: BatchError.self) { try ReadRecords(set, limit: 400_000) }
        #expect(try ReadRecords(set, limit: 600_000).records.count == 1)
    }

    @Test(arguments: Compression.allCases)
    func mutationsNeverCrash(codec: Compression) throws {
        var random = SeededRandom(seed: 4711)
        var settings = RecordSetBuilder.Settings()
        settings.compression = codec
        settings.batchSize = 400
        let records = (0..<12).map { _ in random.record(maximumValue: 60) }
        let whole = try recordSet(records, settings)
        for round in 0..<4000 {
            var bytes = whole
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            // Every other one passes the CRC, to get further.
            if round % 2 == 0, let first = try? ReadRecords(whole).batches.first {
                var batch = Array(bytes[first.range])
                fixChecksum(of: &batch)
                bytes.replaceSubrange(first.range, with: batch)
            }
            let read = try? ReadRecords(bytes, limit: 100_000)
            #expect((read?.records.count ?? 0) <= bytes.count)
        }
    }

    @Test func otherBytesThanBeforeAreOnlyNonsense() throws {
        let bytes = try recordSet(Self.records)
        let short = [UInt8](repeating: 0xff, count: 3)
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe short.withUnsafeBytes { short in
                var reader = BatchReader(0..<bytes.count)
                guard case .batch(let batch) = unsafe reader.next(in: bytes),
                    var cursor = try? unsafe batch.cursor(in: bytes), (try? unsafe cursor.next(in: bytes)) == true
                else {
                    Issue.record("no record")
                    return
                }
                #expect(unsafe cursor.value(in: short).isEmpty)
                #expect(unsafe cursor.key(in: short)?.isEmpty == true)
                #expect(throws: BatchError.self) { try unsafe cursor.next(in: short) }
                #expect(throws: BatchError.self) { try unsafe batch.cursor(in: short) }
            }
        }
    }
}
