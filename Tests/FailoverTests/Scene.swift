import FluvioLocal
import FluvioProtocol
import FluvioTransport
import Foundation
import Synchronization
import Testing

@testable import FluvioClient

/// A topic of one partition on two servers, a producer whose events are kept, and everything that can go wrong.
final class Scene: Sendable {
    let faults = FaultBoard()
    let cluster: ReplicatedCluster
    let client: Fluvio
    let producer: Producer
    private let log: EventLog
    /// Whoever leads, and whoever follows, at the beginning.
    let leader: Int32
    let follower: Int32

    /// What was told, in its order.
    final class EventLog: Sendable {
        private let entries = Mutex<[String]>([])
        func add(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock { $0 } }
    }

    init(
        timeout: Duration = .seconds(10), isolation: FluvioClient::Isolation = .readCommitted,
        _ change: (inout ClusterOptions) -> Void = { _ in }
    ) async throws {
        let log = EventLog()
        let faults = faults
        cluster = try ReplicatedCluster { options in
            options.faults = faults
            // A machine that is busy keeps servers from saying that they are there. Who is killed is missed at once.
            options.spuTimeout = .seconds(60)
            change(&options)
        }
        try await cluster.makeTopic("t")
        client = try await cluster.connect { event in
            switch event {
            case .lost: log.add("controller lost")
            case .recovered: log.add("controller recovered")
            default: break
            }
        }
        var settings = ProducerSettings()
        settings.requestTimeout = timeout
        settings.isolation = isolation
        producer = try await client.producer(for: "t", settings: settings, onEvent: { log.add(Self.text(of: $0)) })
        self.log = log
        let key = ReplicaKey(topic: "t", partition: 0)
        leader = try cluster.leader(of: "t")
        let replicas = client.cluster.topology.current.partition(key)?.replicas ?? []
        let others = replicas.filter { [leader] in $0 != leader }
        follower = others.first ?? leader
    }

    deinit { client.close() }

    private static func text(of event: ProducerEvent) -> String {
        switch event {
        case .lost(_, let error): "lost: \(error.code)"
        case .resending: "resending"
        case .recovered: "recovered"
        case .twins(_, let records): "twins: \(records)"
        case .leaderAlone: "leader alone"
        case .atLeastOnce: "at least once"
        }
    }

    var events: [String] { log.all }

    /// One loss at most was told, and that it is over. None where another leader was found at the first try.
    var isBalanced: Bool {
        let lost = events.filter { $0.hasPrefix("lost") }.count
        return lost <= 1 && events.filter { $0 == "recovered" }.count == lost
    }

    /// Sends a record and waits for its acknowledgement.
    func send(_ text: String) async throws { _ = try await producer.send(value: Array(text.utf8)).offset() }

    /// Everything in the partition, as it stands in the log.
    func records(isolation: FluvioClient::Isolation = .readCommitted) async throws -> [String] {
        var settings = ConsumerSettings()
        settings.isolation = isolation
        let consumer = try await client.consumer(of: "t", settings: settings)
        defer { consumer.close() }
        var reader = ChunkReader(topic: "t", keepsRepeats: true)
        var texts: [String] = []
        // The high watermark says how far it goes at least; what lies above it comes at once, or never.
        let wanted = Int(try await client.admin.offsets(of: "t").first?.end ?? 0)
        let patience = ContinuousClock.now + .seconds(60)
        var end = ContinuousClock.now + .milliseconds(300)
        while ContinuousClock.now < end || texts.count < wanted && ContinuousClock.now < patience {
            guard case .chunk(let chunk) = try consumer.take() else {
                try await Task.sleep(for: .milliseconds(10))
                continue
            }
            try reader.read(chunk) { _, _, _, value in
                texts.append(String(decoding: value, as: UTF8.self))
                return true
            }
            end = ContinuousClock.now + .milliseconds(300)
        }
        return texts
    }

    func expect(_ texts: [String], _ events: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        #expect(try await records() == texts, sourceLocation: sourceLocation)
        #expect(self.events == events, sourceLocation: sourceLocation)
    }
}
