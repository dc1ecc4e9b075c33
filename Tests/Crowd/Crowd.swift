import FluvioClient
import FluvioLocal
import Foundation
import Glibc
import Synchronization

/// Many producers and consumers at once, over two clusters in this process; for the thread sanitizer (`make tsan`), and
/// short, without it, in the tests.
///
///     crowd run [PRODUCERS [RECORDS]]   as many consumers as producers; prints what was read
///     crowd locked                      many threads and one Mutex: the sanitizer must have nothing to say
///     crowd racing                      the same without the Mutex: it must
@main
enum Crowd {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch arguments.first {
        case "locked": Control.run { Control.count.withLock { $0 += 1 } }
        case "racing": Control.run { unsafe Control.raced += 1 }
        default:
            let numbers = arguments.dropFirst().compactMap { Int($0) }
            try await Crowd.run(producers: numbers.first ?? 64, records: numbers.count > 1 ? numbers[1] : 50)
        }
    }

    static func run(producers: Int, records: Int) async throws {
        let directory = NSTemporaryDirectory() + "crowd-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        // One with a replica of everything, one without.
        let clusters = try [2, 1].enumerated().map { index, spus in
            var options = ClusterOptions.onFreePorts(directory: "\(directory)/\(index)")
            options.spus = spus
            return (server: try LocalCluster.start(options), replicas: spus)
        }
        defer { for cluster in clusters { cluster.server.stop() } }
        for cluster in clusters {
            let client = try await Fluvio.connect(to: .address("\(cluster.server.endpoint)"))
            try await client.admin.createTopic(
                "t", TopicSpec(partitions: 4, replication: UInt32(cluster.replicas)))
            client.close()
        }
        let clients = try await connect(clusters.map(\.server))
        let each = producers / 2
        let read = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<producers {
                // Both clusters, and two clients of each.
                let client = clients[number % 4]
                group.addTask { try await produce(number, records, client) }
                group.addTask { try await consume(each * records, client) }
            }
            return try await group.reduce(0, +)
        }
        print("\(producers) producers and consumers, \(producers * records) records sent, \(read) read")
        for client in clients { client.close() }
    }

    /// What a consumer got that nobody sent so.
    struct WrongRecords: Error { let what: String }

    private static func connect(_ clusters: [LocalCluster]) async throws -> [Fluvio] {
        var clients: [Fluvio] = []
        for _ in 0..<2 {
            for cluster in clusters { clients.append(try await Fluvio.connect(to: .address("\(cluster.endpoint)"))) }
        }
        return clients
    }

    /// Sends numbered records under its own key; some are waited for one by one.
    private static func produce(_ number: Int, _ records: Int, _ client: Fluvio) async throws -> Int {
        var settings = ProducerSettings()
        settings.linger = number % 3 == 0 ? .milliseconds(2) : .zero
        settings.compression = number % 5 == 0 ? .lz4 : Compression.none
        let producer = try await client.producer(for: "t", settings: settings)
        defer { producer.close() }
        for index in 0..<records {
            let receipt = try await producer.send(key: "\(number)", value: "\(index)")
            if index % 10 == 9 { _ = try await receipt.offset() }
        }
        try await producer.finish()
        guard producer.counts.acknowledged == records else { throw WrongRecords(what: "\(producer.counts)") }
        return 0
    }

    /// Reads so many records: those of a key must come in order and without a gap.
    private static func consume(_ wanted: Int, _ client: Fluvio) async throws -> Int {
        let consumer = try await client.consumer(of: "t")
        defer { consumer.close() }
        var next: [String: Int] = [:]
        var count = 0
        for try await record in consumer.records {
            let key = try record.key(as: String.self) ?? ""
            let value = try record.value(as: String.self)
            guard value == "\(next[key, default: 0])" else { throw WrongRecords(what: "\(key): \(value)") }
            next[key, default: 0] += 1
            count += 1
            if count == wanted { break }
        }
        return count
    }
}

/// What the sanitizer must and must not report.
enum Control {
    static let count = Mutex(0)
    nonisolated(unsafe) static var raced = 0
    private static let body = Mutex<(@Sendable () -> Void)?>(nil)

    /// Has four threads do the same many times.
    static func run(_ work: @escaping @Sendable () -> Void) {
        body.withLock { $0 = work }
        var threads = [pthread_t](repeating: 0, count: 4)
        for index in threads.indices {
            _ = unsafe pthread_create(&threads[index], nil, { _ in unsafe Control.thread() }, nil)
        }
        for thread in threads { _ = pthread_join(thread, nil) }
        print(unsafe max(count.withLock { $0 }, raced))
    }

    private nonisolated static func thread() -> UnsafeMutableRawPointer? {
        let work = body.withLock { $0 }
        for _ in 0..<20_000 { work?() }
        return nil
    }
}
