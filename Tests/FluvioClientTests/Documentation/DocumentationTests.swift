import FluvioClient
import FluvioTransport
import Foundation
import Testing

/// The catalogue of the library: its examples are those that run here.
@Suite(.timeLimit(.minutes(5))) struct DocumentationTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    private static let catalogue = folder.appending(path: "../../../Sources/FluvioClient/FluvioClient.docc")

    /// Lines without what is around them.
    private static func lines(_ text: some StringProtocol) -> [String] {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test func `every example of the catalogue and of the README is one that runs here`() throws {
        let source = try Self.lines(String(contentsOf: Self.folder.appending(path: "Examples.swift"), encoding: .utf8))
        var examples = 0
        let pages = try FileManager.default.contentsOfDirectory(at: Self.catalogue, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "md" }
        for page in pages + [Self.folder.appending(path: "../../../README.md")] {
            let text = try String(contentsOf: page, encoding: .utf8)
            for (index, part) in text.split(separator: "```", omittingEmptySubsequences: false).enumerated()
            where index % 2 == 1 && part.hasPrefix("swift\n") {
                let example = Self.lines(part.dropFirst(6))
                examples += 1
                #expect(
                    source.indices.contains { source[$0...].starts(with: example) },
                    "\(page.lastPathComponent): \(example)")
            }
        }
        #expect(examples >= 9)
    }

    @Test func `that of the README goes by the current profile`() async {
        await #expect(processExitsWith: .success) {
            let cluster = try TestCluster()
            defer { cluster.stop() }
            let path = NSTemporaryDirectory() + "readme-\(UUID().uuidString)/config"
            setenv("FLV_PROFILE_PATH", path, 1)
            try Profiles.update { file throws(FluvioError) in try file.addLocal(port: cluster.endpoint.port) }
            try await Fluvio.connect().admin.createTopic("countries")
            try await Examples.readme()
            let records = try await Fluvio.connect().fetch("countries", from: 0, count: 10)
            try #require(records.map { String(decoding: $0.value, as: UTF8.self) } == ["100", "200"])
        }
    }

    @Test func `the first one sends and reads`() async throws {
        let cluster = try TestCluster()
        #expect(try await Examples.beginning(cluster.target) == ["0 Norway: 100", "1 Sweden: 200"])
    }

    @Test func `one record, a typed one, a keyed one, and a batch`() async throws {
        let cluster = try TestCluster()
        let client = try await cluster.connect()
        try await client.admin.createTopic("t")
        #expect(try await Examples.sending(client, "t", ["x", "", "z"]) == [6])
        let records = try await client.fetch("t", count: 10)
        #expect(
            try records.map { try $0.value(as: String.self) } == [
                "a text", "21.5", "19.0", "x", "", "z", "the last one",
            ])
        #expect(try records[1].value(as: Reading.self) == Reading(celsius: 21.5))
        #expect(try records[2].key(as: String.self) == "kitchen" && records[0].key == nil)
        let error = #expect(throws: FluvioError.self) { try records[0].value(as: Reading.self) }
        #expect(error?.code == .invalidArgument && error?.underlying is Reading.NotAReading)
        #expect(error?.place.offset == 0 && error?.message.hasPrefix("the value is no Reading") == true)
        // From an offset on, no more than were asked for, and none behind the end.
        #expect(try await client.fetch("t", from: 3, count: 2).map(\.offset) == [3, 4])
        #expect(try await client.fetch("t", from: 6, count: 5).map(\.offset) == [6])
        #expect(try await client.fetch("t", from: .end, count: 5).isEmpty)
        #expect(try await client.fetch("t", from: 0, count: 0).isEmpty)
    }

    @Test func `settings, and one producer of several tasks`() async throws {
        let cluster = try TestCluster()
        let client = try await cluster.connect()
        try await client.admin.createTopic("t", TopicSpec(partitions: 3))
        #expect(try await Examples.settings(client, "t").acknowledged == 400)
        // Records of one key are in one partition, in their order.
        var settings = ConsumerSettings()
        settings.stopsAtEnd = true
        var read: [String: [(partition: UInt32, value: String)]] = [:]
        for try await record in try await client.consumer(of: "t", settings: settings).records {
            let key = try record.key(as: String.self) ?? ""
            read[key, default: []].append((record.partition, try record.value(as: String.self)))
        }
        #expect(read.count == 4)
        for (_, records) in read {
            #expect(Set(records.map(\.partition)).count == 1 && records.map(\.value) == (0..<100).map { "\($0)" })
        }
    }

    @Test func `reading: the last ones, several at once with their own settings, and from where one was`() async throws
    {
        let cluster = try TestCluster()
        let client = try await cluster.connect()
        try await client.admin.createTopic("t")
        let producer = try await client.producer(for: "t")
        try await producer.send((0..<25).map { "\($0)" })
        try await producer.finish()
        #expect(try await Examples.reading(client, "t") == (15..<25).map { "0 \($0): \($0)" })
        #expect(try await Examples.several(client, "t") == [2, 25])
        #expect(try await Examples.resuming(client, "t") == [0: 25])
        #expect(try await Examples.resuming(client, "t") == [0: 25])
    }

    @Test func `topics, filters, several clusters, profiles, errors`() async throws {
        let clusters = try [TestCluster(), TestCluster()]
        let client = try await clusters[0].connect()
        try await client.admin.createTopic("countries")
        #expect(try await Examples.topics(client) == (0...2).map { "tmp-orders-\($0) tmp-orders" })
        #expect(await Examples.errors(client).contains("did you mean 'countries'?"))

        try await client.producer(for: "countries").send(["a", "b"]).last?.offset()
        try await clusters[1].connect().admin.createTopic("countries")
        #expect(try await Examples.copy(from: clusters[0].target, to: clusters[1].target, "countries") == 2)

        let path = NSTemporaryDirectory() + "profiles-\(UUID().uuidString)/config"
        defer { try? FileManager.default.removeItem(atPath: URL(filePath: path).deletingLastPathComponent().path) }
        let addresses = clusters.map(\.endpoint.description)
        #expect(
            try await Examples.profiles(path, addresses[0], addresses[1])
                == ["edge", "laptop", addresses[1], "laptop", "edge"])
        #expect(throws: FluvioError.self) {
            try Profiles.update(path) { profiles throws(FluvioError) in try profiles.switchTo("other") }
        }
        try Profiles.update(path) { profiles throws(FluvioError) in try profiles.delete("laptop") }
        #expect(try Profiles.load(path).names == ["edge"] && Profiles.load(path).current == nil)
    }
}
