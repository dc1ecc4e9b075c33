import FluvioProtocol
import TestSupport
import Testing

/// Bytes that come back the same may have been misread all the same: what some captured frames say, as the official
/// CLI printed it or as it was asked to do.
@Suite struct MeaningTests {
    private static func bytes(_ file: String, _ line: Int) throws -> [UInt8] {
        try #require(try Captures.load(file).first { $0.line == line }).bytes
    }

    private static func request<R: WireRequest>(_ file: String, _ line: Int, _: R.Type = R.self) throws -> R {
        let frame = try bytes(file, line)
        let (header, body) = try RequestHeader.decode(frame: frame)
        #expect(header.apiKey == R.apiKey)
        return try R(decoding: frame, range: body, version: header.apiVersion)
    }

    private static func response<R: WireCodable>(_ file: String, _ line: Int, version: Int16 = 25) throws -> R {
        let frame = try bytes(file, line)
        return try R(decoding: frame, range: Frame.responseBodyPosition..<frame.count, version: version)
    }

    @Test func topicsAreCreated() throws {
        let retained = try Self.request("02-topics", 26, CreateRequest<TopicSpec>.self)
        #expect(retained.common == CommonCreate(name: "t3"))
        #expect(
            retained.spec
                == TopicSpec(
                    replicas: .computed(TopicReplicaParameters(partitions: 3, replicationFactor: 1)),
                    cleanupPolicy: .segment(seconds: 3600),
                    storage: TopicStorageConfig(segmentSize: 16_000_000, maxPartitionSize: 1_000_000_000),
                    compression: .gzip))
        #expect(try Self.request("02-topics", 76, CreateRequest<TopicSpec>.self).common.dryRun)

