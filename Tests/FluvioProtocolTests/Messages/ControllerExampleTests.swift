import FluvioProtocol
import TestSupport
import Testing

/// The worked examples of the SC's protocol.
@Suite struct ControllerExampleTests {
    static let hello = TopicSpec(replicas: .computed(TopicReplicaParameters(partitions: 1, replicationFactor: 1)))

    @Test func apiVersionsRequest() throws {
        let request = ApiVersionsRequest(clientVersion: "0.50.2", clientOS: "macos", clientArchitecture: "aarch64")
        try expect(
            request, version: 2, correlationID: 1, clientID: "fluvio",
            """
            00 00 00 28  00 12  00 02  00 00 00 01  00 06 66 6c 75 76 69 6f
            00 06 30 2e 35 30 2e 32  00 05 6d 61 63 6f 73  00 07 61 61 72 63 68 36 34
            """)
    }

    @Test func apiVersionsResponse() throws {
        let rows: [(UInt16, Int16)] = [(1001, 9), (1002, 1), (1003, 15), (1004, 15), (1005, 14), (1006, 1)]
        let response = ApiVersionsResponse(
            ranges: rows.map { ApiRange(key: $0.0, minimum: $0.1, maximum: 19) }, platformVersion: "0.18.1")
        try expect(
            response, version: 2, correlationID: 1,
            """
            00 00 00 36  00 00 00 01  00 00  00 00 00 06
            03 e9 00 09 00 13   03 ea 00 01 00 13   03 eb 00 0f 00 13
            03 ec 00 0f 00 13   03 ed 00 0e 00 13   03 ee 00 01 00 13
            00 06 30 2e 31 38 2e 31
            """)
    }

    @Test func watchSpu() throws {
        try expect(
            WatchRequest<SpuSpec>(), version: 19, correlationID: 1, clientID: "dummy",
            """
            00 00 00 21  03 ec  00 13  00 00 00 01  00 05 64 75 6d 6d 79
            00 03 53 50 55  00 00 00 09  00 00 00 00 00 00 00 00  00
            """)
    }

    @Test func watchSpuFirstPush() throws {
        let spec = SpuSpec(
            id: 5001, spuType: .custom,
            publicEndpoint: IngressPort(port: 9010, ingress: [IngressAddress(hostname: "localhost")]),
            privateEndpoint: SpuEndpoint(port: 9011, host: "localhost"))
        let spu = Metadata(name: "custom-spu-5001", spec: spec, status: SpuStatus(resolution: .online))
        try expect(
            MetadataUpdate<SpuSpec>(epoch: 1, all: [spu]), version: 19, correlationID: 1,
            """
            00 00 00 58  00 00 00 01  00 03 53 50 55  00 00 00 4b
            00 00 00 00 00 00 00 01  00 00 00 00  00 00 00 01
            00 0f 63 75 73 74 6f 6d 2d 73 70 75 2d 35 30 30 31
            00 00 13 89  01  23 32  00 00 00 01  01 00 09 6c 6f 63 61 6c 68 6f 73 74  00  00
            23 33  00 09 6c 6f 63 61 6c 68 6f 73 74  00
            00  00  00
            """)
    }

    @Test func createTopic() throws {
        try expect(
            CreateRequest(name: "hello", spec: Self.hello), version: 19, correlationID: 4, clientID: "fluvio",
            """
            00 00 00 33  03 e9  00 13  00 00 00 04  00 06 66 6c 75 76 69 6f
            00 05 54 6f 70 69 63  00 00 00 18
            00 05 68 65 6c 6c 6f  00  00
            01  00 00 00 01  00 00 00 01  00
            00  00  04  00  00
            """)
        try expect(
            StatusResponse(name: "hello"), version: 19, correlationID: 4,
            "00 00 00 0e 00 00 00 04 00 05 68 65 6c 6c 6f 00 00 00")
        try expect(
            StatusResponse(name: "hello", error: .topicAlreadyExists, message: "taken"), version: 19, correlationID: 4,
            "00 00 00 15 00 00 00 04 00 05 68 65 6c 6c 6f 07 d2 01 00 05 74 61 6b 65 6e")
    }

