import FluvioProtocol
import FluvioTransport
import Testing

@testable import FluvioClient

@Suite struct TopologyTests {
    // MARK: Building blocks

    func topic(
        _ name: String, partitions: UInt32 = 1, _ resolution: TopicResolution = .provisioned
    ) -> Metadata<TopicSpec> {
        Metadata(
            name: name,
            spec: TopicSpec(
                replicas: .computed(TopicReplicaParameters(partitions: partitions, replicationFactor: 1))),
            status: TopicStatus(resolution: resolution, reason: ""))
    }

    func partition(
        _ name: String, leader: Int32 = 5001, _ resolution: PartitionResolution = .online, leo: Int64 = 0
    ) -> Metadata<PartitionSpec> {
        Metadata(
            name: name, spec: PartitionSpec(leader: leader, replicas: [leader]),
            status: PartitionStatus(
                resolution: resolution, leader: ReplicaStatus(spu: leader, hw: leo, leo: leo), lsr: 0))
    }

    func spu(
        _ id: Int32, host: String? = "localhost", port: UInt16 = 9010, local: SpuEndpoint? = nil, online: Bool = true
    ) -> Metadata<SpuSpec> {
        let ingress = host.map { [IngressAddress(hostname: $0)] } ?? []
        return Metadata(
            name: "custom-spu-\(id)",
            spec: SpuSpec(
                id: id, spuType: .custom, publicEndpoint: IngressPort(port: port, ingress: ingress),
                publicEndpointLocal: local),
            status: SpuStatus(resolution: online ? .online : .offline))
    }

    func all<Spec: WatchableSpec>(_ objects: Metadata<Spec>...) -> MetadataUpdate<Spec> {
        MetadataUpdate(epoch: 1, all: objects)
    }

    func changes<Spec: WatchableSpec>(_ changes: MetadataChange<Spec>...) -> MetadataUpdate<Spec> {
        MetadataUpdate(epoch: 1, changes: changes)
    }

    let x0 = ReplicaKey(topic: "x", partition: 0)

    // MARK: Updates

    @Test func `A whole list replaces what was there`() {
        var topology = Topology()
        _ = topology.apply(all(topic("a"), topic("b")))
        let news = topology.apply(all(topic("b"), topic("c")))
        #expect(topology.topics.keys.sorted() == ["b", "c"])
        #expect(news.topics == ["a", "c"])
    }

    @Test func `With a whole list the changes beside it are ignored`() {
        var topology = Topology()
        let update = MetadataUpdate(epoch: 1, changes: [.update(topic("a")), .delete(topic("b"))], all: [topic("b")])
        _ = topology.apply(update)
        #expect(topology.topics.keys.sorted() == ["b"])
    }

    @Test func `An update with nothing in it says only that the kind is known`() {
        var topology = Topology()
        let first = topology.apply(MetadataUpdate<TopicSpec>(epoch: 1))
        #expect(first.newlyKnown == [.topic])
        #expect(topology.known == [.topic])
        _ = topology.apply(all(topic("a")))
        let empty = topology.apply(MetadataUpdate<TopicSpec>(epoch: 2))
        #expect(empty.isEmpty)
        #expect(topology.topics.keys.sorted() == ["a"])
    }

    @Test func `Changes add, replace and remove by name`() {
        var topology = Topology()
        _ = topology.apply(all(topic("a"), topic("b")))
        let news = topology.apply(
            changes(.update(topic("a", partitions: 3)), .update(topic("c")), .delete(topic("b")), .delete(topic("z"))))
        #expect(topology.topics.keys.sorted() == ["a", "c"])
        #expect(topology.topics["a"]?.spec.replicas.partitionCount == 3)
        #expect(news.topics == ["a", "b", "c"])
    }

    @Test func `An object deleted and made anew in one update is there`() {
        var topology = Topology()
        _ = topology.apply(all(partition("x-0")))
        let news = topology.apply(
            changes(.update(partition("x-0", leader: 5002)), .delete(partition("x-0", leader: 5001))))
        #expect(topology.partition(x0)?.leader == 5002)
        #expect(news.partitions == [x0])
    }

    @Test func `Objects that are sent again unchanged are no news`() {
        var topology = Topology()
        _ = topology.apply(all(topic("x")))
        _ = topology.apply(all(partition("x-0")))
        _ = topology.apply(all(spu(5001)))
        #expect(topology.apply(all(topic("x"))).isEmpty)
        #expect(topology.apply(changes(.update(topic("x")))).isEmpty)
        #expect(topology.apply(all(spu(5001))).isEmpty)
        // Neither is that records came: clients would be woken for every report of an SPU.
        #expect(topology.apply(changes(.update(partition("x-0", leo: 99)))).isEmpty)
    }

