import FluvioProtocol
import FluvioTransport
import TestSupport
import Testing

@testable import FluvioLocal

/// What official clients asked a real cluster is asked ours; the answers are the same, byte for byte, but for those that
/// depend on what else there was.
@Suite("Requests of official clients, as recorded")
struct CaptureReplayTests {
    /// Why an answer is another one than the real cluster's.
    enum Difference: Sendable {
        /// The same objects in another order, and our server of records is on other ports.
        case orderAndPorts
        /// The same partitions, which other records were in.
        case positions
        /// The real cluster had other objects.
        case otherObjects
        /// Our server of records is registered from the beginning.
        case registered(ErrorCode)
        /// Servers 5002 and 5003 ran there.
        case noServers(ErrorCode)
        /// Our cluster has no mirror topics.
        case noMirrors(ErrorCode)
    }

    static let differences: [String: Difference] = [
        "01-cluster-start:8": .otherObjects, "01-cluster-start:11": .registered(.spuAlreadyExists),
        "01-cluster-start:27": .orderAndPorts,
        "02-topics:100": .orderAndPorts, "02-topics:112": .orderAndPorts, "02-topics:161": .positions,
        "02-topics:173": .positions,
        "06-admin:7": .orderAndPorts, "06-admin:19": .orderAndPorts, "06-admin:44": .orderAndPorts,
        "14-object-variants:7": .noServers(.topicError), "14-object-variants:55": .otherObjects,
        "14-object-variants:217": .noMirrors(.other("mirror topics are not kept by this cluster")),
        "14-object-variants:231": .noMirrors(.topicNotFound), "14-object-variants:249": .otherObjects,
        "14-object-variants:260": .otherObjects, "14-object-variants:273": .otherObjects,
        "14-object-variants:284": .noMirrors(.topicNotFound), "14-object-variants:311": .noServers(.topicNotFound),
    ]

    private static let administration: Set<UInt16> = [1001, 1002, 1003, 1006]

    @Test(
        "are answered as the real cluster answered",
        arguments: ["01-cluster-start", "02-topics", "06-admin", "14-object-variants"])
    func replay(name: String) async throws {
        let directory = try TemporaryDirectory()
        let cluster = try directory.cluster()
        let client = try await ClusterClient(cluster.endpoint)
        // Topics that were there before the captures.
        for topic in ["logs", "logs2", "pid"] { _ = try await client.create(topic) }
        let frames = try Captures.load(name).filter { $0.isController && $0.event == nil }
        let exchanges = Captures.exchanges(frames)
        var compared = 0
        for request in frames where Self.administration.contains(request.apiKey ?? 0) {
            let answer = try await client.replay(request.bytes)
            // For one, the real client has not waited long enough.
            guard let real = exchanges.first(where: { $0.request.line == request.line })?.response.bytes else {
                continue
            }
            compared += 1
            if let difference = Self.differences[request.place] {
                try check(answer, real, difference, request)
            } else {
                #expect(answer == real, "\(request.place)")
            }
        }
        #expect(compared >= 3)
    }

    private func check(
        _ answer: [UInt8], _ real: [UInt8], _ difference: Difference, _ request: CapturedFrame
    ) throws {
        switch difference {
        case .registered(let error), .noServers(let error), .noMirrors(let error):
            let status = try StatusResponse(decoding: answer, range: 8..<answer.count, version: 19)
            #expect(status.error == error, "\(request.place)")
        case .otherObjects:
            let kind = try ObjectKind(peekingResponse: answer, body: 8..<answer.count)
            #expect(try kind == ObjectKind(peekingResponse: real, body: 8..<real.count), "\(request.place)")
        case .positions:
            func names(_ bytes: [UInt8]) throws -> [String] {
                try ListResponse<PartitionSpec>(decoding: bytes, range: 8..<bytes.count, version: 19).objects
                    .map { "\($0.name) \($0.spec) \($0.status.resolution)" }.sorted()
            }
            #expect(try names(answer) == names(real), "\(request.place)")
        case .orderAndPorts:
            #expect(try ordered(answer) == ordered(real), "\(request.place)")
        }
    }

