import FluvioLocal
import FluvioProtocol
import Foundation
import TestSupport
import Testing

@testable import FluvioClient

/// What a reader meets when a server goes, and how it goes on.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ReaderFaultTests {
    /// A reader of the scene's topic, and what it tells.
    private final class Reader {
        let consumer: Consumer
        let log = Scene.EventLog()
        private var batches: Consumer.Batches.Iterator

        init(_ scene: Scene, _ change: (inout ConsumerSettings) -> Void = { _ in }) async throws {
            var settings = ConsumerSettings()
            change(&settings)
            consumer = try await scene.client.consumer(of: "t", settings: settings) { [log] event in
                switch event {
                case .lost(_, let error): log.add("lost: \(error.code)")
                case .recovered: log.add("recovered")
                case .gap(_, let offsets): log.add("gap: \(offsets)")
                }
            }
            batches = consumer.batches.makeAsyncIterator()
        }

        deinit { consumer.close() }

        /// The next so many records, and what came along with the last of them.
        func next(_ count: Int) async throws -> [String] {
            var texts: [String] = []
            while texts.count < count, let batch = try await batches.next() {
                texts += batch.map { String(decoding: $0.value, as: UTF8.self) }
            }
            return texts
        }
    }

    /// Stores batches of ten records as they are, as a server does that takes an old request late.
    private func store(_ sequences: [Int32], in scene: Scene) async throws {
        let key = ReplicaKey(topic: "t", partition: 0)
        let leader = try await scene.client.cluster.leader(of: key)
        let link = try await scene.client.cluster.sharedLink(to: leader)
        for sequence in sequences {
            var bytes = Batches.make(10, size: 1, tag: sequence)
            var header = try #require(Batches.headers(bytes).first)
            header.producerID = 7
            header.producerEpoch = 0
            Batches.seal(&bytes, header)
            let data = PartitionProduceData(partition: 0, records: RecordSet(bytes: bytes[...]))
            let request = ProduceRequest(
                isolation: .readCommitted, timeout: 10_000,
                topics: [TopicProduceData(name: "t", partitions: [data])])
            let answer = try await link.call(request, timeout: .seconds(60))
            #expect(answer.topics.first?.partitions.first?.error.isSuccess == true)
        }
    }

    @Test func `a leader that freezes is left when the controller names another, though its connection stands`()
        async throws
    {
        let scene = try await Scene { $0.spuTimeout = .seconds(2) }
        let reader = try await Reader(scene)
        try await scene.send("a")
        #expect(try await reader.next(1) == ["a"])
        try scene.cluster.tell(.freeze, scene.leader)
        try await eventually("another leads") { try scene.cluster.leader(of: "t") == scene.follower }
        try await eventually("the reader is there") { reader.log.all.last == "recovered" }
        try scene.cluster.tell(.start, scene.leader)
        try await scene.send("b")
        #expect(try await reader.next(1) == ["b"])
        #expect(reader.log.all == ["lost: notLeader", "recovered"])
    }

    @Test func `a stream that is silent is probed: an idle server answers, a frozen one is told of`() async throws {
        // The controller takes no notice.
        let scene = try await Scene { $0.spuTimeout = .seconds(90) }
        let reader = try await Reader(scene) { $0.requestTimeout = .milliseconds(500) }
        try await scene.send("a")
        #expect(try await reader.next(1) == ["a"])
        // More than one probe of a partition that has nothing to say.
        try await Task.sleep(for: StreamCourse.silence * 2)
        #expect(reader.log.all.isEmpty)
        try scene.cluster.tell(.freeze, scene.leader)
        try await eventually("it is told") { !reader.log.all.isEmpty }
        #expect(reader.log.all == ["lost: deadlineExceeded"])
        try scene.cluster.tell(.start, scene.leader)
        try await scene.send("b")
        #expect(try await reader.next(1) == ["b"])
        #expect(reader.log.all == ["lost: deadlineExceeded", "recovered"])
    }

    @Test(arguments: [true, false])
    func `what stands once more behind the place where reading begins is known from what is before it`(
        readsBack: Bool
    ) async throws {
        let scene = try await Scene()
        // The first request again behind the second one: a server that was cut off took it late.
        try await store([0, 10, 0, 20], in: scene)
        let reader = try await Reader(scene) {
            $0.start = .offset(20)
            if !readsBack { $0.readBack = 0 }
        }
        let texts = try await reader.next(readsBack ? 10 : 20)
        #expect(texts.count == (readsBack ? 10 : 20))
        #expect(texts.suffix(10) == Array(repeating: "\u{14}", count: 10)[...])
        // From the beginning it is known without.
        let whole = try await Reader(scene) { $0.readBack = 0 }
        #expect(try await whole.next(30).count == 30)
    }

    @Test func `the end of what is committed is waited for while the leader does not know it yet`() async throws {
        let scene = try await Scene(isolation: .readUncommitted)
        try await scene.send("a")
        try await scene.producer.finish()
        try scene.cluster.tell(.freeze, scene.follower)
        for number in 0..<20 { try await scene.send("\(number)") }
        let reading = Task {
            let reader = try await Reader(scene) { $0.stopsAtEnd = true }
            return try await reader.next(100).count
        }
        // The reader has asked, and the answer was one.
        try await Task.sleep(for: .milliseconds(500))
        try scene.cluster.tell(.start, scene.follower)
        #expect(try await reading.value == 21)
        // What the replicas never get is not waited for without end.
        try scene.cluster.tell(.freeze, scene.follower)
        try await scene.send("lone")
        let reader = try await Reader(scene) { $0.stopsAtEnd = true }
        #expect(try await reader.next(100).count == 21)
        try scene.cluster.tell(.start, scene.follower)
    }

    @Test func `records that a SmartModule changes prove nothing, which is said once`() async throws {
        let scene = try await Scene()
        let log = Scene.EventLog()
        var settings = ProducerSettings()
        settings.smartModules = [SmartModule(.named("m"))]
        let producer = try await scene.client.producer(
            for: "t", settings: settings,
            onEvent: { event in
                if case .atLeastOnce(let reason) = event { log.add(reason) }
            })
        #expect(log.all == ["a SmartModule changes the records before they are stored"])
        #expect(!settings.delivery(of: 0, in: TopicLayout(name: "t", partitions: 1)).isProvable)
        producer.close()
    }
}
