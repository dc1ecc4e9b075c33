import FluvioProtocol
import FluvioTransport
import Foundation
import Synchronization
import Testing

@testable import FluvioClient

/// What is left after much has happened. Each test has a process of its own: it counts what the process holds.
@Suite struct EnduranceTests {
    /// Objects that are to go.
    private final class Watched: Sendable {
        private struct Reference: Sendable { weak var object: (any AnyObject & Sendable)? }
        private let references = Mutex<[Reference]>([])

        func add(_ object: any AnyObject & Sendable) { references.withLock { $0.append(Reference(object: object)) } }

        /// Whether all are gone; they are then forgotten.
        func areGone() -> Bool {
            references.withLock { references in
                references.removeAll { $0.object == nil }
                return references.isEmpty
            }
        }
    }

    /// Works until it is cancelled.
    private static func work(_ kind: Int, _ cluster: TestCluster, _ watched: Watched) async throws {
        let client = try await cluster.connect()
        watched.add(client.cluster)
        switch kind {
        case 0:
            let producer = try await client.producer(for: "t")
            watched.add(producer)
            defer { producer.close() }
            for number in 0... { _ = try await producer.send(value: Array("\(number)".utf8)).offset() }
        case 1:
            let consumer = try await client.consumer(of: "t")
            watched.add(consumer)
            defer { consumer.close() }
            for try await _ in consumer.batches {}
        default:
            while true {
                _ = try await client.admin.list(.topic)
                _ = try await client.admin.offsets(of: "t")
            }
        }
    }

    @Test func `A thousand lost connections leave no descriptor, no task and no memory`() async {
        await #expect(processExitsWith: .success) {
            let cluster = try TestCluster()
            defer { cluster.stop() }
            let client = try await cluster.connect()
            try await client.admin.createTopic("t", TopicSpec(partitions: 1))
            let producer = try await client.producer(for: "t")
            let consumer = try await client.consumer(of: "t")
            var batches = consumer.batches.makeAsyncIterator()
            var descriptors = 0
            var memory = 0
            var tasks = 0
            for round in 0..<1000 {
                let value = Array("\(round)".utf8)
                _ = try await producer.send(value: value).offset()
                var isThere = false
                while !isThere {
                    guard let records = try await batches.next() else { exit(3) }
                    isThere = records.contains { $0.value == value }
                }
                if round == 99 {
                    descriptors = Holdings.descriptors()
                    memory = Holdings.memory()
                    tasks = producer.tasks.count + consumer.tasks.count
                }
                if round == 999 { break }
                // Its own, and the shared one: the producer's must be found out about, the consumer's hears of it.
                for queue in producer.queues { producer.link(of: queue)?.connection.close() }
                let leader = try await client.cluster.leader(of: ReplicaKey(topic: "t", partition: 0))
                try await client.cluster.sharedLink(to: leader).connection.close()
                // Few times: an SC that drops its clients is tried less and less often.
                if round % 160 == 1 {
                    try await client.cluster.control.connection(within: .seconds(60)).connection.close()
                }
            }
            let growth = Holdings.memory() - memory
            print("after 1,000 reconnects: \(growth / 1024) KiB more than after 100")
            guard await Holdings.waits(for: { Holdings.descriptors() <= descriptors }) else { exit(4) }
            guard await Holdings.waits(for: { producer.tasks.count + consumer.tasks.count <= tasks }) else { exit(5) }
            guard growth < 1 << 20 else { exit(6) }
            exit(0)
        }
    }

    @Test func `A thousand cancellations at any moment leave nothing behind`() async {
        await #expect(processExitsWith: .success) {
            let cluster = try TestCluster()
            defer { cluster.stop() }
            try await cluster.connect().admin.createTopic("t", TopicSpec(partitions: 2))
            let before = Holdings.descriptors()
            let watched = Watched()
            for round in 0..<1000 {
                let task = Task { try await Self.work(round % 3, cluster, watched) }
                try await Task.sleep(for: .microseconds(Int.random(in: 0...6000)))
                task.cancel()
                _ = await task.result
                if round % 100 == 99 {
                    guard await Holdings.waits(for: { Holdings.descriptors() <= before }) else { exit(4) }
                    guard await Holdings.waits(for: { watched.areGone() }) else { exit(5) }
                }
            }
            exit(0)
        }
    }
}