        let assigned = try Self.request("14-object-variants", 7, CreateRequest<TopicSpec>.self)
        #expect(
            assigned.spec.replicas
                == .assigned([
                    PartitionMap(id: 0, replicas: [5001, 5002]), PartitionMap(id: 1, replicas: [5002, 5003]),
                ]))

        let deduplicated = try Self.request("14-object-variants", 30, CreateRequest<TopicSpec>.self)
        #expect(
            deduplicated.spec
                == TopicSpec(
                    replicas: .computed(
                        TopicReplicaParameters(partitions: 2, replicationFactor: 1, ignoreRackAssignment: true)),
                    cleanupPolicy: .segment(seconds: 120),
                    storage: TopicStorageConfig(segmentSize: 2000, maxPartitionSize: 4000), compression: .lz4,
                    deduplication: Deduplication(
                        count: 100, age: .seconds(60), uses: "dedup-filter", with: ["a": "b"])))
        #expect(try Self.request("14-object-variants", 66, CreateRequest<TopicSpec>.self).spec.system)
    }

    @Test func mirrorTopicsAreCreatedChangedAndListed() throws {
        let created = try Self.request("14-object-variants", 217, CreateRequest<TopicSpec>.self)
        #expect(created.spec.replicas == .mirror(.home(HomeMirrorConfig())))
        let update = try Self.request("14-object-variants", 231, UpdateRequest<TopicSpec>.self)
        #expect(update == UpdateRequest<TopicSpec>(key: "mir", action: .addMirror(AddMirror(remoteCluster: "e1"))))
        let list: ListResponse<TopicSpec> = try Self.response("14-object-variants", 262, version: 19)
        let home = HomePartitionConfig(remoteCluster: "e1", remoteReplica: "mir-0")
        #expect(
            list.objects == [
                Metadata(
                    name: "mir", spec: TopicSpec(replicas: .mirror(.home(HomeMirrorConfig(partitions: [home])))),
                    status: TopicStatus(
                        resolution: .provisioned, replicaMap: [0: [5003]], mirrorMap: [0: .home(home)], reason: ""))
            ])
        #expect(list.objects.first?.spec.replicas.partitionCount == 1)
    }

    @Test func partitionsAreListed() throws {
        let list: ListResponse<PartitionSpec> = try Self.response("14-object-variants", 275, version: 19)
        #expect(list.objects.count == 65)
        let partition = try #require(list.objects.first { $0.name == "seg2-0" })
        #expect(
            partition.spec
                == PartitionSpec(leader: 5003, replicas: [5003], storage: TopicStorageConfig(segmentSize: 65_536)))
        #expect(
            partition.status
                == PartitionStatus(
                    resolution: .online, leader: ReplicaStatus(spu: 5003, hw: 2500, leo: 2500), lsr: 0, size: 361_335))
    }

    @Test func spusAreRegisteredListedAndRemoved() throws {
        let created = try Self.request("06-admin", 32, CreateRequest<CustomSpuSpec>.self)
        let spec = CustomSpuSpec(
            id: 5002, publicEndpoint: IngressPort(port: 9020, ingress: [IngressAddress(hostname: "localhost")]),
            privateEndpoint: SpuEndpoint(port: 9021, host: "localhost"), rack: "rackA")
        #expect(created.common.name == "custom-spu-5002")
        #expect(created.spec == spec)
        #expect(spec.publicEndpoint.host == "localhost")
        let list: ListResponse<CustomSpuSpec> = try Self.response("06-admin", 45, version: 19)
        #expect(list.objects.map(\.name) == ["custom-spu-5001", "custom-spu-5002"])
        #expect(list.objects.map(\.status.resolution) == [.online, .initializing])
        #expect(list.objects.last?.spec == spec)
        #expect(
            try Self.request("06-admin", 68, DeleteRequest<CustomSpuSpec>.self)
                == DeleteRequest<CustomSpuSpec>(key: .id(5002)))
        let refused: StatusResponse = try Self.response("06-admin", 59, version: 19)
        #expect(
            refused
                == StatusResponse(
                    name: "custom-spu-5002", error: .spuAlreadyExists,
                    message: "spu 'custom-spu-5002(5002)' already defined"))
    }

    @Test func groupsModulesAndMirrorsAreCreatedAndListed() throws {
        let group: ListResponse<SpuGroupSpec> = try Self.response("14-object-variants", 170, version: 19)
        #expect(
            group.objects == [
                Metadata(
                    name: "g2",
                    spec: SpuGroupSpec(replicas: 3, minID: 20, rack: "r9", storage: SpuStorageConfig(size: "20Gi")),
                    status: SpuGroupStatus())
            ])
        let module = try Self.request("06-admin", 130, CreateRequest<SmartModuleSpec>.self)
        #expect(module.spec.wasm.payload.count == 28)
        #expect(module.spec.wasm.payload.starts(with: [0x1f, 0x8b]))
        let modules: ListResponse<SmartModuleSpec> = try Self.response("06-admin", 142, version: 19)
        #expect(modules.objects.map(\.spec.summary) == [SmartModuleSummary(wasmLength: 28)])
        #expect(modules.objects.map(\.spec.wasm.payload) == [[]])
        let mirrors: ListResponse<MirrorSpec> = try Self.response("06-admin", 226, version: 19)
        #expect(
            mirrors.objects == [
                Metadata(name: "edge1", spec: .remote(RemoteMirror(id: "edge1")), status: MirrorStatus())
            ])
    }

    @Test func systemTopicsAreDeletedByForceAlone() throws {
        let refused: StatusResponse = try Self.response("14-object-variants", 85, version: 19)
        #expect(
            refused
                == StatusResponse(name: "sys1", error: .systemSpecDeletionAttempt(kind: "topic", name: "sys1")))
        #expect(
            try Self.request("14-object-variants", 98, DeleteRequest<TopicSpec>.self)
                == DeleteRequest<TopicSpec>(key: "sys1", force: true))
    }

    @Test func consumerOffsetsAreStoredListedAndForgotten() throws {
        let replica = ReplicaKey(topic: "p1", partition: 0)
        #expect(
            try Self.request("05-consumer-offsets", 27, UpdateConsumerOffsetRequest.self)
                == UpdateConsumerOffsetRequest(offset: 1215, sessionID: 1))
        let stored: UpdateConsumerOffsetResponse = try Self.response("05-consumer-offsets", 28)
        #expect(stored == UpdateConsumerOffsetResponse(offset: 1215))
        let list: FetchConsumerOffsetsResponse = try Self.response("05-consumer-offsets", 50)
        #expect(
            list.consumers == [
                ConsumerOffset(consumerID: "grp1", replica: replica, offset: 1215, modifiedTime: 1_795_360_504)
            ])
        #expect(
            try Self.request("05-consumer-offsets", 177, DeleteConsumerOffsetRequest.self)
                == DeleteConsumerOffsetRequest(replica: replica, consumerID: "grp1"))
        let forgotten: DeleteConsumerOffsetResponse = try Self.response("05-consumer-offsets", 178)
        #expect(forgotten.error == .success)
    }

    @Test func errorsOfTheSpu() throws {
        let unknown: ProduceResponse = try Self.response("09-errors", 10)
        #expect(
            unknown.topics == [
                TopicProduceResponse(
                    name: "p1", partitions: [PartitionProduceResponse(partition: 9, error: .notLeaderForPartition)])
            ])
        let appended: ProduceResponse = try Self.response("09-errors", 34)
        #expect(appended.topics.first?.partitions.first?.baseOffset == 1221)
        let evicted: StreamFetchResponse<RecordSet> = try Self.response("09-errors", 94)
        #expect(evicted.streamID == 1)
        #expect(evicted.partition.error == .offsetEvicted(offset: -1, nextAvailable: 0))
        let beyond: StreamFetchResponse<RecordSet> = try Self.response("09-errors", 88)
        #expect(beyond.partition.error == .other("start offset: 1000000000 is greater than leo: 1222"))
        let cut: StreamFetchResponse<RecordSet> = try Self.response("09-errors", 105)
        #expect(cut.partition.highWatermark == 1222)
        #expect(cut.partition.records.bytes.count == 10)
        let elsewhere: FetchOffsetsResponse = try Self.response("09-errors", 128)
        #expect(elsewhere.topics.first?.partitions.first?.error == .partitionNotLeader)
        let offsets: FetchOffsetsResponse = try Self.response("09-errors", 161)
        #expect(offsets.topics.first?.partitions.first?.lastStableOffset == 1222)
    }

    @Test func smartModulesOfTheSpu() throws {
        let request = try Self.request("12-smartmodule", 85, StreamFetchRequest.self)
        #expect(
            request.smartModules == [
                SmartModuleInvocation(
                    wasm: .predefined("flt"), parameters: SmartModuleParameters(values: ["key": "a"]), name: "flt")
            ])
        #expect(request.maxBytes == 1_048_890)
        let unknown: StreamFetchResponse<RecordSet> = try Self.response("12-smartmodule", 134)
        #expect(unknown.partition.error == .smartModuleNotFound(name: "nosuch"))
        let failed: StreamFetchResponse<RecordSet> = try Self.response("12-smartmodule", 110)
        #expect(failed.partition.error.number == 6005)
    }
}