    @Test func `Leaders, resolutions and addresses that change are news`() {
        var topology = Topology()
        _ = topology.apply(all(partition("x-0"), partition("x-1")))
        #expect(topology.apply(changes(.update(partition("x-0", leader: 5002)))).partitions == [x0])
        #expect(topology.apply(changes(.update(partition("x-0", leader: 5002, .leaderOffline)))).partitions == [x0])
        _ = topology.apply(all(spu(5001), spu(5002)))
        #expect(topology.apply(changes(.update(spu(5001, port: 9999)))).spus == [5001])
        #expect(topology.apply(changes(.update(spu(5002, online: false)))).spus == [5002])
        #expect(topology.apply(changes(.delete(spu(5002)))).spus == [5002])
        #expect(topology.spus.keys.sorted() == [5001])
    }

    @Test func `A partition's number stands behind the last dash, and other names are passed over`() {
        var topology = Topology()
        let news = topology.apply(all(partition("my-topic-1-12"), partition("nodash"), partition("x-")))
        #expect(news.partitions == [ReplicaKey(topic: "my-topic-1", partition: 12)])
        #expect(topology.partitions.keys.sorted() == ["my-topic-1"])
    }

    @Test func `The last partition takes its topic with it`() {
        var topology = Topology()
        _ = topology.apply(all(partition("x-0"), partition("x-1")))
        _ = topology.apply(changes(.delete(partition("x-0")), .delete(partition("x-1"))))
        #expect(topology.partitions.isEmpty)
    }

    // MARK: Lookups

    @Test func `Topics are waited for only until the SC has spoken of topics`() throws {
        var topology = Topology()
        #expect(try topology.topic(named: "x") == nil)
        _ = topology.apply(MetadataUpdate<TopicSpec>(epoch: 1))
        let error = #expect(throws: FluvioError.self) { try topology.topic(named: "x") }
        #expect(error?.code == .topicNotFound)
        #expect(error?.place.topic == "x")
        _ = topology.apply(changes(.update(topic("x"))))
        #expect(try topology.topic(named: "x")?.name == "x")
        _ = topology.apply(changes(.update(topic("orders"))))
        let near = #expect(throws: FluvioError.self) { try topology.topic(named: "order") }
        #expect(near?.description == "there is no topic 'order'; did you mean 'orders'?")
    }

    @Test func `A partition without a leader is waited for, one that the topic has not is an error`() throws {
        var topology = Topology()
        _ = topology.apply(all(topic("x", partitions: 2)))
        #expect(try topology.leader(of: x0) == nil)
        let error = #expect(throws: FluvioError.self) {
            try topology.leader(of: ReplicaKey(topic: "x", partition: 2))
        }
        #expect(error?.code == .partitionNotFound)
        #expect(error?.description.contains("partitions 0 to 1") == true)
        _ = topology.apply(all(partition("x-0", leader: 7)))
        #expect(try topology.leader(of: x0) == 7)
    }

    @Test func `An SPU is reached under its public or its local address`() throws {
        var topology = Topology()
        _ = topology.apply(
            all(
                spu(1, local: SpuEndpoint(port: 9011, host: "inside")), spu(2, host: "outside"), spu(3, host: nil)))
        #expect(try topology.address(ofSpu: 1, local: false) == Endpoint(host: "localhost", port: 9010))
        #expect(try topology.address(ofSpu: 1, local: true) == Endpoint(host: "inside", port: 9011))
        #expect(try topology.address(ofSpu: 2, local: true) == Endpoint(host: "outside", port: 9010))
        #expect(try topology.address(ofSpu: 9, local: true) == nil)
        #expect(throws: FluvioError.self) { try topology.address(ofSpu: 3, local: false) }
    }

    @Test func `Provisioned is a topic whose partitions all have leaders that are online`() {
        var topology = Topology()
        _ = topology.apply(all(topic("x", partitions: 2, .pending)))
        _ = topology.apply(all(partition("x-0"), partition("x-1", leader: 5002)))
        _ = topology.apply(all(spu(5001), spu(5002)))
        #expect(!topology.isProvisioned("x"))
        #expect(topology.reason(forWaitingOn: "x") == "it is Pending, and waits for SPUs")
        _ = topology.apply(changes(.update(topic("x", partitions: 2))))
        #expect(topology.isProvisioned("x"))
        _ = topology.apply(changes(.update(spu(5002, online: false))))
        #expect(!topology.isProvisioned("x"))
        #expect(topology.reason(forWaitingOn: "x") == "1 of its partitions (1) has no leader that is online")
        _ = topology.apply(changes(.delete(spu(5002))))
        #expect(!topology.isProvisioned("x"))
        #expect(!topology.isProvisioned("y"))
    }

    @Test func `Online partitions are those that the SC calls so`() {
        var topology = Topology()
        _ = topology.apply(all(partition("x-2"), partition("x-0"), partition("x-1", leader: 1, .leaderOffline)))
        #expect(topology.onlinePartitions(of: "x") == [0, 2])
        #expect(topology.onlinePartitions(of: "y").isEmpty)
    }
}
