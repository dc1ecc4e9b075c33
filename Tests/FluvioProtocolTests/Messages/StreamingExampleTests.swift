import FluvioProtocol
import TestSupport
import Testing

/// The worked examples of the SPU's protocol.
@Suite struct StreamingExampleTests {
    /// Two records: key "k1" value "hello", no key value "world".
    static let batch = """
        00 00 00 00 00 00 00 00 00 00 00 4c ff ff ff ff 02 df 9b 49 a9 00 00 00 00 00 01 00 00 01 8b cf
        e5 68 00 00 00 01 8b cf e5 68 03 ff ff ff ff ff ff ff ff ff ff ff ff ff ff 00 00 00 02 1c 00 00
        00 01 04 6b 31 0a 68 65 6c 6c 6f 00 16 00 06 02 00 0a 77 6f 72 6c 64 00
        """
    static let produce = """
        00 00 00 86 00 00 00 19 00 00 00 07 00 06 66 6c 75 76 69 6f 00 00 01 00 00 05 dc 00 00 00 01 00
        01 74 00 00 00 01 00 00 00 00 00 00 00 58 00 00 00 00 00 00 00 00 00 00 00 4c ff ff ff ff 02 df
        9b 49 a9 00 00 00 00 00 01 00 00 01 8b cf e5 68 00 00 00 01 8b cf e5 68 03 ff ff ff ff ff ff ff
        ff ff ff ff ff ff ff 00 00 00 02 1c 00 00 00 01 04 6b 31 0a 68 65 6c 6c 6f 00 16 00 06 02 00 0a
        77 6f 72 6c 64 00 00 00 00 00
        """

    @Test func produceRequest() throws {
        let records = RecordSet(bytes: try Captures.bytes(ofHex: Self.batch)[...])
        let data = TopicProduceData(name: "t", partitions: [PartitionProduceData(partition: 0, records: records)])
        try expect(
            ProduceRequest(isolation: .readUncommitted, timeout: 1500, topics: [data]), version: 25, correlationID: 7,
            clientID: "fluvio", Self.produce)
    }

    @Test func produceResponse() throws {
        let partition = PartitionProduceResponse(partition: 0, baseOffset: 42)
        try expect(
            ProduceResponse(topics: [TopicProduceResponse(name: "t", partitions: [partition])]), version: 25,
            correlationID: 7,
            """
            00 00 00 31 00 00 00 07 00 00 00 01 00 01 74 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00
            2a 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
            """)
    }

    @Test func produceRequestOfAnIdleFlushOfTheOlderClient() throws {
        let data = TopicProduceData<RecordSet>(name: "t", partitions: [])
        try expect(
            ProduceRequest(isolation: .readUncommitted, timeout: 1500, topics: [data]), version: 24, correlationID: 2,
            clientID: "fluvio",
            "00000026 00000018000000020006666c7576696f000001000005dc000000010001740000000000000000")
    }

    @Test func fetchOffsets() throws {
        try expect(
            FetchOffsetsRequest(topics: [FetchOffsetTopic(name: "t", partitions: [0])]), version: 25,
            correlationID: 8, clientID: "fluvio",
            "00 00 00 1f 03 ea 00 19 00 00 00 08 00 06 66 6c 75 76 69 6f 00 00 00 01 00 01 74 00 00 00 01 00 00 00 00")
        let partition = FetchOffsetPartitionResponse(partition: 0, startOffset: 0, lastStableOffset: 44)
        try expect(
            FetchOffsetsResponse(topics: [FetchOffsetTopicResponse(name: "t", partitions: [partition])]), version: 25,
            correlationID: 8,
            """
            00 00 00 25 00 00 00 08 00 00 00 01 00 01 74 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00
            00 00 00 00 00 00 00 2c
            """)
    }

    static let stream = StreamFetchRequest(topic: "t", partition: 0, fetchOffset: 42, maxBytes: 1_048_890)

    @Test func streamFetchRequest() throws {
        try expect(
            Self.stream, version: 25, correlationID: 9, clientID: "fluvio",
            """
            00 00 00 29 03 eb 00 19 00 00 00 09 00 06 66 6c 75 76 69 6f 00 01 74 00 00 00 00 00 00 00 00 00 00
            00 2a 00 10 01 3a 00 00 00 00 00 00
            """)
        var named = Self.stream
        named.isolation = .readCommitted
        named.consumerID = "c-1"
        try expect(
            named, version: 25, correlationID: 9, clientID: "fluvio",
            """
            00 00 00 2e 03 eb 00 19 00 00 00 09 00 06 66 6c 75 76 69 6f 00 01 74 00 00 00 00 00 00 00 00 00 00
            00 2a 00 10 01 3a 01 00 00 00 00 01 00 03 63 2d 31
            """)
        var filtered = Self.stream
        filtered.smartModules = [
            SmartModuleInvocation(
                wasm: .predefined("my-filter"),
                parameters: SmartModuleParameters(values: ["k": "v"], lookback: Lookback(last: 10)),
                name: "my-filter")
        ]
        try expect(
            filtered, version: 25, correlationID: 9, clientID: "fluvio",
            """
            00 00 00 55 03 eb 00 19 00 00 00 09 00 06 66 6c 75 76 69 6f 00 01 74 00 00 00 00 00 00 00 00 00 00
            00 2a 00 10 01 3a 00 00 00 00 01
            00 00 09 6d 79 2d 66 69 6c 74 65 72  07 00  00 01 00 01 6b 00 01 76  01 00 00 00 00 00 00 00 0a 00
            01 00 09 6d 79 2d 66 69 6c 74 65 72  00
            """)
    }