    @Test func createTopicOfVersionTenHasNoEnvelope() throws {
        let replicas = TopicReplicaParameters(partitions: 1, replicationFactor: 1, ignoreRackAssignment: true)
        let request = CreateRequest(name: "abc", spec: TopicSpec(replicas: .computed(replicas)))
        try expect(
            request, version: 10, correlationID: 4, clientID: "fluvio",
            """
            00 00 00 25  03 e9  00 0a  00 00 00 04  00 06 66 6c 75 76 69 6f
            0003 616263 00 00 00 01 00000001 00000001 01 00 00 04
            """)
        let frame = try request.frame(version: 10, clientID: "fluvio")
        let (header, body) = try RequestHeader.decode(frame: frame)
        #expect(try ObjectKind(peeking: header, frame: frame, body: body) == .topic)
    }

    @Test func listTopic() throws {
        try expect(
            ListRequest<TopicSpec>(), version: 19, correlationID: 5, clientID: "fluvio",
            """
            00 00 00 21  03 eb  00 13  00 00 00 05  00 06 66 6c 75 76 69 6f
            00 05 54 6f 70 69 63  00 00 00 06  00 00 00 00  00  00
            """)
        let status = TopicStatus(resolution: .provisioned, replicaMap: [0: [5001]], reason: "")
        try expect(
            ListResponse(objects: [Metadata(name: "hello", spec: Self.hello, status: status)]),
            version: 19, correlationID: 5,
            """
            00 00 00 3c  00 00 00 05  00 05 54 6f 70 69 63  00 00 00 2d
            00 00 00 01  00 05 68 65 6c 6c 6f
            01 00 00 00 01 00 00 00 01 00  00 00 04 00 00
            04  00 01 00 00 00 00 00 00 00 01 00 00 13 89  00 00  00 00
            """)
    }

    @Test func watchPartitionChangePush() throws {
        let status = PartitionStatus(
            resolution: .online, leader: ReplicaStatus(spu: 5001, hw: 0, leo: 0), lsr: 0, size: 0)
        let partition = Metadata(
            name: "hello-0", spec: PartitionSpec(leader: 5001, replicas: [5001]), status: status)
        try expect(
            MetadataUpdate(epoch: 2, changes: [.update(partition)]), version: 19, correlationID: 2,
            """
            00 00 00 6d  00 00 00 02  00 09 50 61 72 74 69 74 69 6f 6e  00 00 00 5a
            00 00 00 00 00 00 00 02  00 00 00 01  00
            00 07 68 65 6c 6c 6f 2d 30
            00 00 13 89  00 00 00 01 00 00 13 89  00 00 04 00 00 00
            01  00 00 13 89  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
            00 00 00 00  00 00 00 00  00 00 00 00 00 00 00 00  00
            00 00 00 00 00 00 00 00
            00 00 00 00
            """)
    }

    @Test func deleteAndUpdateTopic() throws {
        try expect(
            DeleteRequest<TopicSpec>(key: "hello"), version: 19, correlationID: 6, clientID: "fluvio",
            """
            00 00 00 23 03 ea 00 13 00 00 00 06 00 06 66 6c 75 76 69 6f
            00 05 54 6f 70 69 63 00 00 00 08 00 05 68 65 6c 6c 6f 00
            """)
        try expect(
            UpdateRequest<TopicSpec>(key: "hello", action: .addPartition(count: 2)), version: 19, correlationID: 7,
            clientID: "fluvio",
            """
            00 00 00 27 03 ee 00 13 00 00 00 07 00 06 66 6c 75 76 69 6f
            00 05 54 6f 70 69 63 00 00 00 0c 00 05 68 65 6c 6c 6f 00 00 00 00 02
            """)
    }

    @Test func auth() throws {
        try expect(
            AuthRequest(principal: "root", scopes: ["Root"]), version: 0, correlationID: 1, clientID: "dummy",
            """
            00 00 00 1f 00 08 00 00 00 00 00 01 00 05 64 75 6d 6d 79
            00 04 72 6f 6f 74 00 00 00 01 00 04 52 6f 6f 74
            """)
        try expect(AuthResponse(success: true), version: 0, correlationID: 0, "00 00 00 05 00 00 00 00 01")
    }
}
