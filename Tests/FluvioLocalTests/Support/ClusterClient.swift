import FluvioProtocol
import FluvioTransport
import Foundation
import Synchronization
import Testing
import Unix

@testable import FluvioLocal

/// A client's connection to the controller of a cluster, in the newest version.
struct ClusterClient: Sendable {
    static let timeout: Duration = .seconds(60)

    let connection: Connection
    private let loop: EventLoop

    /// Connects without a word.
    init(_ endpoint: Endpoint) async throws {
        loop = try EventLoop(name: "client")
        connection = try await Connection.connect(to: endpoint, on: loop, timeout: Self.timeout)
    }

    func call<R: WireRequest>(_ request: R, version: Int16 = LocalVersions.controller) async throws -> R.Response {
        let frame = try await connection.call(
            try request.frame(version: version, clientID: "test"), timeout: Self.timeout)
        return try R.Response(decoding: frame.bytes, range: frame.bodyRange, version: version)
    }

    /// Sends the frame of another client and gives the answer with the id that the frame had.
    func replay(_ frame: [UInt8]) async throws -> [UInt8] {
        var answer = try await connection.call(frame, timeout: Self.timeout).bytes
        answer.replaceSubrange(4..<8, with: frame[8..<12])
        return answer
    }

    func create(_ name: String, partitions: UInt32 = 1, replicas: UInt32 = 1) async throws -> StatusResponse {
        let spec = TopicSpec(
            replicas: .computed(
                TopicReplicaParameters(partitions: partitions, replicationFactor: replicas)))
        return try await call(CreateRequest(name: name, spec: spec))
    }

    func delete(_ name: String, force: Bool = false) async throws -> StatusResponse {
        try await call(DeleteRequest<TopicSpec>(key: name, force: force))
    }

    /// Names of the topics that people made.
    func topics() async throws -> [String] { try await call(ListRequest<TopicSpec>()).objects.map(\.name) }

    func partitions() async throws -> [Metadata<PartitionSpec>] { try await call(ListRequest<PartitionSpec>()).objects }

    func watch<Spec: WatchableSpec>(_: Spec.Type, version: Int16 = 19) throws -> Watch<Spec> {
        try Watch(connection, WatchRequest<Spec>(), version: version)
    }
}

/// The updates of a watch, one by one.
final class Watch<Spec: WatchableSpec>: Sendable {
    private let items = Mutex<[Result<IncomingFrame, TransportError>]>([])
    private let version: Int16

    init(_ connection: Connection, _ request: WatchRequest<Spec>, version: Int16) throws {
        self.version = version
        let frame = try request.frame(version: version, clientID: "dummy")
        connection.subscribe(frame) { [items = WeakBox(self)] item in
            items.value?.items.withLock { $0.append(item) }
        }
    }

    /// The next update. Waits for it.
    func next(sourceLocation: SourceLocation = #_sourceLocation) async throws -> MetadataUpdate<Spec> {
        let item = try await eventually("an update of \(Spec.kind)", sourceLocation: sourceLocation) {
            items.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
        let frame = try item.get()
        return try MetadataUpdate(decoding: frame.bytes, range: frame.bodyRange, version: version)
    }

    /// Takes updates until they have told what is wanted; gives all changes up to there.
    func changes(
        until done: ([MetadataChange<Spec>]) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> [MetadataChange<Spec>] {
        var changes: [MetadataChange<Spec>] = []
        while !done(changes) { changes += try await next(sourceLocation: sourceLocation).changes }
        return changes
    }

    /// Whether nothing is waiting.
    var isSilent: Bool { items.withLock { $0.isEmpty } }
}

private final class WeakBox<T: AnyObject & Sendable>: Sendable {
    private weak let object: T?
    init(_ object: T) { self.object = object }
    var value: T? { object }
}

/// Waits until `probe` gives something, for a minute at most.
func eventually<T>(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ probe: () async throws -> T?
) async throws -> T {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if let found = try await probe() { return found }
        try await Task.sleep(for: .milliseconds(2))
    }
    Issue.record("waited in vain for \(what)", sourceLocation: sourceLocation)
    throw CancellationError()
}

extension TemporaryDirectory {
    /// Starts a cluster on free ports in this directory.
    func cluster(_ lines: Lines = Lines()) throws -> LocalCluster {
        try LocalCluster.start(.onFreePorts(directory: "\(path)/data", say: lines.say))
    }
}

extension TemporaryDirectory {
    func makeDirectory(_ sub: String) throws { try Unix.makeDirectories("\(path)/\(sub)") }
}
