import FluvioProtocol
import FluvioTransport
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("Watches")
struct WatchTests {
    let directory: TemporaryDirectory
    let cluster: LocalCluster

    init() throws {
        directory = try TemporaryDirectory()
        cluster = try directory.cluster()
    }

    @Test("The first update comes at once with all objects, and none is empty that clients wait for")
    func first() async throws {
        let client = try await ClusterClient(cluster.endpoint)
        let topics = try await client.watch(TopicSpec.self).next()
        #expect(topics.all.map(\.name) == ["consumer-offset"] && topics.changes.isEmpty)
        #expect(try await client.watch(PartitionSpec.self).next().all.map(\.name) == ["consumer-offset-0"])
        let spu = try #require(try await client.watch(SpuSpec.self).next().all.first)
        #expect(spu.name == "custom-spu-5001" && spu.status.resolution == .online)
        #expect(spu.spec.publicEndpoint.host == "localhost")
        #expect(spu.spec.publicEndpoint.port == cluster.spus[5001]?.port)
    }

    @Test("Of an empty store too: with nothing in it, in epoch 1")
    func empty() async throws {
        let client = try await ClusterClient(cluster.endpoint)
        #expect(try await client.watch(SmartModuleSpec.self).next() == MetadataUpdate(epoch: 1))
        #expect(try await client.watch(TableFormatSpec.self).next() == MetadataUpdate(epoch: 1))
        #expect(try await client.watch(SpuGroupSpec.self).next() == MetadataUpdate(epoch: 1))
    }

    @Test("Creating, enlarging, deleting and making again are told to every watcher, in any connection")
    func changes() async throws {
        let admin = try await ClusterClient(cluster.endpoint)
        let other = try await ClusterClient(cluster.endpoint)
        // Two of a kind on one connection, one on another.
        let topics = [
            try admin.watch(TopicSpec.self), try admin.watch(TopicSpec.self), try other.watch(TopicSpec.self),
        ]
        let partitions = [try admin.watch(PartitionSpec.self), try other.watch(PartitionSpec.self)]
        for watch in topics { _ = try await watch.next() }
        for watch in partitions { _ = try await watch.next() }

        _ = try await admin.create("t")
        for watch in partitions {
            let change = try await watch.changes { $0.count == 1 }
            guard case .update(let partition) = change[0] else { throw Unexpected(change) }
            #expect(partition.name == "t-0" && partition.status.resolution == .online)
        }
        for watch in topics {
            let change = try await watch.changes { $0.count == 1 }
            guard case .update(let topic) = change[0] else { throw Unexpected(change) }
            #expect(topic.name == "t" && topic.status.resolution == .provisioned)
        }

        _ = try await admin.call(UpdateRequest<TopicSpec>(key: "t", action: .addPartition(count: 1)))
        for watch in partitions { #expect(try await watch.changes { $0.count == 1 }.map(\.object.name) == ["t-1"]) }
        for watch in topics {
            #expect(try await watch.changes { $0.count == 1 }.map(\.object.status.replicaMap.count) == [2])
        }

        _ = try await admin.delete("t")
        _ = try await admin.create("t")
        for watch in partitions {
            #expect(try await watch.changes { $0.count == 3 }.map(\.text) == ["- t-0", "- t-1", "+ t-0"])
        }
        for watch in topics {
            #expect(try await watch.changes { $0.last?.text == "+ t" }.map(\.text).suffix(2) == ["- t", "+ t"])
        }
        #expect(topics.allSatisfy(\.isSilent) && partitions.allSatisfy(\.isSilent))
    }

    @Test("A watcher that does not read gets few updates, and the last of them is the present")
    func slow() async throws {
        let admin = try await ClusterClient(cluster.endpoint)
        let deaf = try TestClient(port: cluster.endpoint.port)
        try deaf.send(WatchRequest<SmartModuleSpec>().frame(version: 19, clientID: "dummy", correlationID: 7))
        #expect(try deaf.receive().count < 100)
        // Far more than the sockets of both sides hold.
        let count = 48
        for number in 1...count {
            let payload = [UInt8](repeating: UInt8(number), count: 1 << 20)
            let spec = SmartModuleSpec(wasm: SmartModuleWasm(payload: payload))
            #expect(try await admin.call(CreateRequest(name: "m", spec: spec)).error == .success)
        }
        #expect(try await admin.call(DeleteRequest<SmartModuleSpec>(key: "m")).error == .success)
        #expect(try await admin.call(CreateRequest(name: "last", spec: SmartModuleSpec())).error == .success)
        var updates = 0
        var last: [String] = []
        while last.last != "+ last" {
            let frame = try deaf.receive()
            updates += 1
            last = try MetadataUpdate<SmartModuleSpec>(decoding: frame, range: 8..<frame.count, version: 19)
                .changes.map(\.text)
        }
        #expect(last == ["- m", "+ last"])
        #expect(updates < count / 2)
    }
}

/// A change in short.
extension MetadataChange {
    var text: String {
        switch self {
        case .update(let object): "+ \(object.name)"
        case .delete(let object): "- \(object.name)"
        }
    }
}

struct Unexpected: Error {
    let what: String
    init(_ what: some Any) { self.what = "\(what)" }
}
