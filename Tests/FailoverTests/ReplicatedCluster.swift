import FluvioLocal
import FluvioTransport
import Foundation
import Synchronization
import Testing

@testable import FluvioClient

/// A local cluster of three servers of records for a test, on free ports and in a directory that go with it.
final class ReplicatedCluster: Sendable {
    private let directory: String
    let cluster: LocalCluster
    static let spus: [Int32] = [5001, 5002, 5003]

    /// - Parameter change: to the options it is started with.
    init(_ change: (inout ClusterOptions) -> Void = { _ in }) throws {
        directory = NSTemporaryDirectory() + "failover-\(UUID().uuidString)"
        var options = ClusterOptions.onFreePorts(directory: directory)
        options.spus = Self.spus.count
        change(&options)
        cluster = try LocalCluster.start(options)
    }

    deinit {
        cluster.stop()
        try? FileManager.default.removeItem(atPath: directory)
    }

    func connect(_ onEvent: (@Sendable (ClientEvent) -> Void)? = nil) async throws(FluvioError) -> Fluvio {
        try await Fluvio.connect(to: .address(cluster.endpoint.description), onEvent: onEvent)
    }

    /// Makes a topic whose partitions are held by two servers each.
    func makeTopic(_ name: String, partitions: Int = 1, replicas: Int = 2) async throws {
        let spec = TopicSpec(partitions: UInt32(partitions), replication: UInt32(replicas))
        try await connect().admin.createTopic(name, spec)
    }

    /// The SPU that leads a partition, as the controller has it.
    func leader(of topic: String, _ partition: UInt32 = 0) throws -> Int32 {
        try #require(cluster.leader(of: "\(topic)-\(partition)"))
    }

    func tell(_ action: SpuCommand.Action, _ id: Int32) throws { try cluster.tell(SpuCommand(action, id)) }
}

/// Waits until `condition` holds, for a minute.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record(what, sourceLocation: sourceLocation)
}