    /// A list by name, with ports of the first server set to nothing.
    private func ordered(_ bytes: [UInt8]) throws -> [UInt8] {
        switch try ObjectKind(peekingResponse: bytes, body: 8..<bytes.count) {
        case .topic: return try ordered(TopicSpec.self, bytes) { _ in }
        case .spu:
            return try ordered(SpuSpec.self, bytes) { spec in
                guard spec.id == 5001 else { return }
                (spec.publicEndpoint.port, spec.privateEndpoint.port) = (0, 0)
            }
        case .customSpu:
            return try ordered(CustomSpuSpec.self, bytes) { spec in
                guard spec.id == 5001 else { return }
                (spec.publicEndpoint.port, spec.privateEndpoint.port) = (0, 0)
            }
        case let kind: throw Unexpected(kind)
        }
    }

    private func ordered<Spec: WireSpec>(
        _: Spec.Type, _ bytes: [UInt8], mask: (inout Spec) -> Void
    ) throws -> [UInt8] {
        var list = try ListResponse<Spec>(decoding: bytes, range: 8..<bytes.count, version: 19)
        list.objects.sort { $0.name < $1.name }
        for index in list.objects.indices { mask(&list.objects[index].spec) }
        return try list.responseFrame(version: 19, correlationID: 0)
    }

