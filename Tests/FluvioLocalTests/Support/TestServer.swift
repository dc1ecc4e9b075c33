import FluvioProtocol
import Foundation
import Synchronization
import TestSupport

@testable import FluvioLocal

/// A running server on a directory of its own.
final class TestServer {
    let directory: TemporaryDirectory
    let lines = Lines()
    let port: UInt16
    let spu: Spu
    private let reports = Reports()

    static let id: Int32 = 5001

    private final class Reports: Sendable {
        let last = Mutex<[ReplicaKey: LogStatus]>([:])
    }

    /// Topics with partition 0 of one replica, led here. `path`: the data directory, if it is not `directory` itself.
    init(
        _ topics: String..., directory: TemporaryDirectory? = nil, path: String? = nil, durability: Durability = .os,
        change: (inout PartitionConfiguration) -> Void = { _ in }
    ) throws {
        let directory = try directory ?? TemporaryDirectory()
        self.directory = directory
        let reports = reports
        spu = try Spu(
            id: Self.id, directory: path ?? directory.path, durability: durability, say: lines.say,
            changed: { changes in reports.last.withLock { $0.merge(changes) { $1 } } })
        for topic in topics { try Self.add(topic, to: spu, change) }
        port = try spu.start(host: "127.0.0.1", port: 0)
    }

    /// What the server has reported last.
    func reported(_ topic: String) -> LogStatus? {
        reports.last.withLock { $0[ReplicaKey(topic: topic, partition: 0)] }
    }

    deinit { spu.stop() }

    static func add(
        _ topic: String, to spu: Spu, _ change: (inout PartitionConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = PartitionConfiguration(leader: id, replicas: [id])
        change(&configuration)
        try spu.add(ReplicaKey(topic: topic, partition: 0), configuration)
    }

    func add(_ topic: String, _ change: (inout PartitionConfiguration) -> Void = { _ in }) throws {
        try Self.add(topic, to: spu, change)
    }

    func client() throws -> TestClient { try TestClient(port: port, of: self) }

    func log(_ topic: String) throws -> [UInt8] {
        try directory.bytes("spu-logs-\(Self.id)/\(topic)-0/00000000000000000000.log")
    }
}

/// Waits for something that happens on another thread; false after a minute.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while try !condition() {
        guard ContinuousClock.now < deadline else { return false }
        usleep(1_000)
    }
    return true
}
