import FluvioLocal
import FluvioProtocol
import Foundation
import Synchronization
import TestSupport
import Unix

@testable import FluvioClient

/// Producers and consumers at work while servers are killed, frozen and restarted at random, and the controller, too.
/// What is counted is counted by content: every record says who sent it and which of its records it is.
final class Chaos: Sendable {
    struct Plan: Sendable {
        var seed: UInt64
        var records = 2_000_000
        var producers = 4
        var partitions: UInt32 = 6
        /// At least for so long servers are hurt; producers share it out.
        var duration: Duration = .seconds(20)
    }

    /// What came of it.
    struct Outcome: Sendable {
        var read = 0
        var twins = 0
        var faults: [String: Int] = [:]
        var failures: [String] = []
    }

    private let plan: Plan
    private let cluster: ReplicatedCluster
    private let outcome = Mutex(Outcome())
    private let isOver = Atomic(false)
    /// Told when it takes too long.
    private let states = Mutex<[String: @Sendable () -> String]>([:])

    init(_ plan: Plan) throws {
        self.plan = plan
        cluster = try ReplicatedCluster()
    }

    private var perProducer: Int { plan.records / plan.producers }

    func run() async throws -> Outcome {
        try await cluster.makeTopic("t", partitions: Int(plan.partitions))
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.hurt() }
            group.addTask { await self.watch() }
            for number in 0..<2 { group.addTask { try await self.consume(number) } }
            try await withThrowingTaskGroup { producers in
                for producer in 0..<self.plan.producers {
                    producers.addTask { try await self.produce(producer) }
                }
                try await producers.waitForAll()
            }
            self.isOver.store(true, ordering: .sequentiallyConsistent)
            try await group.waitForAll()
        }
        states.withLock { $0 = [:] }
        try await countTwins()
        return outcome.withLock { $0 }
    }

    private func fail(_ what: String) {
        outcome.withLock { if $0.failures.count < 20 { $0.failures.append(what) } }
    }

    private var hasFailed: Bool { outcome.withLock { !$0.failures.isEmpty } }

    /// Ends what does not end.
    private func watch() async {
        let deadline = MonotonicTime.now + plan.duration + .seconds(600)
        while !isDone, !hasFailed {
            if MonotonicTime.now > deadline {
                let states = states.withLock { $0 }.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value())" }
                let status = cluster.cluster.status.map { "\($0)" } ?? "no controller"
                return fail("it does not come to an end: \(states.joined(separator: "; ")); \(status)")
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    private func watch(_ name: String, _ state: @escaping @Sendable () -> String) {
        states.withLock { $0[name] = state }
    }

    private var isDone: Bool { outcome.withLock { $0.read == 2 * plan.records } }

    // MARK: Harm

    private func hurt() async throws {
        var random = SeededRandom(seed: plan.seed)
        var restarts = [4, 9]
        var round = 0
        while !isOver.load(ordering: .relaxed), !hasFailed {
            try await Task.sleep(for: .milliseconds(Int.random(in: 500...2000, using: &random)))
            round += 1
            if restarts.first == round {
                restarts.removeFirst()
                try cluster.cluster.restartController()
                note("controller restarted")
            }
            let spu = ReplicatedCluster.spus.randomElement(using: &random) ?? 5001
            let others = ReplicatedCluster.spus.filter { $0 != spu }
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1: try tell(.kill, spu)
            case 2, 3: try tell(.freeze, spu)
            default: try tell(.stop, spu)
            }
            // One that was hurt before comes back; sometimes two are away for a while.
            for other in others where Int.random(in: 0..<4, using: &random) > 0 { try tell(.start, other) }
        }
        for spu in ReplicatedCluster.spus { try tell(.start, spu) }
    }

    private func tell(_ action: SpuCommand.Action, _ spu: Int32) throws {
        do {
            try cluster.tell(action, spu)
            if action != .start { note(action.rawValue) }
        } catch {
            // One that does not run cannot be frozen.
            if action != .freeze { throw error }
        }
    }

    private func note(_ what: String) { outcome.withLock { $0.faults[what, default: 0] += 1 } }

    // MARK: Records

    private func produce(_ number: Int) async throws {
        let client = try await cluster.connect()
        defer { client.close() }
        var settings = ProducerSettings()
        settings.retry = .duration(.seconds(300))
        settings.requestTimeout = .seconds(2)
        settings.memory = 8 << 20
        let producer = try await client.producer(for: "t", settings: settings)
        defer { producer.close() }
        watch("producer \(number)") { "\(producer.counts) \(producer.queues.map(\.phase))" }
        let start = MonotonicTime.now
        let step = 500
        for first in stride(from: 0, to: perProducer, by: step) {
            for index in first..<min(first + step, perProducer) {
                guard await append(UInt64(number), UInt64(index), producer) else { return }
            }
            producer.flush()
            // They last as long as the harm does.
            let due = plan.duration * (Double(first) / Double(perProducer))
            let early = due - (MonotonicTime.now - start)
            if early > .zero { try await Task.sleep(for: early) }
            if hasFailed { return }
        }
        let finishing = Task { () -> String? in
            do throws(FluvioError) {
                try await producer.finish()
                return nil
            } catch {
                return "\(error)"
            }
        }
        while producer.counts.acknowledged < perProducer, producer.failure == nil, !hasFailed {
            try await Task.sleep(for: .milliseconds(20))
        }
        if hasFailed { finishing.cancel() }
        if let error = await finishing.value { fail("producer \(number): \(error)") }
        let counts = producer.counts
        if counts.acknowledged != perProducer { fail("producer \(number): \(counts)") }
    }

    private func append(_ number: UInt64, _ index: UInt64, _ producer: Producer) async -> Bool {
        let words = (number, index)
        while true {
            let outcome = withUnsafeBytes(of: words) { value in
                producer.append(
                    key: nil, value: value, timestamp: 1, partition: UInt32(index % UInt64(plan.partitions)))
            }
            switch outcome {
            case .appended: return true
            case .full: await producer.waitForProgress()
            case .tooLarge, .failed:
                fail("producer \(number), record \(index): \(producer.failure.map { "\($0)" } ?? "too large")")
                return false
            }
        }
    }

    private func consume(_ number: Int) async throws {
        let client = try await cluster.connect()
        defer { client.close() }
        var settings = ConsumerSettings()
        settings.retry = .duration(.seconds(300))
        settings.requestTimeout = .seconds(2)
        let consumer = try await client.consumer(of: "t", settings: settings)
        defer { consumer.close() }
        var reader = ChunkReader(topic: "t")
        // Of each producer in each partition, the record that is next.
        let partitions = Int(plan.partitions)
        var next = (0..<plan.producers).flatMap { _ in (0..<partitions).map { UInt64($0) } }
        var read = 0
        var lastWord = MonotonicTime.now
        watch("consumer \(number)") { "\(consumer.streams.sorted { $0.key < $1.key }.map { $0.value.course })" }
        while read < plan.records, !hasFailed {
            switch try consumer.take() {
            case .end: return fail("a consumer ended")
            case .empty:
                await consumer.waitForArrival()
                if MonotonicTime.now - lastWord > .seconds(300) { return fail("a consumer heard nothing for 300 s") }
            case .chunk(let chunk):
                lastWord = .now
                var wrong: String?
                try reader.read(chunk) { offset, _, _, value in
                    guard value.count == 16 else {
                        wrong = "a value of \(value.count) bytes"
                        return false
                    }
                    let producer = Int(value.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
                    let index = value.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                    let slot = producer * partitions + Int(chunk.partition)
                    guard index == next[slot] else {
                        wrong =
                            "partition \(chunk.partition), offset \(offset): record \(index) of producer \(producer) where "
                            + "\(next[slot]) is due"
                        return false
                    }
                    next[slot] += UInt64(partitions)
                    read += 1
                    return true
                }
                if let wrong { return fail(wrong) }
            }
        }
        outcome.withLock { [read] in $0.read += read }
    }

    /// Reads the whole log once more, and leaves nothing out.
    private func countTwins() async throws {
        guard !hasFailed else { return }
        let client = try await cluster.connect()
        defer { client.close() }
        var settings = ConsumerSettings()
        settings.stopsAtEnd = true
        let consumer = try await client.consumer(of: "t", settings: settings)
        defer { consumer.close() }
        var reader = ChunkReader(topic: "t", keepsRepeats: true)
        var count = 0
        while true {
            switch try consumer.take() {
            case .end:
                outcome.withLock { [count] in $0.twins = count - plan.records }
                return
            case .empty: await consumer.waitForArrival()
            case .chunk(let chunk):
                try reader.read(chunk) { _, _, _, _ in
                    count += 1
                    return true
                }
            }
        }
    }
}