    @Test("with several watches at once, and one correlation id twice, get every stream they asked for")
    func startOfAClient() async throws {
        let directory = try TemporaryDirectory()
        let cluster = try directory.cluster()
        let frames = try Captures.load("01-cluster-start").filter { $0.isController && $0.event == nil }
        let connection = try #require(frames.first { $0.apiKey == 18 }?.connection)
        let requests = frames.filter { $0.connection == connection && $0.direction == .toServer }
        let client = try TestClient(port: cluster.endpoint.port)
        // Versions, then SPU, Partition and Topic without waiting.
        for request in requests.prefix(4) { try client.send(request.bytes) }
        let versions = try client.receive()
        let response = try ApiVersionsResponse(decoding: versions, range: 8..<versions.count, version: 2)
        #expect(response.platformVersion == "0.18.2" && response.ranges == LocalVersions.controllerRanges)
        let updates = try (0..<3).map { _ in try client.receive() }
        #expect(updates.map { TestClient.correlationID($0) } == [1, 2, 3])
        #expect(
            try updates.map { try ObjectKind(peekingResponse: $0, body: 8..<$0.count) } == [.spu, .partition, .topic])
        // The same three again, as for a first producer: six streams then tell of every change.
        for request in requests[1..<4] { try client.send(request.bytes) }
        for _ in 0..<3 { _ = try client.receive() }
        let admin = try await ClusterClient(cluster.endpoint)
        _ = try await admin.create("t")
        let changes = try (0..<4).map { _ in try TestClient.correlationID(client.receive()) }
        #expect(changes == [2, 2, 3, 3])
    }

    @Test(
        "that cannot be understood end the connection without a word",
        arguments: [
            ("unknown key", "1e61 0000 00000001 000178"),
            ("ApiVersions without a version", "0012 0000 00000001 000178"),
            ("the SC's own key", "0008 0000 00000001 000178 0000 00000000"),
            ("mirroring", "03ed 0013 00000001 000178 0010 4d6972726f72696e67436f6e6e656374 00000002 0000"),
            ("list of an unknown label", "03eb 0013 00000001 000178 0003 537075 00000006 00000000 0000"),
            ("watch of an unknown label", "03ec 0013 00000001 000178 0003 537075 00000009 000000000000000000"),
            ("watch of CustomSpu", "03ec 0013 00000001 000178 0009 437573746f6d537075 00000009 000000000000000000"),
            ("watch of Mirror", "03ec 0013 00000001 000178 0006 4d6972726f72 00000009 000000000000000000"),
            ("cut list", "03eb 0013 00000001 000178 0005 546f706963 00000006 0000"),
            ("cut create", "03e9 0013 00000001 000178 0005 546f706963 00000003 000174"),
            (
                "SmartModule filter of no version",
                "03eb 0013 00000001 000178 000b 536d6172744d6f64756c65 0000000b 00000001 0003 614078 0000"
            ),
            ("text in the place of a bool", "03ea 0013 00000001 000178 0005 546f706963 00000004 0001 7478"),
        ])
    func refused(what: String, hex: String) throws {
        let directory = try TemporaryDirectory()
        let cluster = try directory.cluster()
        let client = try TestClient(port: cluster.endpoint.port)
        let body = try Captures.bytes(ofHex: hex)
        try client.send(Batches.bigEndian(Int32(body.count)) + body)
        #expect(try client.sawEnd())
        // Nobody else is disturbed.
        #expect(try TestClient(port: cluster.endpoint.port).call(ListRequest<TopicSpec>(), version: 19).objects.isEmpty)
    }

    @Test(
        "of labels that are not known are told so where an answer is expected",
        arguments: [
            ("03e9 0013 00000001 000178 0003 466f6f 00000000", "create error"),
            ("03ea 0013 00000001 000178 0003 466f6f 00000000", "create error"),
            ("03ee 0013 00000001 000178 0003 466f6f 00000000", "update error"),
            ("03e9 0013 00000001 000178 0003 535055 00000000", "create error"),
            ("03ee 0013 00000001 000178 0008 53707547726f7570 00000006 0001 67 0001 78", "update error"),
        ])
    func unknownLabels(hex: String, name: String) throws {
        let directory = try TemporaryDirectory()
        let cluster = try directory.cluster()
        let client = try TestClient(port: cluster.endpoint.port)
        let body = try Captures.bytes(ofHex: hex)
        try client.send(Batches.bigEndian(Int32(body.count)) + body)
        let answer = try client.receive()
        #expect(
            try StatusResponse(decoding: answer, range: 8..<answer.count, version: 19)
                == StatusResponse(
                    name: name, error: .other("unknown admin object type")))
    }

    @Test(
        "of any version that is offered are answered in that version",
        arguments: [Int16(11), 12, 13, 14, 15, 16, 17, 18, 19])
    func versions(version: Int16) async throws {
        let directory = try TemporaryDirectory()
        let cluster = try directory.cluster()
        let client = try await ClusterClient(cluster.endpoint)
        let spec = TopicSpec(replicas: .computed(TopicReplicaParameters()))
        #expect(try await client.call(CreateRequest(name: "t", spec: spec), version: version).error == .success)
        #expect(try await client.call(ListRequest<TopicSpec>(), version: version).objects.contains { $0.name == "t" })
        #expect(
            try await client.call(ListRequest<PartitionSpec>(), version: version).objects.contains { $0.name == "t-0" })
        #expect(try await client.watch(PartitionSpec.self, version: version).next().all.count == 2)
        #expect(try await client.call(DeleteRequest<TopicSpec>(key: "t"), version: version).error == .success)
    }

    @Test("of the layout before the envelope are answered too")
    func oldLayout() async throws {
        let directory = try TemporaryDirectory()
        let cluster = try directory.cluster()
        let client = try await ClusterClient(cluster.endpoint)
        let spec = TopicSpec(replicas: .computed(TopicReplicaParameters()))
        for version in [Int16(9), 10] {
            #expect(
                try await client.call(CreateRequest(name: "t", spec: spec), version: version)
                    == StatusResponse(name: "t"))
            #expect(
                try await client.call(DeleteRequest<TopicSpec>(key: "t"), version: version) == StatusResponse(name: "t")
            )
        }
    }
}
