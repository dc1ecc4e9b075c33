// Not testable: what programs on the library can see must do.
import FluvioClient
import FluvioLocal
import Testing

@Suite struct ObjectTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `Every kind can be listed, and its objects written as JSON, YAML and TOML`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let admin = try await cluster.connect().admin
        try await admin.createTopic("t", TopicSpec(partitions: 2))
        try await admin.createSpuGroup("g", SpuGroupSpec(replicas: 2, minID: 100))
        try await admin.createSmartModule("m", SmartModuleSpec(code: [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))
        try await admin.createTableFormat(TableFormatSpec(name: "f", inputFormat: .json))
        try await admin.createMirror(.remote(RemoteMirror(id: "edge")))
        try await admin.registerSpu(
            "own",
            CustomSpuSpec(id: 7, publicEndpoint: IngressPort(port: 1), privateEndpoint: SpuEndpoint(port: 2, host: "h"))
        )
        let trees: [(String, [ObjectValue])] = [
            ("t", try await admin.list(.topic).map(\.value)), ("t-0", try await admin.list(.partition).map(\.value)),
            ("own", try await admin.list(.spu).map(\.value)), ("g", try await admin.list(.spuGroup).map(\.value)),
            ("m", try await admin.list(.smartModule).map(\.value)),
            ("f", try await admin.list(.tableFormat).map(\.value)),
            ("edge", try await admin.list(.mirror).map(\.value)),
        ]
        for (name, objects) in trees {
            let object = try #require(objects.first)
            #expect(object["name"] == .string(name))
            #expect(object["spec"] != nil && object["status"] != nil, "\(name)")
            #expect(text(object.json()).hasPrefix("{\"name\":\"\(name)\",\"spec\":{"))
            #expect(text(object.yaml()).hasPrefix("name: \(name)\nspec:"))
            #expect(text(object.toml()).contains("name = \"\(name)\""))
        }
        #expect(try await admin.list(.customSpu, named: ["own"]).map(\.spec.id) == [7])
    }

    @Test func `What is owned cannot be deleted by itself, and says through what it can`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let admin = try await cluster.connect().admin
        try await admin.createTopic("t")
        let partition = try #require(try await admin.list(.partition).first)
        let owner = try #require(partition.owner)
        #expect(owner.kind == .topic && owner.name == "t")
        var error = await #expect(throws: FluvioError.self) { try await admin.delete(.partition, "t-0") }
        #expect(error?.code == .objectInvalid && error?.advice == "delete its topic")
        error = await #expect(throws: FluvioError.self) { try await admin.delete(.spu, "spu") }
        #expect(error?.code == .objectInvalid)
        error = await #expect(throws: FluvioError.self) { _ = try await admin.watch(.mirror) }
        #expect(error?.code == .invalidArgument)
        try await admin.delete(.topic, owner.name)
        #expect(try await admin.list(.partition).isEmpty)
    }

    @Test func `A watch tells what there is and then each change`() async throws {
        let cluster = try TestCluster()
        defer { cluster.stop() }
        let admin = try await cluster.connect().admin
        try await admin.createTopic("a")
        var seen: [String] = []
        let updates = try await admin.watch(.topic)
        try await admin.createTopic("b")
        for try await update in updates {
            seen += update.all.map(\.name) + update.changes.map(\.object.name)
            if seen.contains("a") && seen.contains("b") { break }
        }
        #expect(seen.contains("a") && seen.contains("b"))
    }
}
