import FluvioProtocol
import TestSupport
import Testing
import Unix

/// Many clients of one cluster.
@Suite("a crowd", .onOwnThreads, .timeLimit(.minutes(60)))
struct CrowdTests {
    @Test func `a thousand idle connections and two hundred active streams fit into 128 MiB`() throws {
        Unix.raiseDescriptorLimit()
        let cluster = try TestCluster()
        let shell = try Shell(cluster)
        try #require(shell.run("fluvio-admin -q topic create -p 2 t").status == 0)
        var idle: [TestClient] = []
        for number in 0..<1_000 {
            let client = try TestClient(port: number.isMultiple(of: 4) ? cluster.port : cluster.spuPort)
            // Half have said something, half have begun a frame or nothing at all.
            switch number % 4 {
            case 1: _ = try client.call(FetchOffsetsRequest())
            case 2: try client.send([0, 0, 0, 90])
            default: break
            }
            idle.append(client)
        }
        var streams: [(client: TestClient, id: Int32)] = []
        for number in 0..<200 {
            let client = try TestClient(port: cluster.spuPort)
            let request = StreamFetchRequest(
                topic: "t", partition: UInt32(number % 2), fetchOffset: 0, maxBytes: 1 << 20)
            streams.append((client, try client.ask(request)))
        }
        let producer = try TestClient(port: cluster.spuPort)
        for round in 1...10 as ClosedRange<Int64> {
            for partition in 0..<2 as Range<UInt32> {
                let data = PartitionProduceData(
                    partition: partition, records: RecordSet(bytes: Batches.make(5, size: 20_000)[...]))
                let answer = try producer.call(
                    ProduceRequest(
                        isolation: .readUncommitted, timeout: 5_000,
                        topics: [TopicProduceData(name: "t", partitions: [data])]))
                #expect(answer.topics[0].partitions[0].error == .success)
            }
            for (client, id) in streams {
                let response = try client.answer(to: id, of: StreamFetchRequest.self)
                let batches = Batches.headers(Array(response.partition.records.bytes))
                #expect(batches.map(\.baseOffset) == [(round - 1) * 5])
                try client.ask(
                    UpdateOffsetsRequest(offsets: [OffsetUpdate(offset: round * 5, sessionID: response.streamID)]))
            }
        }
        #expect(try idle[0].call(ListRequest<TopicSpec>(), version: LocalVersions.controller).objects.count == 1)
        let (now, most) = (try cluster.memory("VmRSS"), try cluster.memory("VmHWM"))
        print("crowd: 1,000 idle connections, 200 streams of 1 MB each: \(now) KiB, at most \(most) KiB")
        #expect(most < 128 << 10)
        withExtendedLifetime(idle) {}
    }

    @Test func `without descriptors nobody is refused: who connects waits, and the log says so once`() throws {
        let cluster = try TestCluster(under: ["/usr/bin/prlimit", "--nofile=64:64"])
        var clients: [TestClient] = []
        for _ in 0..<100 { clients.append(try TestClient(port: cluster.spuPort)) }
        let log = try cluster.waitForLog(containing: "cannot accept connections")
        #expect(log.contains("Too many open files (more are allowed with 'ulimit -n'); whoever connects waits"))
        // Those who were let in are served.
        #expect(try clients[0].call(FetchOffsetsRequest()).topics.isEmpty)
        // With room, the last one is.
        let last = clients.removeLast()
        let id = try last.ask(FetchOffsetsRequest())
        clients.removeAll()
        #expect(try last.answer(to: id, of: FetchOffsetsRequest.self).topics.isEmpty)
        try cluster.stop()
        #expect(cluster.log().split(separator: "\n").count { $0.contains("cannot accept") } == 1)
    }
}
