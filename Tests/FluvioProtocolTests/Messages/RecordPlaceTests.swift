import FluvioProtocol
import TestSupport
import Testing

/// Messages whose records stay where they are.
@Suite struct RecordPlaceTests {
    @Test func theFrameAroundRecordsIsTheSameAsTheWholeOne() throws {
        let whole = try Captures.bytes(ofHex: StreamingExampleTests.produce)
        let records = try Captures.bytes(ofHex: StreamingExampleTests.batch)
        let around = try ProduceFrame(
            replica: ReplicaKey(topic: "t", partition: 0), isolation: .readUncommitted, timeout: 1500, version: 25,
            clientID: "fluvio")
        let prefix = try around.prefix(correlationID: 7, recordBytes: records.count)
        #expect(prefix + records + around.suffix == whole)
        #expect(prefix.count == around.prefixCount)
    }

    @Test(arguments: [-1, Int(Int32.max) - 10, Int.max / 2])
    func recordsThatNoFrameHoldsAreRefused(count: Int) throws {
        let around = try ProduceFrame(
            replica: ReplicaKey(topic: "t", partition: 0), isolation: .readCommitted, timeout: 0, version: 25,
            clientID: "")
        #expect(throws: WireError.self) { try around.prefix(correlationID: 1, recordBytes: count) }
    }

    @Test func theSmartModulesOfAProduceFrameStandBehindTheRecords() throws {
        let module = SmartModuleInvocation(wasm: .predefined("m"))
        let around = try ProduceFrame(
            replica: ReplicaKey(topic: "t", partition: 3), isolation: .readCommitted, timeout: 9,
            smartModules: [module],
            version: 24, clientID: "c")
        let frame = try around.prefix(correlationID: 5, recordBytes: 2) + [1, 2] + around.suffix
        let (header, body) = try RequestHeader.decode(frame: frame)
        #expect(header.correlationID == 5)
        let request = try ProduceRequest<RecordSet>(decoding: frame, range: body, version: 24)
        #expect(request.smartModules == [module])
        #expect(request.topics.first?.partitions.first?.records.bytes == [1, 2])
        #expect(request.isolation == .readCommitted)
    }

    private static func address(of bytes: [UInt8]) -> UInt {
        unsafe bytes.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    }

    @Test func aServerFindsTheRecordsInTheFrameWithoutHoldingIt() throws {
        var frame = try Captures.bytes(ofHex: StreamingExampleTests.produce)
        let (_, body) = try RequestHeader.decode(frame: frame)
        let request = try ProduceRequest<RecordRange>(decoding: frame, range: body, version: 25)
        let range = try #require(request.topics.first?.partitions.first?.records.range)
        #expect(range == 46..<134)
        let before = Self.address(of: frame)
        frame[range.lowerBound + 7] = 9
        #expect(before == Self.address(of: frame), "changed in place")
        let slices = try ProduceRequest<RecordSet>(decoding: frame, range: body, version: 25)
        #expect(slices.topics.first?.partitions.first?.records.range == range)
    }

    @Test func aStreamResponseEndsWithItsRecords() throws {
        let whole = try Captures.bytes(ofHex: StreamingExampleTests.streamResponse)
        let partition = FetchablePartition(partition: 0, highWatermark: 44, records: RecordRange(count: 88))
        let pieces = try StreamFetchResponse(topic: "t", streamID: 1, partition: partition)
            .responsePieces(version: 25, correlationID: 9)
        #expect(pieces.pieces == [Array(whole.dropLast(88)), []])
        #expect(pieces.gaps == [88])
    }

    @Test func theRecordsOfSeveralPartitionsGoBetweenThePieces() throws {
        func response<R: RecordPayload>(_ first: R, _ second: R) -> FetchResponse<R> {
            let partitions = [
                FetchablePartition(partition: 0, records: first), FetchablePartition(partition: 1, records: second),
            ]
            return FetchResponse(topics: [FetchableTopic(name: "t", partitions: partitions)])
        }
        let whole = try response(RecordSet(bytes: [1, 2, 3]), RecordSet(bytes: [4, 5]))
            .responseFrame(version: 25, correlationID: 3)
        let around = response(RecordRange(count: 3), RecordRange(count: 2))
        let pieces = try around.responsePieces(version: 25, correlationID: 3)
        #expect(pieces.gaps == [3, 2])
        #expect(pieces.pieces[0] + [1, 2, 3] + pieces.pieces[1] + [4, 5] + pieces.pieces[2] == whole)
        #expect(throws: WireError.self) { try around.responseFrame(version: 25, correlationID: 3) }
    }

    @Test func aRecordSetLongerThanTheFrameIsRefused() {
        #expect(throws: WireError(.truncated(needed: 4, left: 3), at: 4)) {
            try RecordSet(decoding: [0, 0, 0, 4, 1, 2, 3], version: 25)
        }
        #expect(throws: WireError(.negativeLength(-1), at: 0)) {
            try RecordSet(decoding: [0xff, 0xff, 0xff, 0xff, 1], version: 25)
        }
    }
}
