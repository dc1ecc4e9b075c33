import FluvioLocal
import FluvioProtocol
import FluvioTransport
import Foundation
import Synchronization
import Testing

@testable import FluvioClient

/// Each thing that can go wrong by itself, with all that is told of it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct FaultTests {
    @Test func anAnswerLostAfterTheRecordsWereStored() async throws {
        let scene = try await Scene()
        try await scene.send("a")
        scene.faults.begin(.answerLost(spu: scene.leader), times: 1)
        try await scene.send("b")
        try await scene.send("c")
        // It was found in the log, and not sent again.
        try await scene.expect(["a", "b", "c"], ["lost: connectionLost", "recovered"])
        #expect(scene.faults.count(of: .answerLost(spu: scene.leader)) == 1)
    }

    @Test func aConnectionCutInTheMiddleOfAnAnswer() async throws {
        let scene = try await Scene()
        scene.faults.begin(.answerCut(spu: scene.leader), times: 1)
        try await scene.send("a")
        try await scene.send("b")
        try await scene.expect(["a", "b"], ["lost: connectionLost", "recovered"])
    }

    @Test func aStreamCutInTheMiddleOfAResponse() async throws {
        let scene = try await Scene()
        let events = Scene.EventLog()
        let consumer = try await scene.client.consumer(of: "t") { event in
            switch event {
            case .lost: events.add("lost")
            case .recovered: events.add("recovered")
            case .gap: events.add("gap")
            }
        }
        defer { consumer.close() }
        var batches = consumer.batches.makeAsyncIterator()
        try await scene.send("a")
        #expect(try await batches.next()?.map(\.value) == [Array("a".utf8)])
        // The answer to the producer is cut, then the response.
        scene.faults.begin(.answerCut(spu: scene.leader), times: 2)
        try await scene.send("b")
        #expect(try await batches.next()?.map(\.value) == [Array("b".utf8)])
        try await scene.send("c")
        #expect(try await batches.next()?.map(\.value) == [Array("c".utf8)])
        #expect(events.all == ["lost", "recovered"] || events.all.isEmpty && scene.events.count == 4)
        #expect(try await scene.records() == ["a", "b", "c"])
    }

    @Test func aFrozenServer() async throws {
        let scene = try await Scene { $0.spuTimeout = .seconds(2) }
        try await scene.send("a")
        try scene.cluster.tell(.freeze, scene.leader)
        let sent = Task { try await scene.send("b") }
        // The controller notices and has another elected; the request's own deadline is further away.
        try await eventually("another leads") { try scene.cluster.leader(of: "t") == scene.follower }
        try await eventually("it is sent there") { scene.events.contains("resending") }
        try scene.cluster.tell(.start, scene.leader)
        try await sent.value
        try await scene.send("c")
        // What the frozen server still held is cut when it comes back as a follower: no twin.
        try await scene.expect(["a", "b", "c"], ["lost: notLeader", "resending", "recovered"])
    }

    @Test func aServerThatIsSlowAndNotDead() async throws {
        let scene = try await Scene()
        let slow = Fault.slow(spu: scene.leader, .milliseconds(300))
        scene.faults.begin(slow)
        try await scene.send("a")
        try await scene.send("b")
        scene.faults.end(slow)
        #expect(scene.faults.count(of: slow) >= 2)
        try await scene.expect(["a", "b"], [])
    }

    @Test func aServerThatIsSlowerThanTheDeadline() async throws {
        let scene = try await Scene(timeout: .milliseconds(200))
        let slow = Fault.slow(spu: scene.leader, .milliseconds(1500))
        scene.faults.begin(slow, times: 1)
        try await scene.send("a")
        // Drained: it was stored all the same, and the answer that came late counts.
        try await scene.expect(["a"], ["lost: deadlineExceeded", "recovered"])
    }

    @Test func aLeaderThatSaysItIsNone() async throws {
        let scene = try await Scene()
        let fault = Fault.wrongLeader(spu: scene.leader)
        scene.faults.begin(fault)
        let sent = Task { try await scene.send("a") }
        try await eventually("it is told") { scene.events == ["lost: notLeader"] }
        scene.faults.end(fault)
        try await sent.value
        try await scene.expect(["a"], ["lost: notLeader", "resending", "recovered"])
    }

    @Test func newsThatComeLate() async throws {
        let scene = try await Scene()
        try await scene.send("a")
        scene.faults.begin(.staleWatch)
        try scene.cluster.tell(.kill, scene.leader)
        let sent = Task { try await scene.send("b") }
        try await eventually("it is told") { scene.events.first?.hasPrefix("lost") == true }
        #expect(
            scene.client.cluster.topology.current.partition(ReplicaKey(topic: "t", partition: 0))?.leader
                == scene.leader)
        scene.faults.end(.staleWatch)
        // COMMITTED wants the other replica back.
        try scene.cluster.tell(.start, scene.leader)
        try await sent.value
        #expect(try await scene.records() == ["a", "b"])
        #expect(scene.events.filter { $0.hasPrefix("lost") }.count == 1)
        #expect(scene.events.last == "recovered")
    }

    @Test func aTopicThatAnotherClientHasJustMade() async throws {
        let scene = try await Scene()
        scene.faults.begin(.staleWatch)
        let other = try await scene.cluster.connect()
        try await other.admin.createTopic("late", TopicSpec(partitions: 1), waitingAtMost: .zero)
        let opening = Task { try await scene.client.producer(for: "late") }
        // By then it has looked, and not found it in what it was told.
        _ = try await scene.client.admin.list(.topic)
        #expect(scene.client.cluster.topology.current.topics["late"] == nil)
        scene.faults.end(.staleWatch)
        let producer = try await opening.value
        try await producer.send(value: Array("x".utf8))
        try await producer.finish()
    }

    @Test(arguments: [Fault.doubledPushes, .swappedPushes])
    func newsThatComeTwiceOrInTheWrongOrder(_ fault: Fault) async throws {
        let scene = try await Scene()
        try await scene.send("a")
        scene.faults.begin(fault)
        try scene.cluster.tell(.kill, scene.leader)
        let sent = Task { try await scene.send("b") }
        try await eventually("another leads") { try scene.cluster.leader(of: "t") != scene.leader }
        try scene.cluster.tell(.start, scene.leader)
        try await sent.value
        scene.faults.end(fault)
        try await scene.send("c")
        #expect(try await scene.records() == ["a", "b", "c"])
        #expect(scene.isBalanced)
    }

    @Test func aControllerThatIsRestarted() async throws {
        let scene = try await Scene()
        try await scene.send("a")
        try scene.cluster.cluster.restartController {}
        try await scene.send("b")
        try await eventually("the client is back") { scene.events.last == "controller recovered" }
        // The watches are, too.
        try await scene.cluster.makeTopic("later")
        try await eventually("news come") { scene.client.cluster.topology.current.topics["later"] != nil }
        try await scene.expect(["a", "b"], ["controller lost", "controller recovered"])
    }

    // MARK: Elections

    @Test func aLeaderThatIsKilled() async throws {
        let scene = try await Scene()
        try await scene.send("a")
        try scene.cluster.tell(.kill, scene.leader)
        let sent = Task { try await scene.send("b") }
        try await eventually("another leads") { try scene.cluster.leader(of: "t") == scene.follower }
        try scene.cluster.tell(.start, scene.leader)
        try await sent.value
        #expect(try await scene.records() == ["a", "b"])
        #expect(scene.isBalanced)
    }

    @Test func noElectionIsPossible() async throws {
        let scene = try await Scene(isolation: .readUncommitted)
        try scene.cluster.tell(.freeze, scene.follower)
        for number in 0..<10 { try await scene.send("\(number)") }
        // Elections go by what the leader has last told of itself.
        try await eventually("the controller knows") {
            try await scene.client.admin.partitions(of: "t").contains { $0.status.leader.leo == 10 }
        }
        // The follower lacks too much to be elected: the partition waits for its leader.
        try scene.cluster.tell(.kill, scene.leader)
        try scene.cluster.tell(.start, scene.follower)
        let sent = Task { try await scene.send("10") }
        try await eventually("it is told") { scene.events.first?.hasPrefix("lost") == true }
        #expect(try scene.cluster.leader(of: "t") == scene.leader)
        try scene.cluster.tell(.start, scene.leader)
        try await sent.value
        try await scene.producer.finish()
        #expect(try await scene.records() == (0...10).map { "\($0)" })
        #expect(scene.events.filter { $0.hasPrefix("lost") }.count == 1 && scene.events.last == "recovered")
    }

    @Test func whatAnElectionTakesBackIsSentAgain() async throws {
        let scene = try await Scene(isolation: .readUncommitted)
        try await scene.send("a")
        try await scene.producer.finish()
        try scene.cluster.tell(.freeze, scene.follower)
        // Acknowledged by a leader whose follower lacks less than four records.
        try await scene.send("b")
        try await scene.send("c")
        #expect(scene.producer.queues[0].isUnconfirmed)
        try scene.cluster.tell(.kill, scene.leader)
        try scene.cluster.tell(.start, scene.follower)
        try await eventually("the follower leads") { try scene.cluster.leader(of: "t") == scene.follower }
        try await scene.send("d")
        try scene.cluster.tell(.start, scene.leader)
        try await scene.producer.finish()
        #expect(try await scene.records() == ["a", "b", "c", "d"])
        #expect(scene.producer.counts.acknowledged == 4 && scene.producer.counts.leaderAlone == 0)
    }

    // MARK: Isolation

    @Test func withAFrozenFollowerOnlyUncommittedOnesGoOn() async throws {
        let scene = try await Scene()
        try await scene.send("a")
        try scene.cluster.tell(.freeze, scene.follower)
        let waits = Task { try await scene.send("b") }
        var settings = ProducerSettings()
        settings.isolation = .readUncommitted
        settings.replicaWait = .milliseconds(100)
        let events = Scene.EventLog()
        let other = try await scene.client.producer(
            for: "t", settings: settings,
            onEvent: { event in
                if case .leaderAlone = event { events.add("leader alone") }
            })
        #expect(try await other.send(value: Array("c".utf8)).offset() == 2)
        try await eventually("it is there") { try await scene.records(isolation: .readUncommitted) == ["a", "b", "c"] }
        #expect(try await scene.records() == ["a"])
        #expect(scene.producer.counts.acknowledged == 1)
        // It does not wait for ever, and says what that means.
        try await other.finish()
        #expect(events.all == ["leader alone"] && other.counts.leaderAlone == 1)
        other.close()
        try scene.cluster.tell(.start, scene.follower)
        try await waits.value
        #expect(try await scene.records() == ["a", "b", "c"])
    }

    /// Printed, and not judged: the goal is 200 ms on a machine that does nothing else.
    @Test func theTimeFromTheLossOfALeaderToTheFirstAcknowledgement() async throws {
        var times: [Duration] = []
        for _ in 0..<3 {
            let scene = try await Scene(isolation: .readUncommitted)
            try await scene.send("a")
            try await scene.producer.finish()
            let start = ContinuousClock.now
            try scene.cluster.tell(.kill, scene.leader)
            try await scene.send("b")
            times.append(start.duration(to: .now))
        }
        print(
            "failover: \(times.map { "\($0.wholeMilliseconds) ms" }.joined(separator: ", ")) from kill to the first acknowledgement"
        )
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
