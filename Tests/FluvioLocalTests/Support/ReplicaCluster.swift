import FluvioProtocol
import FluvioTransport
import TestSupport
import Testing

@testable import FluvioLocal

/// A cluster of several servers of records in a directory of its own, with a client of its controller.
final class ReplicaCluster: Sendable {
    let directory: TemporaryDirectory
    let lines: Lines
    let cluster: LocalCluster
    let client: ClusterClient

    init(
        spus: Int = 3, directory: TemporaryDirectory? = nil, _ change: (inout ClusterOptions) -> Void = { _ in }
    ) async throws {
        let directory = try directory ?? TemporaryDirectory()
        let lines = Lines()
        var options = ClusterOptions.onFreePorts(directory: "\(directory.path)/data", say: lines.say)
        options.spus = spus
        // A machine that is busy keeps servers from saying that they are there. Who is killed is missed at once.
        options.spuTimeout = .seconds(60)
        change(&options)
        self.directory = directory
        self.lines = lines
        cluster = try LocalCluster.start(options)
        client = try await ClusterClient(cluster.endpoint)
    }

    deinit { cluster.stop() }

    func tell(_ action: SpuCommand.Action, _ id: Int32) throws { try cluster.tell(SpuCommand(action, id)) }

    func partition(_ name: String) async throws -> Metadata<PartitionSpec> {
        try #require(try await client.partitions().first { $0.name == name })
    }

    func leader(_ name: String) async throws -> Int32 { try await partition(name).spec.leader }

    /// A connection to a server.
    func connect(_ id: Int32) throws -> TestClient {
        try TestClient(port: try #require(cluster.spus[id]).port, of: self)
    }

    /// The log of a server's copy.
    func log(_ id: Int32, _ name: String) throws -> Log {
        let key = try #require(ReplicaKey(name: name))
        return try #require(cluster.fleet.reachable(id)?.partition(key)).log
    }

    /// The bytes of the copy of a server that runs.
    func records(_ id: Int32, _ name: String) throws -> [UInt8] {
        let log = try log(id, name)
        return try log.all(from: log.status.start)
    }

    /// Waits until all servers that hold a partition have the same records, and all are committed.
    func settled(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let replicas = try await partition(name).spec.replicas
        _ = try await eventually("equal replicas of \(name)", sourceLocation: sourceLocation) {
            let logs = try replicas.map { try log($0, name) }
            let ends = Set(logs.flatMap { [$0.end, $0.highWatermark] })
            guard ends.count == 1 else { return nil as Bool? }
            return true
        }
        let bytes = try replicas.map { try records($0, name) }
        #expect(bytes.allSatisfy { $0 == bytes[0] }, "\(name)", sourceLocation: sourceLocation)
    }
}

extension TestClient {
    /// Sends batches to partition 0 of a topic; the answer is taken with ``answer(to:of:version:)``.
    func send(
        _ batches: [UInt8], to topic: String, partition: UInt32 = 0, _ isolation: Isolation, timeout: Int32 = 60_000
    ) throws -> Int32 {
        let data = PartitionProduceData(partition: partition, records: RecordSet(bytes: batches[...]))
        return try ask(
            ProduceRequest(
                isolation: isolation, timeout: timeout, topics: [TopicProduceData(name: topic, partitions: [data])]))
    }

    /// The answer, if it is the next that comes.
    func produced(_ id: Int32, within seconds: CInt = 60) throws -> PartitionProduceResponse {
        let frame = try receive(within: seconds)
        guard Self.correlationID(frame) == id else { throw Unexpected(frame) }
        let response = try ProduceResponse(
            decoding: frame, range: Frame.responseBodyPosition..<frame.count, version: 25)
        return try #require(response.topics.first?.partitions.first)
    }

    /// One read from an offset.
    func fetch(_ topic: String, from offset: Int64, _ isolation: Isolation) throws -> FetchablePartition<RecordSet> {
        var request = FetchRequest()
        request.isolation = isolation
        request.maxBytes = 1 << 24
        request.topics = [FetchTopic(name: topic, partitions: [FetchPartition(partition: 0, fetchOffset: offset)])]
        return try #require(try call(request).topics.first?.partitions.first)
    }
}
