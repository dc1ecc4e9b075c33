import FluvioProtocol
import TestSupport
import Testing

/// Captures hold few versions: the others must at least agree with themselves, and in size with the tables.
@Suite struct OtherVersionTests {
    @Test func whatIsWrittenInAnyVersionIsReadInIt() throws {
        let samples = try MessageSample.load(perMessage: 3, maximumLength: 4_000)
        for sample in samples {
            let newest = sample.frame.isController ? LocalVersions.controller : LocalVersions.streaming
            for version in 0...newest {
                do {
                    let older = try sample.written(in: version)
                    if try older.recode(older.frame.bytes) != older.frame.bytes {
                        Issue.record("\(sample.frame.place) in version \(version) is read otherwise")
                    }
                } catch {
                    Issue.record("\(sample.frame.place) in version \(version): \(error)")
                }
            }
        }
    }

    private static func size(_ value: some WireCodable, _ version: Int16) throws -> Int {
        var writer = WireWriter(version: version)
        _ = try writer.payload(value)
        return writer.bytes.count
    }

    /// Sizes before, and from, each version in which the tables of the protocol add a field.
    @Test func aFieldIsWrittenFromItsVersionOn() throws {
        func check(_ value: some WireCodable, _ sizes: KeyValuePairs<Int16, Int>, _ location: SourceLocation) throws {
            var expected: [Int16: Int] = [:]
            for (index, (since, size)) in sizes.enumerated() {
                let until = index + 1 < sizes.count ? sizes[index + 1].key : 26
                for version in since..<until { expected[version] = size }
            }
            for (version, size) in expected {
                #expect(try Self.size(value, version) == size, "version \(version)", sourceLocation: location)
            }
        }
        try check(TopicSpec(), [0: 10, 3: 11, 4: 12, 6: 13, 12: 14, 13: 15], #_sourceLocation)
        try check(TopicStatus(), [0: 5, 14: 7], #_sourceLocation)
        try check(PartitionMap(id: 0), [0: 8, 14: 9], #_sourceLocation)
        try check(RemoteMirrorConfig(homeCluster: ""), [0: 6, 18: 7], #_sourceLocation)
        try check(HomeMirrorConfig(), [0: 4, 18: 5], #_sourceLocation)
        try check(
            RemotePartitionConfig(homeCluster: "", homeSpuKey: "", homeSpuID: 0, homeSpuEndpoint: ""), [0: 10, 18: 11],
            #_sourceLocation)
        try check(HomePartitionConfig(remoteCluster: "", remoteReplica: ""), [0: 4, 18: 5], #_sourceLocation)
        try check(PartitionSpec(leader: 0), [0: 8, 4: 10, 6: 11, 12: 12, 13: 13, 14: 14], #_sourceLocation)
        try check(PartitionStatus(), [0: 30, 5: 38, 16: 46], #_sourceLocation)
        try check(SpuSpec(), [0: 18, 1: 19], #_sourceLocation)
        try check(CustomSpuSpec(), [0: 18], #_sourceLocation)
        try check(SmartModulePackage(), [0: 11, 19: 12], #_sourceLocation)
        try check(SmartModuleSpec(), [0: 9, 10: 7], #_sourceLocation)
        try check(CommonCreate(name: ""), [0: 3, 7: 4], #_sourceLocation)
        try check(DeleteRequest<TopicSpec>(key: ""), [0: 9, 11: 13, 13: 14], #_sourceLocation)
        try check(ListRequest<TopicSpec>(), [0: 11, 10: 12, 11: 16, 13: 17], #_sourceLocation)
        try check(WatchRequest<TopicSpec>(), [0: 15, 10: 16, 11: 20], #_sourceLocation)
        try check(UpdateRequest<TopicSpec>(key: "", action: .addPartition(count: 1)), [0: 18], #_sourceLocation)

        try check(ProduceRequest<RecordSet>(), [0: 15], #_sourceLocation)
        try check(ProduceResponse(), [0: 4, 1: 8], #_sourceLocation)
        try check(PartitionProduceResponse(partition: 0), [0: 14, 2: 22, 5: 30], #_sourceLocation)
        try check(FetchRequest(), [0: 12, 3: 16, 4: 17, 7: 21], #_sourceLocation)
        try check(FetchPartition(partition: 0, fetchOffset: 0), [0: 16, 5: 24, 9: 28], #_sourceLocation)
        try check(ForgottenTopic(), [0: 0, 7: 6], #_sourceLocation)
        try check(FetchOffsetsRequest(), [0: 4, 23: 5, 24: 4], #_sourceLocation)
        try check(StreamFetchRequest(), [0: 19, 11: 23, 16: 25, 18: 29, 19: 23, 23: 24], #_sourceLocation)
        try check(FetchablePartition<RecordSet>(), [0: 27, 11: 35], #_sourceLocation)
        try check(FetchConsumerOffsetsRequest(), [0: 0, 24: 1], #_sourceLocation)
        try check(SmartModuleInvocation(wasm: .predefined("")), [0: 7, 20: 8, 25: 9], #_sourceLocation)
        try check(Lookback(), [0: 8, 21: 9], #_sourceLocation)
        try check(ApiVersionsRequest(), [0: 0, 1: 6], #_sourceLocation)
    }
}