    @Test func streamFetchOfVersionSeventeenHasTheOldFields() throws {
        var request = Self.stream
        request.fetchOffset = 0
        try expect(
            request, version: 17, correlationID: 2, clientID: "fluvio",
            """
            0000002a 03eb 0011 00000002 0006666c7576696f 000174 00000000 0000000000000000 0010013a 00
            00000000 00 00
            """)
    }

    @Test func fetch() throws {
        let partition = FetchPartition(partition: 0, fetchOffset: 42, maxBytes: 8_388_608)
        try expect(
            FetchRequest(maxBytes: 8_388_608, topics: [FetchTopic(name: "logs", partitions: [partition])]),
            version: 25, correlationID: 7, clientID: "fluvio-cat",
            """
            00 00 00 4f 00 01 00 19 00 00 00 07 00 0a 66 6c 75 76 69 6f 2d 63 61 74 00 00 00 00 00 00 00 00
            00 80 00 00 00 00 00 00 01 00 04 6c 6f 67 73 00 00 00 01 00 00 00 00 ff ff ff ff 00 00 00 00 00
            00 00 2a ff ff ff ff ff ff ff ff 00 80 00 00 00 00 00 00
            """)
        let records = """
            00 00 00 00 00 00 00 2a 00 00 00 3a ff ff ff ff 02 0f 82 c2 1f 00 00 00 00 00 00 00 00
            01 8b cf e5 68 00 00 00 01 8b cf e5 68 00 11 22 33 44 55 66 77 88 00 00 00 00 00 63 00 00 00 01
            10 00 00 00 00 04 68 69 00
            """
        let found = FetchablePartition(
            partition: 0, highWatermark: 43, records: RecordSet(bytes: try Captures.bytes(ofHex: records)[...]))
        try expect(
            FetchResponse(topics: [FetchableTopic(name: "logs", partitions: [found])]), version: 25, correlationID: 7,
            """
            00 00 00 85 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 04 6c 6f 67 73 00 00 00 01
            00 00 00 00 00 00 00 00 00 00 00 00 00 2b 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
            00 00 46
            """ + records)
    }

    static let streamResponse = """
        00 00 00 86 00 00 00 09 00 01 74 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 2c 00 00 00
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 58 00 00 00 00 00 00 00 2a 00 00 00 4c ff ff
        ff ff 02 df 9b 49 a9 00 00 00 00 00 01 00 00 01 8b cf e5 68 00 00 00 01 8b cf e5 68 03 ff ff ff
        ff ff ff ff ff ff ff ff ff ff ff 00 00 00 02 1c 00 00 00 01 04 6b 31 0a 68 65 6c 6c 6f 00 16 00
        06 02 00 0a 77 6f 72 6c 64 00
        """

    @Test func streamFetchResponse() throws {
        var records = try Captures.bytes(ofHex: Self.batch)
        records[7] = 42
        let partition = FetchablePartition(partition: 0, highWatermark: 44, records: RecordSet(bytes: records[...]))
        try expect(
            StreamFetchResponse(topic: "t", streamID: 1, partition: partition), version: 25, correlationID: 9,
            Self.streamResponse)
    }

    @Test func streamFetchResponseWithAnError() throws {
        let partition = FetchablePartition<RecordSet>(
            partition: 0, error: .offsetEvicted(offset: 3, nextAvailable: 9))
        try expect(
            StreamFetchResponse(topic: "t", streamID: 1, partition: partition), version: 25, correlationID: 9,
            """
            00 00 00 3e 00 00 00 09 00 01 74 00 00 00 01 00 00 00 00 00 47 00 00 00 00 00 00 00 03 00 00 00 00
            00 00 00 09 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
            """)
    }

    @Test func updateOffsets() throws {
        try expect(
            UpdateOffsetsRequest(offsets: [OffsetUpdate(offset: 44, sessionID: 1)]), version: 0, correlationID: 10,
            clientID: "fluvio",
            """
            00 00 00 20 03 ed 00 00 00 00 00 0a 00 06 66 6c 75 76 69 6f 00 00 00 01 00 00 00 00 00 00 00 2c 00
            00 00 01
            """)
        try expect(
            UpdateOffsetsResponse(statuses: [OffsetUpdateStatus(sessionID: 1)]), version: 0, correlationID: 10,
            "00 00 00 0e 00 00 00 0a 00 00 00 01 00 00 00 01 00 00")
    }

    @Test func consumerOffsets() throws {
        let replica = ReplicaKey(topic: "t", partition: 0)
        try expect(
            FetchConsumerOffsetsRequest(filter: ConsumerOffsetFilter(replica: replica, consumerID: "c-1")),
            version: 25, correlationID: 11, clientID: "fluvio",
            """
            00 00 00 1f 03 f0 00 19 00 00 00 0b 00 06 66 6c 75 76 69 6f 01 01 00 01 74 00 00 00 00 01 00 03 63
            2d 31
            """)
        let offset = ConsumerOffset(consumerID: "c-1", replica: replica, offset: 41, modifiedTime: 1_700_000_000)
        try expect(
            FetchConsumerOffsetsResponse(consumers: [offset]), version: 25, correlationID: 11,
            """
            00 00 00 26 00 00 00 0b 00 00 00 00 00 01 00 03 63 2d 31 00 01 74 00 00 00 00 00 00 00 00 00 00 00
            29 00 00 00 00 65 53 f1 00
            """)
        try expect(
            UpdateConsumerOffsetRequest(offset: 43, sessionID: 1), version: 25, correlationID: 12, clientID: "fluvio",
            """
            00 00 00 1c 03 ee 00 19 00 00 00 0c 00 06 66 6c 75 76 69 6f 00 00 00 00 00 00 00 2b 00 00 00 01
            """)
    }
}
