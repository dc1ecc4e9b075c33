import FluvioProtocol
import Testing

@Suite struct VersionTests {
    static func negotiated(_ rows: [(UInt16, Int16, Int16)]) -> NegotiatedVersions {
        let ranges = rows.map { ApiRange(key: $0.0, minimum: $0.1, maximum: $0.2) }
        return NegotiatedVersions(ApiVersionsResponse(ranges: ranges, platformVersion: "0.18.1"))
    }

    @Test(
        arguments: [
            ([(1004, 15, 19)], 19),
            ([(1004, 15, 18)], 18),
            ([(1004, 19, 30)], 19),
            ([(1004, 20, 30)], nil),
            ([(1004, 1, 10)], nil),
            ([(1004, 18, 3)], nil),
            ([], nil),
            ([(1003, 15, 19)], nil),
        ] as [([(UInt16, Int16, Int16)], Int16?)])
    func theHighestCommonVersionOfAWatchOrNone(rows: [(UInt16, Int16, Int16)], version: Int16?) {
        #expect(Self.negotiated(rows).version(for: WatchRequest<TopicSpec>.self) == version)
    }

    @Test func anSpuIsAskedInTheOwnVersionEvenIfItListsOthers() {
        let versions = Self.negotiated([(1002, 26, 30), (1003, 0, 15)])
        #expect(versions.version(for: FetchOffsetsRequest.self) == 25)
        #expect(versions.version(for: UpdateConsumerOffsetRequest.self) == 25)
        #expect(versions.version(for: ProduceRequest<RecordSet>.self) == 25)
        #expect(versions.version(for: StreamFetchRequest.self) == 17)
        #expect(versions.version(for: UpdateOffsetsRequest.self) == 0)
        #expect(versions.commonVersion(for: FetchOffsetsRequest.self) == nil)
    }

    @Test func aRealSpuIsAskedAtItsVersion() {
        let versions = Self.negotiated([(0, 0, 25), (1, 0, 25), (1002, 25, 25), (1003, 0, 25), (1005, 0, 0)])
        #expect(versions.version(for: ProduceRequest<RecordSet>.self) == 25)
        #expect(versions.version(for: FetchRequest.self) == 25)
        #expect(versions.version(for: FetchOffsetsRequest.self) == 25)
        #expect(versions.version(for: StreamFetchRequest.self) == 25)
    }

    /// What the clients of the field know (protocol: older clients) has a version in common with our local cluster.
    @Test(arguments: [(15, 19), (14, 18), (13, 17), (13, 16), (13, 14), (11, 12)] as [(Int16, Int16)])
    func clientsOfTheFieldFindAVersionOfTheLocalSC(minimum: Int16, maximum: Int16) {
        for range in LocalVersions.controllerRanges {
            #expect(range.maximum >= minimum && range.minimum <= maximum, "key \(range.key)")
        }
    }

    @Test func theLocalClusterListsEachKeyOnce() {
        #expect(Set(LocalVersions.controllerRanges.map(\.key)).count == LocalVersions.controllerRanges.count)
        #expect(Set(LocalVersions.streamingRanges.map(\.key)).count == LocalVersions.streamingRanges.count)
        for range in LocalVersions.controllerRanges { #expect(ControllerAPI(rawValue: range.key) != nil) }
        for range in LocalVersions.streamingRanges { #expect(StreamingAPI(rawValue: range.key) != nil) }
    }
}
